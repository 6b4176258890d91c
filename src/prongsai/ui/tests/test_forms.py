"""The kit's form: what it says of errors, what it keeps, what it asks for; money in every way of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms as plain
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Visibility
from prongsai.kernel.thai.digits import to_thai
from prongsai.ui import forms
from prongsai.ui.tests.every_field import EveryField
from tests.cast import banthrai, donsai, member

pytestmark = pytest.mark.django_db
AMOUNTS = st.decimals(0, 10**12, places=2)
FILLED = {
    "kind": "notice", "occurred_on": "13 ส.ค. 2568", "title": "ประกาศ", "year": "2568", "visibility": "internal",
}  # fmt: skip


@pytest.fixture
def office() -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def form(**typed: str) -> EveryField:
    data = QueryDict(mutable=True)
    data.update(typed)
    return EveryField(data, {})


def money(text: str, **options: Decimal) -> Decimal | None:
    return forms.MoneyField(**options).clean(text)


@given(AMOUNTS)
def test_every_way_of_writing_an_amount_is_understood(amount: Decimal) -> None:
    for text in (f"{amount}", f"{amount:,}", f" {amount:,.2f} บาท", f"฿{amount:,}", f"{amount} baht"):
        assert money(text) == money(to_thai(text)) == amount


@given(st.text(max_size=20))
def test_whatever_is_typed_as_an_amount_is_one_or_a_sentence(text: str) -> None:
    try:
        outcome: object = money(text) if text.strip() else "empty"
    except ValidationError as error:
        outcome = error.messages[0]
    assert outcome is not None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("พันห้า", "ใส่จำนวนเงินเป็นตัวเลข เช่น 1,250.50"),
        ("1,00", "ใส่จำนวนเงินเป็นตัวเลข เช่น 1,250.50"),
        ("-5", "จำนวนเงินติดลบไม่ได้"),
        ("1.005", "จำนวนเงินมีทศนิยมได้ไม่เกิน 2 ตำแหน่ง"),
        ("9" * 20, "จำนวนเงินมากเกินไป ตรวจจำนวนหลักอีกครั้ง"),
        ("600000", "จำนวนเงินต้องไม่เกิน 500,000.00 บาท"),
        ("", "ใส่จำนวนเงิน"),
    ],
)
def test_what_is_wrong_with_an_amount_is_said(text: str, sentence: str) -> None:
    with translation.override("th"), pytest.raises(ValidationError) as raised:
        money(text, most=Decimal(500000))
    assert raised.value.messages == [sentence]


def test_the_summary_comes_first_names_every_field_and_says_what_was_kept(office: Organization) -> None:
    with translation.override("th"):
        page = str(form(occurred_on_d="31", occurred_on_m="2", occurred_on_y="2568", note="ยังอยู่"))
    assert re.search(r'class="errsum" role="alert" tabindex="-1" autofocus', page)
    assert page.index("errsum") < page.index('class="field')
    assert re.findall(r'<li><a href="#([\w-]+)">', page) == [
        "id_kind_0",
        "id_occurred_on_d",
        "id_title",
        "id_year",
        "id_visibility_0",
    ]
    assert "แก้ 5 จุด" in page
    assert "สิ่งที่กรอกและไฟล์ที่ส่งแล้วยังอยู่ครบ" in page
    assert "ยังอยู่</textarea>" in page
    assert 'value="31"' in page


def test_every_target_of_the_summary_and_every_description_is_on_the_page(office: Organization) -> None:
    page = str(form(amount="x", about_kind="days"))
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    described = {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()}
    assert described <= ids
    assert set(re.findall(r'href="#(id_[^"]+)"', page)) <= ids
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= ids
    assert " style=" not in page


def test_a_whole_form_is_read(office: Organization) -> None:
    with translation.override("th"):
        filled = form(**FILLED, amount="๑,๒๕๐ บาท", about="ปีงบประมาณ 2568")
        assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["amount"] == Decimal("1250.00")
    assert filled.cleaned_data["visibility"] is Visibility.INTERNAL


def test_optional_fields_say_so_and_required_ones_do_not(office: Organization) -> None:
    with translation.override("th"):
        page = str(form())
    assert re.search(r"เลขที่หนังสือ\s*<span class=\"opt\">\(ถ้ามี\)", page)
    assert not re.search(r"เรื่อง\s*<span class=\"opt\">", page)


def test_nothing_personal_goes_out_by_a_press(office: Organization) -> None:
    with translation.override("th"):
        typed = {**FILLED, "title": "ติดต่อ 081-234-5678"}
        assert form(**typed).is_valid()
        public = form(**{**typed, "visibility": "public"})
        assert "081-234-5678" in public.errors["title"][0]
        assert form(**{**FILLED, "visibility": ""}).errors["visibility"] == ["เลือกว่าใครเปิดดูได้"]


def test_pickers_offer_the_office_and_nobody_else(office: Organization) -> None:
    mine = member(username="somsri")
    other = donsai()
    with scope(other.pk):
        stranger, strange_unit = member(username="mani"), Unit.objects.get()
    wrong = form(**FILLED, person=str(stranger.pk), unit=str(strange_unit.pk))
    assert {"person", "unit"} <= set(wrong.errors)
    right = form(**FILLED, person=str(mine.pk))
    assert right.is_valid(), right.errors
    assert right.cleaned_data["person"] == mine


def test_a_retired_unit_stays_where_it_stands_and_is_offered_nowhere_else(office: Organization) -> None:
    unit = Unit.objects.earliest("pk")
    unit.is_active = False
    unit.save()
    field = forms.UnitField()
    assert unit not in field.queryset
    field.also(unit)
    assert unit in field.queryset


class Small(forms.Form):
    refused = "ยังไปต่อไม่ได้"
    first = plain.CharField(label="หนึ่ง")
    second = plain.CharField(label="สอง", required=False)
    sections = [forms.Section("หัวข้อ", ["first"])]


def test_fields_without_a_section_come_before_the_sections() -> None:
    page = str(Small())
    assert page.index("id_second") < page.index("<h2>หัวข้อ</h2>") < page.index("id_first")
    assert "errsum" not in page
    assert "ยังไปต่อไม่ได้" in str(Small({}))
