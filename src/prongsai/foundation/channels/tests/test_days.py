"""From looks to days, from days to the month on record, and back from the record to the coverage."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from prongsai.foundation.channels.coverage import DayState, days_of
from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelDay
from prongsai.foundation.channels.selectors import coverage, on_record
from prongsai.foundation.channels.selectors import days_of as drawn_days
from prongsai.foundation.channels.services import (
    close_channel,
    close_day,
    count_due_months,
    count_month,
    open_channel,
    record_check,
    record_day,
    record_days,
    sign_week,
)
from prongsai.foundation.channels.tasks import close_days, tidy
from prongsai.foundation.channels.tests.conftest import MANAGER
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.errors import InvalidInput, WrongState
from tests.cast import SYSTEM

MAY = date(2025, 5, 1)
DAY = timedelta(days=1)
YEAR = Period.fiscal_year(2568)


def opened(kind: str, name: str, on: date, **values: object) -> Channel:
    with clock.at(on):
        return open_channel(actor=MANAGER, kind=kind, name=name, by_its_desk=kind == "sealed", **values)  # type: ignore[arg-type]


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=clock.BANGKOK)


def looks(channel: Channel, day: date, bad: range = range(0)) -> None:
    for hour in range(24):
        record_check(channel=channel, how="canary", ok=hour not in bad, at=at(day, hour))


def test_a_day_is_made_from_its_own_looks_in_thai_time(office: Organization) -> None:
    web = opened("web", "เว็บ", MAY)
    box = opened("box", "ตู้", MAY)
    with clock.at(MAY + 3 * DAY):
        looks(web, MAY)
        looks(web, MAY + DAY, bad=range(14))
        assert [close_day(MAY + n * DAY) for n in range(3)] == [1, 1, 1]
        assert [close_day(MAY + n * DAY) for n in range(3)] == [0, 0, 0]
        with pytest.raises(WrongState):
            close_day(MAY + 3 * DAY)
    made = ChannelDay.objects.order_by("day").values_list("channel_id", "state", "checks", "failed")
    assert list(made) == [(web.pk, "up", 24, 0), (web.pk, "down", 24, 14), (web.pk, "unknown", 0, 0)]
    assert box.pk not in {row[0] for row in made}, "the box has its days from signatures"


def test_a_month_is_counted_once_when_it_is_over(office: Organization) -> None:
    web = opened("web", "เว็บ", MAY + 2 * DAY)
    opened("letter", "จดหมาย", MAY + 2 * DAY)
    with clock.at(date(2025, 5, 31)):
        for n in range(2, 29):
            record_day(channel=web, day=MAY + n * DAY, state="down" if n in (4, 5) else "up")
        with pytest.raises(WrongState):
            count_month(actor=SYSTEM, month=MAY)
        with pytest.raises(InvalidInput):
            record_day(channel=web, day=date(2025, 6, 1), state="up")
    with clock.at(date(2025, 6, 1)):
        count_month(actor=SYSTEM, month=MAY)
        with pytest.raises(WrongState):
            flush()
            count_month(actor=SYSTEM, month=MAY)
    (fact,) = entries("channel_days_counted")
    assert (fact.visibility, fact.about_start, fact.about_end) == ("public", MAY, date(2025, 5, 31))
    web_row, letter_row = fact.content["channels"]
    assert web_row["days"] == "--UUDDUUUUUUUUUUUUUUUUUUUUUUU??"
    assert letter_row["days"] == "--" + "?" * 29
    assert [f.occurred_on for f in entries("channel_alive")] == [date(2025, 5, 29)]


def test_many_days_are_kept_at_once_and_take_the_place_of_former_ones(office: Organization) -> None:
    web = opened("web", "แบบฟอร์ม", MAY)
    with clock.at(MAY + 3 * DAY):
        record_day(channel=web, day=MAY, state="up")
        assert record_days(channel=web, days={MAY: "down", MAY + DAY: "up"}) == 2
        kept = ChannelDay.objects.filter(channel=web).order_by("day").values_list("day", "state", "failed")
        assert list(kept) == [(MAY, "down", 24), (MAY + DAY, "up", 0)]
        with pytest.raises(InvalidInput, match="ยังมาไม่ถึง"):
            record_days(channel=web, days={MAY + 4 * DAY: "up"})


def test_months_that_were_missed_are_made_up_for_and_closed_channels_stay_in_theirs(
    office: Organization,
) -> None:
    old = opened("phone", "โทรศัพท์เก่า", MAY, address="044 000 000")
    with clock.at(date(2025, 6, 16)):
        close_channel(actor=MANAGER, channel=old, reason="เปลี่ยนเลขหมาย")
    with clock.at(date(2025, 8, 3)):
        assert count_due_months(actor=SYSTEM) == 2, "in July no channel was open"
        flush()
        assert count_due_months(actor=SYSTEM) == 0
    may, june = entries("channel_days_counted")
    assert june.content["channels"][0]["days"] == "?" * 15 + "-" * 15


def test_coverage_comes_from_the_ledger_alone(office: Organization) -> None:
    """A whole year: every day up but two for the form, the box signed every week."""
    web, box = opened("web", "เว็บ", YEAR.start), opened("box", "ตู้", YEAR.start)
    for day in days_of(YEAR):
        with clock.at(day):
            record_day(channel=web, day=day, state="down" if day in {MAY, MAY + DAY} else "up")
            if (day - YEAR.start).days % 7 == 0:
                sign_week(actor=MANAGER, channel=box)
            if day.day == 1 and day > YEAR.start:
                count_due_months(actor=SYSTEM)
                flush()
    with clock.at(YEAR.end + 5 * DAY):
        count_due_months(actor=SYSTEM)
        sign_week(actor=MANAGER, channel=box)
        flush()
        ChannelDay.objects.all().delete()
        ChannelCheck.objects.all().delete()
        found, record = coverage(YEAR)
        assert found is not None
        assert (found.days, found.open_days, found.longest_gap) == (365, 363, 2)
        assert found.by_channel == {web.pk: (363, 365), box.pk: (365, 365)}
        assert len(record.entries) == 12 + 53


def test_while_the_year_runs_the_months_that_are_over_count(office: Organization) -> None:
    web = opened("web", "เว็บ", YEAR.start)
    with clock.at(date(2024, 10, 20)):
        assert coverage(YEAR)[0] is None
    for day in days_of(Period(YEAR.start, date(2024, 11, 15))):
        with clock.at(day):
            record_day(channel=web, day=day, state="up")
    with clock.at(date(2024, 11, 15)):
        count_due_months(actor=SYSTEM)
        flush()
        found, _ = coverage(YEAR)
        assert found is not None
        assert (found.open_days, found.days) == (31, 31)
    with clock.at(date(2025, 1, 5)):  # the computer was off since: nobody counted December
        found, _ = coverage(YEAR)
        assert found is not None
        assert (found.open_days, found.days, found.longest_gap) == (31, 92, 61)


def test_a_week_that_nobody_has_signed_for_yet_is_no_gap_while_the_year_runs(office: Organization) -> None:
    box = opened("box", "ตู้", YEAR.start)
    for day in (7, 14, 21, 28):
        with clock.at(date(2024, 10, day)):
            sign_week(actor=MANAGER, channel=box)
    with clock.at(date(2024, 11, 2)):
        count_due_months(actor=SYSTEM)
        flush()
        found, record = coverage(YEAR)
        assert found is not None
        assert (found.open_days, found.days, found.longest_gap) == (28, 28, 0)
        assert record.horizon == date(2024, 10, 28)
        month, _ = coverage(Period(YEAR.start, date(2024, 10, 31)))
        assert month is not None
        assert (month.open_days, month.days, month.longest_gap) == (28, 31, 3), (
            "a time that is over is judged by all"
        )
    with clock.at(date(2024, 11, 12)):  # nobody signed in time: what was open is not known any more
        found, _ = coverage(YEAR)
        assert found is not None
        assert (found.open_days, found.days, found.longest_gap) == (28, 31, 3)


def test_a_week_that_was_signed_for_as_broken_waits_for_nobody(office: Organization) -> None:
    box = opened("box", "ตู้", YEAR.start)
    with clock.at(date(2024, 10, 24)):
        sign_week(actor=MANAGER, channel=box)
    with clock.at(date(2024, 10, 31)):
        sign_week(actor=MANAGER, channel=box, works=False, text="กุญแจหาย")
    with clock.at(date(2024, 11, 2)):
        count_due_months(actor=SYSTEM)
        flush()
        found, _ = coverage(YEAR)
    assert found is not None
    assert (found.days, found.longest_gap, found.in_gap) == (31, 14, {box.pk: 14})


def test_the_sealed_channel_can_be_left_out(office: Organization) -> None:
    web, sealed = opened("web", "เว็บ", MAY), opened("sealed", "แจ้งเบาะแส", MAY)
    with clock.at(date(2025, 6, 2)):
        for day in days_of(Period(MAY, date(2025, 5, 31))):
            record_day(channel=web, day=day, state="up")
            record_day(channel=sealed, day=day, state="down")
        count_due_months(actor=SYSTEM)
        flush()
        month = Period(MAY, date(2025, 5, 31))
        with_it, without = coverage(month)[0], coverage(month, without=frozenset({"sealed"}))[0]
    assert with_it is not None
    assert without is not None
    assert (with_it.open_days, without.open_days) == (0, 31)


def test_what_takes_no_complaints_is_kept_apart(office: Organization) -> None:
    opened("web", "เว็บ", MAY)
    opened("phone", "ประปา", MAY, address="044 000 000", takes_complaints=False)
    with clock.at(date(2025, 6, 2)):
        count_due_months(actor=SYSTEM)
        flush()
        found = on_record(Period(MAY, date(2025, 5, 31)))
    assert [r.name for r in found.records] == ["เว็บ"]
    assert [r.name for r in found.others] == ["ประปา"]


def test_a_day_that_lies_wholly_in_an_outage_on_record_is_not_up_whatever_is_kept_of_it(
    office: Organization,
) -> None:
    """Somebody who may write to the tables rewrites the days before the month is counted, or the outage came later."""
    web = opened("web", "เว็บ", MAY)
    for day, ok in ((3, False), (20, True)):
        record_check(channel=web, how="canary", ok=ok, at=at(date(2025, 5, day), 0))
    month = Period(MAY, date(2025, 5, 31))
    record_days(channel=web, days=dict.fromkeys(days_of(month), "up"))
    with clock.at(date(2025, 6, 2)):
        count_due_months(actor=SYSTEM)
        flush()
        found, record = coverage(month)
    (fact,) = entries("channel_days_counted")
    (row,) = fact.content["channels"]
    assert (row["days"], row["disputed"]) == ("U" * 3 + "?" * 16 + "U" * 12, list(range(4, 20)))
    assert found is not None
    assert (found.open_days, found.longest_gap) == (15, 16)
    assert record.disputed == {web.pk: {date(2025, 5, day) for day in range(4, 20)}}
    drawn = drawn_days(month, [web])[web.pk]
    assert {day.day for day, state in drawn.items() if state is not DayState.UP} == set(range(4, 20)), (
        "as judged"
    )


def test_an_outage_counts_against_days_that_were_counted_as_up(office: Organization) -> None:
    """A month's count of before the outages were looked at, or a signature across one."""
    web, month = opened("web", "เว็บ", MAY), Period(MAY, date(2025, 5, 31))
    record_days(channel=web, days=dict.fromkeys(days_of(month), "up"))
    with clock.at(date(2025, 6, 2)):
        count_due_months(actor=SYSTEM)
        flush()
        record_check(channel=web, how="canary", ok=False, at=at(date(2025, 5, 29), 12))
        flush()
        found, record = coverage(month)
        assert found is not None
        assert (found.open_days, record.disputed[web.pk]) == (29, {date(2025, 5, 30), date(2025, 5, 31)})
        (down,) = entries("channel_down")
        assert down.number in record.entries


def test_every_night_the_days_are_closed_and_the_months_counted(office: Organization) -> None:
    web = opened("web", "เว็บ", MAY)
    with clock.at(date(2025, 6, 1)):
        for n in range(25, 31):
            looks(web, MAY + n * DAY)
        close_days(organization_id=office.pk)
        flush()
        close_days(organization_id=office.pk)
    (fact,) = entries("channel_days_counted")
    assert fact.content["channels"][0]["days"] == "?" * 24 + "?" + "UUUUUU"


def test_looks_are_forgotten_when_they_are_counted_and_signatures_are_not(office: Organization) -> None:
    web, box = opened("web", "เว็บ", MAY), opened("box", "ตู้", MAY)
    with clock.at(MAY + DAY):
        record_check(channel=web, how="canary", ok=True)
        sign_week(actor=MANAGER, channel=box)
    with clock.at(MAY + 80 * DAY):
        tidy()
    assert [c.how for c in ChannelCheck.objects.all()] == ["officer"]
