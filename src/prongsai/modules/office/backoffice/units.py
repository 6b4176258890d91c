"""ส่วนราชการ: the list, a new one, a changed name. None is ever deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.organizations.units import (
    add_unit,
    change_unit,
    move_unit,
    restore_unit,
    retire_unit,
)
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.ui.forms import Form
from prongsai.ui.screens import Action, BulkAction, ChoiceFilter, Column, Crumb, Empty, FormScreen, ListScreen

MANAGE = "office.manage"


def _move(screen: Any, units: list[Unit], *, up: bool) -> str:
    chosen = sorted(units, key=lambda unit: (unit.position, unit.pk), reverse=not up)
    for unit in chosen:
        move_unit(actor=screen.actor, unit=unit, up=up)
    return _("The order is changed")


def _retire(screen: Any, units: list[Unit]) -> str:
    for unit in units:
        retire_unit(actor=screen.actor, unit=unit)
    return ngettext("%(n)s unit is used no more", "%(n)s units are used no more", len(units)) % {
        "n": len(units)
    }


def _restore(screen: Any, units: list[Unit]) -> str:
    for unit in units:
        restore_unit(actor=screen.actor, unit=unit)
    return ngettext("%(n)s unit is in use again", "%(n)s units are in use again", len(units)) % {
        "n": len(units)
    }


class Units(ListScreen):
    permission = "office.read"
    title = gettext_lazy("Units")
    nav = NAV
    columns = (
        Column("name", gettext_lazy("Name"), link=lambda screen, unit: _edit(screen, unit)),
        Column("short_name", gettext_lazy("Short name")),
        Column("people", gettext_lazy("People"), kind="number"),
        Column(
            "state",
            gettext_lazy("State"),
            lambda unit: _("in use") if unit.is_active else _("no longer used"),
            kind="tag",
        ),
    )
    filters = (
        ChoiceFilter(
            "state",
            gettext_lazy("State"),
            choices=(("1", gettext_lazy("in use")), ("0", gettext_lazy("no longer used"))),
            apply=lambda rows, value: rows.filter(is_active=value == "1"),
        ),
    )
    actions = (
        BulkAction("up", gettext_lazy("Move up"), lambda s, units: _move(s, units, up=True), MANAGE),
        BulkAction("down", gettext_lazy("Move down"), lambda s, units: _move(s, units, up=False), MANAGE),
        BulkAction("restore", gettext_lazy("Use again"), _restore, MANAGE),
        BulkAction(
            "retire", gettext_lazy("Use no more"), _retire, MANAGE, danger=True,
            confirm=gettext_lazy("%(count)s units will not be offered any more. Records and plans that name them stay as they are"),
        ),
    )  # fmt: skip
    primary = Action(gettext_lazy("Add a unit"), "settings-unit-add", MANAGE)
    empty = Empty(
        gettext_lazy("No unit yet"),
        gettext_lazy(
            "Units are responsible for the steps of the plan. Work and reminders go to the unit's people"
        ),
        Action(gettext_lazy("Add a unit"), "settings-unit-add", MANAGE),
    )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[Unit]:
        people = Count("membership", filter=Q(membership__is_active=True))
        return Unit.objects.annotate(people=people).order_by("-is_active", "position", "id")


def _edit(screen: Any, unit: Unit) -> str:
    return screen.address("settings-unit", unit=unit.pk) if screen.may(MANAGE) else ""


class UnitForm(Form):
    name = forms.CharField(label=gettext_lazy("Name of the unit"), max_length=200)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=100, required=False)


class AddUnit(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Add a unit")
    nav = NAV
    form = UnitForm
    submit = gettext_lazy("Add the unit")
    cancel = "settings-units"

    def crumbs(self) -> list[Crumb]:
        return way(self, (gettext_lazy("Units"), "settings-units"))

    def act(self, form: UnitForm) -> str:
        add_unit(actor=self.actor, **form.cleaned_data)
        return self.address("settings-units")


class EditUnit(AddUnit):
    """The names of a unit. What was recorded under the old name keeps it."""

    permission = MANAGE
    title = gettext_lazy("Change the unit's name")
    submit = gettext_lazy("Save the name")

    def lead(self) -> str:
        return _(
            "For a slip of the pen. Records keep the name that they were made under: when the unit itself has changed, "
            "add the new one and use the old one no more"
        )

    def object(self) -> Unit:
        unit = Unit.objects.filter(pk=self.kwargs["unit"]).first()
        if unit is None:
            raise Http404("no such unit")
        return unit

    def initial(self) -> dict[str, Any]:
        unit: Unit = self.thing
        return {"name": unit.name, "short_name": unit.short_name}

    def act(self, form: UnitForm) -> str:
        change_unit(actor=self.actor, unit=self.thing, **form.cleaned_data)
        return self.address("settings-units")
