"""Screens as a module's `backoffice` would declare them, over the units of an office. They are no part of the product."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.ui.forms.base import Form
from prongsai.ui.forms.files import FilesField
from prongsai.ui.screens import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    ConfirmScreen,
    Crumb,
    DashboardScreen,
    DetailScreen,
    Empty,
    Figure,
    FormScreen,
    ListScreen,
    Panel,
    Step,
    TextFilter,
    WizardScreen,
)


def add_unit(name: str, position: int) -> Unit:
    """Stands for a module's service."""
    if "=" in name:
        raise InvalidInput("ชื่อส่วนราชการมีเครื่องหมายเท่ากับไม่ได้", field="name")
    if position == 13:
        raise WrongState("ลำดับ 13 สงวนไว้ เลือกลำดับอื่น")
    try:
        with transaction.atomic():
            return Unit.objects.create(name=name, position=position)
    except IntegrityError:
        raise InvalidInput("มีส่วนราชการชื่อนี้แล้ว", field="name") from None


def rename(screen: Any, rows: list[Unit]) -> str:
    if any("ห้ามแตะ" in unit.name for unit in rows):
        raise WrongState("ส่วนราชการนี้ห้ามแตะ")
    for unit in rows:
        unit.name = f"{unit.name} (เลิก)"
        unit.save()
    return f"เลิกแล้ว {len(rows)} ส่วนราชการ"


class Units(ListScreen):
    permission = "kit.read"
    title = "ส่วนราชการ"
    nav = "kit-units"
    columns = (
        Column("name", "ชื่อ", link="kit-unit", sort="name"),
        Column("position", "ลำดับ", kind="number", sort="position"),
    )
    filters = (
        ChoiceFilter("first", "ลำดับแรก", choices=(("0", "ใช่"),), field="position"),
        TextFilter("name", "ชื่อ"),
    )
    search = ("name",)
    actions = (
        BulkAction("retire", "เลิก", rename, permission="kit.write", confirm="เลิก %(count)s ส่วนราชการ"),
        BulkAction("mark", "ทำเครื่องหมาย", rename),
    )
    empty = Empty(
        "ยังไม่มีส่วนราชการ", "เพิ่มส่วนราชการแล้วจะมอบหมายงานได้", Action("เพิ่มส่วนราชการ", "kit-new", "kit.write")
    )
    primary = Action("เพิ่มส่วนราชการ", "kit-new", "kit.write")

    def rows(self) -> Any:
        return Unit.objects.order_by("position", "pk")


class UnitForm(Form):
    name = forms.CharField(label="ชื่อส่วนราชการ", max_length=40)
    position = forms.IntegerField(label="ลำดับ", min_value=0)
    order = FilesField(label="คำสั่ง", required=False)


class NewUnit(FormScreen):
    permission = "kit.write"
    title = "เพิ่มส่วนราชการ"
    nav = "kit-units"
    form = UnitForm
    submit = "เพิ่มส่วนราชการ"
    draft = "kit-unit"
    cancel = "kit-units"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("ส่วนราชการ", self.address("kit-units"))]

    def act(self, form: UnitForm) -> str:
        self.made = add_unit(form.cleaned_data["name"], form.cleaned_data["position"])
        return self.address("kit-unit", unit=self.made.pk)

    def done(self, form: UnitForm) -> SafeString:
        url = self.address("kit-unit", unit=self.made.pk)
        return format_html('<b>เพิ่มแล้ว</b> ส่วนราชการที่ {} <a href="{}">เปิดดู</a>', self.made.pk, url)


def found(kwargs: dict[str, Any]) -> Unit:
    unit = Unit.objects.filter(pk=kwargs["unit"]).first()
    if unit is None:
        raise Http404
    return unit


class UnitPage(DetailScreen):
    permission = "kit.read"
    title = "ส่วนราชการ"
    nav = "kit-units"
    panels = (
        Panel("ชื่อ", "kit/unit.html", lambda screen: {"unit": screen.thing}),
        Panel("ของผู้แก้", "kit/unit.html", lambda screen: {"unit": screen.thing}, permission="kit.write"),
    )

    def object(self) -> Unit:
        return found(self.kwargs)

    def get_title(self) -> str:
        return self.thing.name


class Retire(ConfirmScreen):
    permission = "kit.write"
    title = "เลิกส่วนราชการ"
    submit = "เลิกส่วนราชการ"
    cancel = "kit-units"

    def object(self) -> Unit:
        return found(self.kwargs)

    def effect(self) -> list[str]:
        return [f"{self.thing.name} จะไม่ปรากฏให้เลือกอีก", "งานที่มอบหมายแล้วไม่เปลี่ยน"]

    def act(self, form: Any) -> str:
        rename(self, [self.thing])
        return self.address("kit-units")


class NameForm(Form):
    name = forms.CharField(label="ชื่อส่วนราชการ")
    order = FilesField(label="คำสั่ง", required=False)


class PositionForm(Form):
    position = forms.IntegerField(label="ลำดับ")


class SetUp(WizardScreen):
    permission = "kit.write"
    title = "ตั้งส่วนราชการ"
    steps = (Step("name", "ชื่อ", NameForm), Step("position", "ลำดับ", PositionForm))
    submit = "ตั้งส่วนราชการ"
    cancel = "kit-units"

    def finish(self, data: dict[str, dict[str, Any]]) -> str:
        assert all(given["name"] == "คำสั่ง.pdf" for given in data["name"]["order"])
        made = add_unit(data["name"]["name"], data["position"]["position"])
        return self.address("kit-unit", unit=made.pk)


class Board(DashboardScreen):
    permission = "kit.read"
    title = "ภาพรวม"

    def figures(self) -> list[Figure]:
        return [
            Figure(Unit.objects.count(), "ส่วนราชการ", self.address("kit-units")),
            Figure(3, "เลยกำหนด", late=True),
        ]
