"""Outages become facts at once; officers sign for what has no heartbeat."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelDay
from prongsai.foundation.channels.services import open_channel, record_check, sign_week
from prongsai.foundation.channels.services.checks import due_on
from prongsai.foundation.channels.tests.conftest import MANAGER
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState

NOON = datetime(2025, 8, 14, 12, tzinfo=clock.BANGKOK)
DAY = timedelta(days=1)


@pytest.fixture
def web(office: Organization) -> Channel:
    with clock.at(NOON - 40 * DAY):
        return open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")


@pytest.fixture
def box(office: Organization) -> Channel:
    with clock.at(NOON - 40 * DAY):
        return open_channel(actor=MANAGER, kind="box", name="ตู้หน้าสำนักงาน")


def look(channel: Channel, ok: bool, hours: float, how: str = "canary") -> None:
    with clock.at(NOON + timedelta(hours=hours)):
        record_check(channel=channel, how=how, ok=ok, note="" if ok else "หน้าแบบฟอร์มตอบ 500")


def turns() -> list[tuple[str, int | None]]:
    found = [*entries("channel_down"), *entries("channel_up")]
    return [(f.kind, f.content.get("minutes")) for f in sorted(found, key=lambda f: f.number)]


def test_the_first_failed_look_is_an_outage_and_the_next_good_one_ends_it(web: Channel) -> None:
    for ok, hours in ((True, 0), (False, 1), (False, 2), (True, 3.5), (True, 4)):
        look(web, ok, hours)
    assert turns() == [("channel_down", None), ("channel_up", 150)]
    (down,) = entries("channel_down")
    assert (down.visibility, down.about) == ("public", "complaint_channels")
    assert "13.00 น." in down.title
    assert "500" not in str(down.content), "what the machine said stays in the house"
    web.refresh_from_db()
    assert (web.is_down, web.last_ok_at) == (False, NOON + timedelta(hours=4))


def test_an_outage_seen_from_outside_is_not_ended_by_a_look_from_inside(web: Channel) -> None:
    look(web, False, 0, "probe")
    look(web, True, 0.1, "canary")
    web.refresh_from_db()
    assert web.is_down
    look(web, True, 1, "probe")
    web.refresh_from_db()
    assert not web.is_down


@pytest.mark.parametrize("how", ["traffic", "officer"])
def test_a_real_message_or_an_officer_ends_any_outage(web: Channel, how: str) -> None:
    look(web, False, 0)
    look(web, True, 1, how)
    assert [kind for kind, _ in turns()] == ["channel_down", "channel_up"]


def test_an_old_look_that_is_reported_late_turns_nothing(web: Channel) -> None:
    look(web, True, 0)
    with clock.at(NOON + timedelta(hours=1)):
        record_check(channel=web, how="probe", ok=False, at=NOON - timedelta(hours=2))
    assert turns() == []
    assert ChannelCheck.objects.count() == 2


def sign(box: Channel, day: int, **said: object) -> ChannelCheck:
    with clock.at(NOON + day * DAY):
        return sign_week(actor=MANAGER, channel=box, **said)  # type: ignore[arg-type]


def days(box: Channel) -> dict[date, str]:
    return dict(ChannelDay.objects.filter(channel=box).values_list("day", "state"))


def test_a_signature_speaks_of_the_days_since_the_last_one(box: Channel) -> None:
    sign(box, 0)
    sign(box, 7)
    assert sorted(days(box)) == [NOON.date() + n * DAY for n in range(-9, 8)]
    first, second = entries("channel_checked")
    assert (second.about_start, second.about_end) == (NOON.date() + DAY, NOON.date() + 7 * DAY)
    assert second.content["text"] == "ตรวจแล้ว ใช้ได้ตามปกติ"
    assert second.content["actor"]["name"] == MANAGER.name
    assert first.visibility == "public"


def test_who_waits_too_long_leaves_days_that_nobody_speaks_of(box: Channel) -> None:
    sign(box, 0)
    sign(box, 14)
    missing = {NOON.date() + n * DAY for n in range(1, 5)}
    assert not missing & set(days(box))


def test_a_box_that_is_broken_is_an_outage_until_somebody_signs_that_it_is_not(box: Channel) -> None:
    sign(box, 0)
    with pytest.raises(InvalidInput):
        sign(box, 3, works=False)
    sign(box, 3, works=False, text="กุญแจหาย เปิดตู้ไม่ได้")
    sign(box, 6, text="เปลี่ยนกุญแจแล้ว")
    found = days(box)
    assert found[NOON.date() + 3 * DAY] == "down"
    assert NOON.date() + 4 * DAY not in found, "nobody says that it worked in between"
    assert found[NOON.date() + 6 * DAY] == "up"
    assert [kind for kind, _ in turns()] == ["channel_down", "channel_up"]


def test_a_signature_is_given_once_a_day_by_who_may_and_names_nobody(box: Channel) -> None:
    with pytest.raises(NotPermitted):
        sign_week(actor=Actor("แขก", frozenset({"channels.manage"})), channel=box)
    with pytest.raises(InvalidInput, match="ข้อมูลส่วนบุคคล"):
        sign(box, 0, text="พบจดหมายของ 081 234 5678")
    sign(box, 0)
    with pytest.raises(WrongState):
        sign(box, 0)


def test_nobody_signs_for_what_the_system_looks_at_itself(web: Channel, line: Channel) -> None:
    for channel in (web, line):
        with pytest.raises(WrongState):
            sign_week(actor=MANAGER, channel=channel)


def test_a_page_that_is_not_connected_is_signed_for_by_an_officer(office: Organization) -> None:
    page = open_channel(
        actor=MANAGER, kind="facebook", name="เพจ", address="https://www.facebook.com/banthrai"
    )
    assert sign_week(actor=MANAGER, channel=page).ok


def test_a_signature_does_not_reach_back_before_the_opening(office: Organization) -> None:
    with clock.at(NOON - 2 * DAY):
        phone = open_channel(actor=MANAGER, kind="phone", name="โทรศัพท์", address="044 000 000")
        assert due_on(phone) == NOON.date() + 5 * DAY
    sign(phone, 0)
    assert sorted(days(phone)) == [NOON.date() - 2 * DAY, NOON.date() - DAY, NOON.date()]
