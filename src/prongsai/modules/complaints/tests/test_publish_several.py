"""Several cases are shown at once, under titles that were looked through; then the next citizen is told of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Place
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.modules.complaints.selectors.unshown import suggested_title, unshown
from prongsai.modules.complaints.services.publishing import publish_several
from prongsai.modules.complaints.tests.citizen import Visitor
from prongsai.modules.complaints.tests.desk import (
    ALL,
    READ,
    a_case,
    a_complaint,
    at,
    closed_case,
    now,
    said,
)
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
PAGE = "complaints-publish"


def ticked(*cases: Case, **more: Any) -> dict[str, Any]:
    titles = {f"title_{case.pk}": suggested_title(case) for case in cases}
    return {"show": [case.pk for case in cases], "checked": "on", **titles, **more}


def test_what_is_shown_at_once_is_what_the_next_citizen_is_told_of(visitor: Visitor) -> None:
    clerk = signed_in_client(member(*ALL, username="pimchanok", unit="สำนักปลัด"))
    case = a_case(body="ไฟหน้าวัดดับมาสามวัน")

    def told() -> str:
        citizen = Visitor()
        citizen.answer("what", category="lamp", text="ไฟหน้าวัดดับมาสามวัน")
        citizen.answer("where", village="4", place="หน้าวัดบ้านทราย")
        return said(citizen.open("complaints/new/similar/"))

    title = "ไฟสาธารณะดับหรือชำรุด หน้าวัดบ้านทราย หมู่ที่ 4"
    assert title not in told()
    assert clerk.post(at(PAGE), ticked(case)).status_code == 302
    assert title in told()
    assert title in said(Client().get("/banthrai/complaints/list/"))


@pytest.mark.parametrize(
    ("place", "name", "title"),
    [
        ("หน้าวัดบ้านทราย", "นายบุญมี ตัวอย่าง", "ไฟสาธารณะดับหรือชำรุด หน้าวัดบ้านทราย หมู่ที่ 4"),
        ("หน้าบ้านนายสมชาย ใจดี", "", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("หน้าร้านบุญมี", "นายบุญมี ตัวอย่าง", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("ร้านป้าแดง", "", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("บ้านเลขที่ ๔๕", "", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("45/2 ซอยวัด", "", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("โทร 044-123456", "", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("โทร 081-234-5678", "", "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"),
        ("ซอย 3", "", "ไฟสาธารณะดับหรือชำรุด ซอย 3 หมู่ที่ 4"),
    ],
)
def test_a_suggested_title_says_nothing_that_tells_of_a_person(
    office: Organization, place: str, name: str, title: str
) -> None:
    case = a_case(
        title="ไฟหน้าบ้านยายมาดับ", body="โทร 0812345678", place=Place(place, "4"), contact=Contact(name)
    )
    assert suggested_title(case) == title


def test_what_is_offered_is_of_a_public_matter_new_and_not_shown_yet(
    office: Organization, clerk: Client
) -> None:
    with clock.at(clock.today() - timedelta(days=100)):
        a_case(title="เก่า")
    lamp, done = a_case(), closed_case()
    for other in (a_case(category="welfare", title="เบี้ยยังชีพ"), a_complaint()):
        assert str(other.number) not in said(clerk.get(at(PAGE)))
    assert set(unshown(SYSTEM)) == {lamp, done}
    publish_several(actor=SYSTEM, shown=[(lamp, "ไฟดับ หมู่ที่ 4")])
    assert list(unshown(SYSTEM)) == [done]


def test_only_ticked_cases_are_shown_and_each_is_a_public_fact(clerk: Client) -> None:
    first, second, third = a_case(), a_case(), a_case()
    flush()
    data = ticked(first, second) | {f"title_{third.pk}": "ไม่ได้เลือก", f"title_{second.pk}": "ไฟดับสองต้น หมู่ที่ 4"}
    assert clerk.post(at(PAGE), data).status_code == 302
    flush()
    shown = [now(case).public_title for case in (first, second, third)]
    assert shown == ["ไฟสาธารณะดับหรือชำรุด หน้าวัดบ้านทราย หมู่ที่ 4", "ไฟดับสองต้น หมู่ที่ 4", ""]
    facts = Entry.objects.filter(kind="case_published")
    assert (facts.count(), all(fact.is_public for fact in facts)) == (2, True)


@pytest.mark.parametrize(
    "title", ["ไฟหน้าบ้านนายสมชายดับ", "ไฟดับ โทร 0812345678", "ไฟดับหน้าร้านบุญมี", "ไฟดับ บ้านเลขที่ 45", " "]
)
def test_one_title_that_tells_of_a_person_keeps_all_back_and_what_was_typed(
    clerk: Client, title: str
) -> None:
    first, second = a_case(), a_case()
    answer = clerk.post(at(PAGE), ticked(first, second) | {f"title_{second.pk}": title})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'id="id_title_{second.pk}_error"' in page
    assert f'id="id_title_{first.pk}_error"' not in page
    assert f">\n{title}</textarea>" in page
    assert page.count(" checked") >= 2
    assert not Case.objects.filter(is_public=True).exists()


@pytest.mark.parametrize("missing", ["show", "checked"])
def test_nothing_is_shown_without_a_tick_and_without_reading(clerk: Client, missing: str) -> None:
    case = a_case()
    data = {name: value for name, value in ticked(case).items() if name != missing}
    assert clerk.post(at(PAGE), data).status_code == 200
    assert not now(case).is_public


def test_what_somebody_else_showed_or_joined_meanwhile_is_left_alone(clerk: Client) -> None:
    first, second = a_case(), a_case()
    data = ticked(first, second)
    publish_several(actor=SYSTEM, shown=[(second, "ชื่อของอีกคน")])
    told = clerk.post(at(PAGE), data).context["form"].errors["show"]
    assert now(second).public_title == "ชื่อของอีกคน"
    assert str(second.pk) not in " ".join(told), "an internal number says nothing to anybody"


def test_all_or_none_are_shown_and_only_by_who_may(office: Organization) -> None:
    first, second = a_case(), a_case()
    with pytest.raises(InvalidInput) as refused:
        publish_several(actor=SYSTEM, shown=[(first, "ไฟดับ"), (second, "บ้านเลขที่ 45")])
    assert refused.value.field == f"title_{second.pk}"
    with pytest.raises(NotPermitted):
        publish_several(actor=Actor("มานะ"), shown=[(first, "ไฟดับ")])
    assert not Case.objects.filter(is_public=True).exists()


def test_the_desk_teaches_it_while_nothing_is_shown_and_only_to_who_may(clerk: Client) -> None:
    case = a_case()
    link = '<div class="note"><p><b>'
    assert link in clerk.get(at("complaints-desk")).content.decode()
    reader = signed_in_client(member(READ, username="reader"))
    assert at(PAGE) not in reader.get(at("complaints-desk")).content.decode()
    publish_several(actor=SYSTEM, shown=[(case, "ไฟดับ หมู่ที่ 4")])
    page = clerk.get(at("complaints-desk")).content.decode()
    assert link not in page
    assert at(PAGE) in page  # among the ways of working


def test_the_desk_counts_what_the_page_offers_and_is_silent_once_a_finished_one_is_shown(
    clerk: Client,
) -> None:
    note = '<div class="note"><p><b>'

    def desk() -> str:
        return clerk.get(at("complaints-desk")).content.decode()

    with clock.at(clock.today() - timedelta(days=100)):
        a_case(title="เก่า")
    assert note not in desk()  # the page that it would lead to has nothing to show
    done = closed_case()
    assert re.search(rf"{note}\D*\b1 ", desk())
    publish_several(actor=SYSTEM, shown=[(done, "ไฟดับ หมู่ที่ 4")])
    a_case()
    assert note not in desk()


def test_an_empty_public_list_says_what_will_stand_there_and_where_officers_begin(
    office: Organization,
) -> None:
    empty = Client().get("/banthrai/complaints/list/").content.decode()
    assert at(PAGE) in empty
    assert "/banthrai/track/" in empty
    narrowed = Client().get("/banthrai/complaints/list/?kind=complaint").content.decode()
    assert at(PAGE) not in narrowed
