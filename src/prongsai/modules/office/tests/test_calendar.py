"""The calendar of a member: read by a calendar library, opened by its secret only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from icalendar import Calendar, Event

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, WorkItem
from prongsai.kernel.errors import NotPermitted
from prongsai.modules.office.models import Wishes
from prongsai.modules.office.services import choose_daily_mail, renew_calendar, stop_calendar
from prongsai.modules.office.tests.conftest import Desk
from tests.cast import donsai, member

THURSDAY = date(2025, 8, 14)
ITEMS = (
    WorkItem("a", "ตอบเรื่องร้องเรียน; ขอเอกสาร, ล่าช้า", "/banthrai/work/a/", THURSDAY, missing="ต้องแจ้งผล"),
    WorkItem("b", "รับรองรายงาน", "/banthrai/work/b/", THURSDAY + timedelta(days=1), approval=True),
    WorkItem("undated", "ไม่มีกำหนด", "/banthrai/work/c/"),
    WorkItem("theirs", "ของกองคลัง", "/banthrai/work/d/", THURSDAY, unit="กองคลัง"),
)


def events(organization: str, secret: str) -> list[Event]:
    with clock.at(THURSDAY):
        answer = Client().get(f"/{organization}/work/calendar/{secret}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    return [part for part in Calendar.from_ical(answer.content).walk() if isinstance(part, Event)]


def secret_of(somebody: Membership) -> str:
    return renew_calendar(actor=somebody.actor(), member=somebody)


def test_dated_work_is_a_whole_day_with_an_alarm_the_morning_before(office: Organization, desk: Desk) -> None:
    desk.put(*ITEMS)
    first, second = events("banthrai", secret_of(member("office.read", unit="สำนักปลัด")))
    assert first["SUMMARY"] == ITEMS[0].title
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (THURSDAY, THURSDAY + timedelta(days=1))
    assert str(first["DESCRIPTION"]) == "ต้องแจ้งผล\nhttp://localhost:8000/banthrai/work/a/"
    assert [alarm["TRIGGER"].dt for alarm in first.subcomponents] == [timedelta(hours=-15)]
    assert second["SUMMARY"] == "รับรองรายงาน"


def test_work_that_moves_keeps_its_uid(office: Organization, desk: Desk) -> None:
    secret = secret_of(member("office.read"))
    desk.put(ITEMS[0])
    (before,) = events("banthrai", secret)
    desk.put(WorkItem("a", "แก้คำ", "/banthrai/work/a/", THURSDAY + timedelta(days=9)))
    (after,) = events("banthrai", secret)
    assert before["UID"] == after["UID"]
    assert before["DTSTART"].dt != after["DTSTART"].dt


def test_a_renewed_or_stopped_secret_opens_nothing(office: Organization, desk: Desk) -> None:
    somsri = member("office.read")
    old, new = secret_of(somsri), secret_of(somsri)
    assert Client().get(f"/banthrai/work/calendar/{old}.ics").status_code == 404
    assert events("banthrai", new) == []
    stop_calendar(actor=somsri.actor(), member=somsri)
    assert Client().get(f"/banthrai/work/calendar/{new}.ics").status_code == 404


def test_the_secret_is_not_kept(office: Organization) -> None:
    secret = secret_of(member("office.read"))
    kept = Wishes.objects.get().calendar
    assert len(secret) >= 32
    assert secret not in kept
    assert len(kept) == 64


def test_no_secret_opens_the_calendar_of_nobody_or_of_another_office(office: Organization) -> None:
    somsri = member("office.read")
    secret = secret_of(somsri)
    choose_daily_mail(actor=somsri.actor(), member=somsri, wanted=False)
    donsai()
    assert Client().get(f"/donsai/work/calendar/{secret}.ics").status_code == 404
    assert Client().get("/banthrai/work/calendar/x.ics").status_code == 404


def test_who_has_left_has_no_calendar(office: Organization) -> None:
    somsri = member("office.read")
    secret = secret_of(somsri)
    somsri.is_active = False
    somsri.save()
    assert Client().get(f"/banthrai/work/calendar/{secret}.ics").status_code == 404


@pytest.mark.parametrize("actor", [Actor("มานะ", user_id=0), Actor.system()])
def test_nobody_chooses_for_somebody_else(office: Organization, actor: Actor) -> None:
    somsri = member("office.read")
    for act in (
        lambda: renew_calendar(actor=actor, member=somsri),
        lambda: stop_calendar(actor=actor, member=somsri),
        lambda: choose_daily_mail(actor=actor, member=somsri, wanted=False),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert not Wishes.objects.exists()
