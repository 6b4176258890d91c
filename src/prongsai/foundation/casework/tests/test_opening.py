"""A case begins: number, code, contact, place; once however often it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import codes
from prongsai.foundation.casework.models import Case, CaseCounter, CaseEvent
from prongsai.foundation.casework.selectors import case_by_code, case_by_number, public_timeline
from prongsai.foundation.casework.services import Contact, Place, open_case, tracking_qr, tracking_url
from prongsai.foundation.casework.tests.conftest import DAY, ERRAND, LETTER, a_case, a_file, opened, recorded
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from tests.cast import donsai


def test_numbers_run_by_kind_and_fiscal_year(office: Organization) -> None:
    assert [a_case().number, a_case().number] == ["68-0001", "68-0002"]
    assert a_case(kind=LETTER.key).number == "L68-0001"
    with clock.at(date(2025, 10, 1)):
        assert a_case().number == "69-0001"
        assert a_case(received_on=date(2025, 9, 30)).number == "69-0002", (
            "by the day on which it is registered"
        )


def test_each_office_has_numbers_of_its_own(office: Organization) -> None:
    a_case()
    with scope(donsai().pk):
        assert a_case().number == "68-0001"
        assert Case.objects.count() == 1


def test_a_new_case_says_what_it_is_and_until_when(office: Organization) -> None:
    case = a_case(body="ดับมาสามคืน", details={"pole": "12"})
    assert (case.state, case.phase) == ("new", "received")
    assert (case.received_on, case.due_on, case.inform_by) == (DAY, date(2025, 9, 4), date(2025, 8, 29))
    assert case.details == {"pole": "12"}
    assert [(e.event, e.target, e.is_public) for e in public_timeline(case)] == [("received", "new", True)]


def test_a_case_that_came_earlier_is_counted_from_then(office: Organization) -> None:
    case = a_case(received_on=date(2025, 8, 1))
    assert case.due_on == date(2025, 8, 26), "15 working days; the 11th and 12th were holidays"
    [fact] = recorded(case)
    assert fact.occurred_on == date(2025, 8, 1)


def test_the_fact_names_nobody(office: Organization) -> None:
    case = a_case(contact=Contact("นายตัวอย่าง ใจดี", "0812345678", "a@example.com"), body="บ้านนายตัวอย่าง")
    [fact] = recorded(case)
    assert (fact.kind, fact.topic, fact.subject) == ("errand_received", "service", f"testing.case:{case.pk}")
    assert fact.visibility == "internal"
    assert fact.content == {
        "number": "68-0001",
        "category": "lamp",
        "channel_kind": "web",
        "case_kind": "testing.errand",
        "title": fact.label,
        "url": "",
        "actor": {"name": "ผู้แจ้ง"},
    }


def test_a_citizen_given_as_actor_by_name_is_not_named_either(office: Organization) -> None:
    case = open_case(
        actor=Actor(name="นายตัวอย่าง ใจดี", permissions=frozenset({"testing.intake"})),
        kind=ERRAND.key, title="ไฟดับ", channel_kind="phone",
    ).case  # fmt: skip
    [fact] = recorded(case)
    assert fact.content["actor"] == {"name": "ผู้แจ้ง"}
    assert case.events.get().actor == "ผู้แจ้ง"


def test_the_code_opens_the_case_however_it_is_typed_and_is_not_kept(office: Organization) -> None:
    made = opened()
    assert codes.normalised(made.code) == made.code
    for typed in (
        made.code,
        made.code.lower(),
        made.code.replace("-", " "),
        f" {made.code.replace('0', 'o')} ",
    ):
        assert case_by_code(typed) == made.case
    assert case_by_number("๖๘-๐๐๐๑", made.code) == made.case
    assert case_by_number("68-0002", made.code) is None
    assert made.code not in str(Case.objects.values().get())
    for wrong in ("", "XXXX", made.code[:-1] + "U", "ก" * 8):
        assert case_by_code(wrong) is None


def test_a_code_of_another_office_opens_nothing(office: Organization) -> None:
    made = opened()
    with scope(donsai().pk):
        assert case_by_code(made.code) is None


def test_a_code_works_after_the_installations_key_was_changed(office: Organization, settings) -> None:  # type: ignore[no-untyped-def]
    made = opened()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    assert case_by_code(made.code) == made.case


def test_the_tracking_address_carries_the_code_and_is_drawn_as_a_code(office: Organization) -> None:
    made = opened()
    assert tracking_url(made.case, made.code).endswith(f"/banthrai/track/{made.code}/?n={made.case.number}")
    assert tracking_qr(made.case, made.code).startswith("<svg")
    assert tracking_url(a_case(kind=LETTER.key), made.code) == "", "a kind without a tracking page"


def test_the_same_message_opens_one_case(office: Organization) -> None:
    first = opened(source_key="<m1@example.com>", channel_kind="email")
    again = opened(source_key="<m1@example.com>", channel_kind="email")
    assert (again.case, again.code) == (first.case, "")
    other = opened(source_key="<m1@example.com>", channel_kind="facebook")
    assert other.case != first.case
    assert CaseCounter.objects.get().last == 2
    long = "m" * 900
    assert opened(source_key=long).case == opened(source_key=long).case


def test_who_can_be_reached_is_told_number_and_code_and_the_case_does_not_keep_it(
    office: Organization,
) -> None:
    made = opened(contact=Contact(email="Villager@Example.com"))
    told = Outbound.objects.get()
    assert (told.kind, told.recipient) == ("email", "villager@example.com")
    assert made.code in told.text
    assert made.case.number in told.text
    assert not made.case.messages.exists()
    line = opened(channel_kind="line", contact=Contact(handle="U123"), reply_to="token")
    assert (
        Outbound.objects.get(recipient="U123", kind="line", reply_to="token").subject_ref
        == f"casework.case:{line.case.pk}"
    )
    a_case()
    assert Outbound.objects.count() == 2, "nobody to tell"


def test_files_unit_and_place_come_with_it(office: Organization) -> None:
    unit = Unit.objects.get(name="กองคลัง")
    case = a_case(files=[a_file(), a_file()], unit=unit, place=Place("หน้าวัด", "3", 14.98765432, 103.1))
    assert [(f.name, f.from_citizen) for f in case.files.all()] == [("photo.txt", True)]
    assert (case.unit, case.village, case.latitude) == (unit, "3", Decimal("14.987654"))
    assert CaseEvent.objects.filter(event="assigned", unit=unit).exists()


def test_a_case_without_a_title_is_called_after_its_first_words(office: Organization) -> None:
    assert a_case("", body="ถนนเป็นหลุม " * 20).title == ("ถนนเป็นหลุม " * 20)[:79].rstrip() + "…"
    assert a_case(" ไฟ \n ดับ\0 ").title == "ไฟ ดับ"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "", "body": " "}, "title"),
        ({"title": "ก" * 201}, "title"),
        ({"body": "ก" * 20_001}, "body"),
        ({"kind": "testing.nothing"}, "kind"),
        ({"channel_kind": "smoke"}, "channel_kind"),
        ({"received_on": DAY + timedelta(days=1)}, "received_on"),
        ({"contact": Contact(email="no address")}, "contact_email"),
        ({"place": Place(latitude=95, longitude=1)}, "latitude"),
        ({"place": Place(latitude=15)}, "latitude"),
        ({"place": Place(latitude=float("nan"), longitude=1)}, "latitude"),
        ({"details": {"x": object()}}, "details"),
        ({"details": {"x": float("nan")}}, "details"),
        ({"details": {"x": "ก" * 60_000}}, "details"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field_and_takes_no_number(
    office: Organization, said: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(**({"title": "ไฟดับ"} | said))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not CaseCounter.objects.exists()


def test_staff_need_the_permission_to_take_in(
    office: Organization, somsri: Membership, officer: Actor
) -> None:
    case = a_case(actor=officer, channel_kind="phone")
    assert case.events.get().member == somsri
    with pytest.raises(NotPermitted):
        a_case(actor=Actor("มานะ", frozenset({"testing.handle"}), user_id=9), channel_kind="phone")


def test_a_self_check_leaves_no_trace_in_numbers_history_and_ledger(office: Organization) -> None:
    made = opened(is_check=True, contact=Contact(email="a@example.com"))
    assert made.case.number.startswith("ทดสอบ-")
    assert case_by_code(made.code) == made.case
    assert not made.case.events.exists()
    assert recorded(made.case) == []
    assert not Outbound.objects.exists()
    assert a_case().number == "68-0001"
    assert a_case(is_check=True).phase == "received"
