"""What a prober could not tell at once: outages count however late, and that all was well proves nothing by then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from prongsai.foundation.channels.coverage import LETTERS, DayState
from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelDay, Prober
from prongsai.foundation.channels.selectors import coverage
from prongsai.foundation.channels.services import (
    make_prober,
    open_channel,
    record_check,
    report_looks,
    stop_prober,
)
from prongsai.foundation.channels.tasks import close_days
from prongsai.foundation.channels.tests.conftest import MANAGER
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Period

DAY = timedelta(days=1)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def at(month: int, day: int, hour: int, minute: int = 7) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BANGKOK)


@pytest.fixture
def web(office: Organization) -> Channel:
    with clock.at(at(2, 27, 12)):
        return open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")


@pytest.fixture
def prober(web: Channel) -> Prober:
    with clock.at(at(2, 27, 12)):
        return make_prober(actor=MANAGER, name="ที่ว่าการอำเภอ").prober


def looks(first: datetime, hours: int, *, ok: bool) -> list[dict[str, object]]:
    moments = [first + timedelta(hours=hour) for hour in range(hours)]
    return [
        {"kind": "web", "at": moment.isoformat(), "ok": ok, "took_ms": 1, "note": ""} for moment in moments
    ]


def well_inside(web: Channel, first: datetime, days: int) -> None:
    """Every hour the house finds itself well, and every night the day is closed."""
    for day in range(days):
        moments = [first + day * DAY + timedelta(hours=hour) for hour in range(24)]
        ChannelCheck.objects.bulk_create(
            ChannelCheck(channel=web, at=moment, how="canary", ok=True) for moment in moments
        )
        night(web, (first + (day + 1) * DAY).date())


def night(web: Channel, day: date) -> None:
    with clock.at(datetime(day.year, day.month, day.day, 0, 20, tzinfo=BANGKOK)):
        close_days(organization_id=web.organization_id)  # type: ignore[attr-defined]
        flush()


def days(web: Channel, since: date) -> str:
    made = ChannelDay.objects.filter(channel=web, day__gte=since).order_by("day")
    return "".join(LETTERS[DayState(state)] for state in made.values_list("state", flat=True))


def counts(first: date) -> list[Entry]:
    return [entry for entry in entries("channel_days_counted") if entry.about_start == first]


def told(on: datetime) -> tuple[int, int]:
    with clock.at(on):
        found, _ = coverage(MARCH)
        assert found is not None
        return found.open_days, found.longest_gap


def test_an_outage_that_could_be_told_only_when_it_was_over_opens_its_days_again(
    web: Channel, prober: Prober
) -> None:
    night(web, date(2026, 3, 1))
    well_inside(web, at(3, 1, 0), 10)
    assert days(web, MARCH.start) == "U" * 10
    with clock.at(at(3, 11, 8)):
        record_check(channel=web, how="canary", ok=True)
        report_looks(prober=prober, looks=looks(at(3, 1, 0, 10), 240, ok=False))
    assert days(web, MARCH.start) == "UUU" + "D" * 7, "what is older than a week is not taken any more"
    well_inside(web, at(3, 11, 0), 21)
    assert told(at(4, 2, 9)) == (24, 7)


@pytest.mark.slow
def test_after_the_month_was_counted_it_is_counted_anew_and_the_former_count_stays_to_be_seen(
    web: Channel, prober: Prober
) -> None:
    night(web, date(2026, 3, 1))
    well_inside(web, at(3, 1, 0), 31)
    assert told(at(4, 1, 9)) == (31, 0)
    with clock.at(at(4, 2, 8)):
        report_looks(prober=prober, looks=looks(at(3, 28, 0, 10), 96, ok=False))
        flush()
    assert told(at(4, 2, 9)) == (27, 4)
    with clock.at(at(4, 2, 9)):
        former, fresh = counts(MARCH.start)
        assert (former.content["channels"][0]["days"], fresh.content["channels"][0]["days"]) == (
            "U" * 31, "U" * 27 + "D" * 4,
        )  # fmt: skip
        assert fresh.content["messages"] == former.content["messages"]
        assert "นับวันใหม่" in entries("fact_withdrawn")[0].content["reason"]
        assert [f.occurred_on.day for f in facts(kind="channel_alive").filter(about_start=MARCH.start)] == [
            27
        ]
    night(web, date(2026, 4, 3))
    assert len(counts(MARCH.start)) == 2, "counted anew once"


@pytest.mark.slow
def test_a_night_finds_what_was_told_while_the_month_was_being_counted(web: Channel) -> None:
    night(web, date(2026, 3, 1))
    well_inside(web, at(3, 1, 0), 31)
    ChannelDay.objects.filter(day=date(2026, 3, 31)).update(state="down")
    night(web, date(2026, 4, 2))
    assert told(at(4, 2, 9)) == (30, 1)


def test_that_all_was_well_proves_nothing_when_it_is_told_late(web: Channel, prober: Prober) -> None:
    """The server was off for five days; whoever holds the key says afterwards that it was not."""
    night(web, date(2026, 3, 1))
    with clock.at(at(3, 6, 8)):
        assert report_looks(prober=prober, looks=looks(at(3, 1, 0, 10), 120, ok=True)) == 120
    night(web, date(2026, 3, 7))
    assert days(web, MARCH.start) == "?" * 6
    web.refresh_from_db()
    assert web.last_ok_at is None


def test_a_look_that_was_told_within_minutes_counts(web: Channel, prober: Prober) -> None:
    for hour in range(24):
        with clock.at(at(2, 28, hour, 9)):
            report_looks(prober=prober, looks=looks(at(2, 28, hour, 2), 1, ok=True))
    night(web, date(2026, 3, 1))
    assert ChannelDay.objects.get(day=date(2026, 2, 28)).state == "up"


def test_that_all_was_well_lifts_no_outage_when_it_is_told_late(web: Channel, prober: Prober) -> None:
    with clock.at(at(3, 1, 1)):
        record_check(channel=web, how="probe", ok=False)
    with clock.at(at(3, 1, 9)):
        report_looks(prober=prober, looks=looks(at(3, 1, 8), 1, ok=True))
        web.refresh_from_db()
        assert web.is_down
        report_looks(prober=prober, looks=looks(at(3, 1, 9), 1, ok=True))
    web.refresh_from_db()
    assert not web.is_down


def test_an_hour_that_failed_from_outside_makes_no_day_worse_than_it_was(
    web: Channel, prober: Prober
) -> None:
    night(web, date(2026, 3, 1))
    well_inside(web, at(3, 1, 0), 1)
    with clock.at(at(3, 2, 8)):
        report_looks(prober=prober, looks=looks(at(3, 1, 3), 3, ok=False))
    assert days(web, MARCH.start) == "U"


def test_who_makes_and_stops_a_key_is_on_record(web: Channel, prober: Prober) -> None:
    stop_prober(actor=MANAGER, prober=prober)
    (made,), (stopped,) = entries("channel_prober_made"), entries("channel_prober_stopped")
    for fact in (made, stopped):
        assert (fact.visibility, fact.content["name"], fact.content["actor"]["name"]) == (
            "internal", "ที่ว่าการอำเภอ", MANAGER.name,
        )  # fmt: skip
    secret = prober.secret
    assert secret not in str(made.content)
