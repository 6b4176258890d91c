"""What was found of a channel stays found: neither the register nor a signature takes an outage back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Channel, ChannelDay
from prongsai.foundation.channels.selectors import coverage
from prongsai.foundation.channels.services import (
    change_channel,
    close_channel,
    close_day,
    connect,
    count_due_months,
    disconnect,
    record_check,
    record_day,
    sign_week,
)
from prongsai.foundation.channels.tests.conftest import MANAGER, SECRET, TOKEN
from prongsai.foundation.channels.tests.servers import LineServer
from prongsai.foundation.channels.tests.test_days import opened
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from tests.cast import SYSTEM

YEAR = Period.fiscal_year(2568)
DAY = timedelta(days=1)
SEPTEMBER = date(2025, 9, 1)


def counted(on: date) -> None:
    with clock.at(on):
        count_due_months(actor=SYSTEM)
        flush()


def open_days(on: date, period: Period = YEAR) -> int:
    with clock.at(on):
        found, _ = coverage(period)
        assert found is not None
        return found.open_days


def months(web: Channel, dead: Channel, until: date) -> None:
    """The form was up every day, the other channel on none."""
    for day in days_of(Period(YEAR.start, until)):
        with clock.at(day):
            record_day(channel=web, day=day, state="up")
            record_day(channel=dead, day=day, state="down")
        if day.day == 1:
            counted(day)


def test_a_channel_that_leaves_the_list_leaves_no_month_in_which_it_stood_there(office: Organization) -> None:
    web, dead = opened("web", "เว็บ", YEAR.start), opened("line", "LINE", YEAR.start)
    months(web, dead, YEAR.end)
    with clock.at(SEPTEMBER):
        change_channel(actor=MANAGER, channel=dead, is_listed=False)
        flush()
    counted(YEAR.end + 2 * DAY)
    assert open_days(YEAR.end + 2 * DAY) == 0, "in September, too, it stood there for a while"


def test_off_the_list_and_on_again_before_the_count_is_in_the_count(office: Organization) -> None:
    web, dead = opened("web", "เว็บ", YEAR.start), opened("line", "LINE", YEAR.start)
    october = Period(YEAR.start, date(2024, 10, 31))
    months(web, dead, october.end)
    with clock.at(date(2024, 10, 31)):
        change_channel(actor=MANAGER, channel=dead, takes_complaints=False)
        flush()
    counted(date(2024, 11, 1))
    with clock.at(date(2024, 11, 1)):
        change_channel(actor=MANAGER, channel=dead, takes_complaints=True)
        flush()
    assert open_days(date(2024, 11, 2), october) == 0


def test_a_channel_that_comes_onto_the_list_after_a_month_is_not_in_it(office: Organization) -> None:
    web = opened("web", "เว็บ", YEAR.start)
    late = opened("line", "LINE", YEAR.start, is_listed=False)
    october = Period(YEAR.start, date(2024, 10, 31))
    months(web, late, october.end)
    with clock.at(date(2024, 11, 1)):
        change_channel(actor=MANAGER, channel=late, is_listed=True)
        flush()
    counted(date(2024, 11, 1))
    assert open_days(date(2024, 11, 2), october) == 31


def test_a_closed_channel_counts_until_the_day_on_which_it_was_closed(office: Organization) -> None:
    web, dead = opened("web", "เว็บ", YEAR.start), opened("line", "LINE", YEAR.start)
    october = Period(YEAR.start, date(2024, 10, 31))
    months(web, dead, october.end)
    with clock.at(date(2024, 10, 21)):
        close_channel(actor=MANAGER, channel=dead, reason="เลิกใช้")
    counted(date(2024, 11, 1))
    (fact,) = entries("channel_days_counted")
    assert fact.content["channels"][1]["days"] == "D" * 20 + "-" * 11
    assert open_days(date(2024, 11, 2), october) == 11


def test_a_signature_undoes_nothing_that_the_heartbeat_found(
    office: Organization, line_server: LineServer
) -> None:
    start = date(2025, 5, 20)
    made = opened("line", "LINE", start)
    with clock.at(start):
        line = connect(
            actor=MANAGER,
            channel=made,
            settings={},
            secrets={"channel_secret": SECRET, "access_token": TOKEN},
        )
    for day in days_of(Period(start, start + 9 * DAY)):
        hours = range(24) if day < start + 9 * DAY else range(10)
        for hour in hours:
            at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=clock.BANGKOK)
            record_check(channel=line, how="canary", ok=day < start + 2 * DAY, at=at)
        with clock.at(day + DAY):
            if day < start + 9 * DAY:
                close_day(day)
    with clock.at(start + 9 * DAY):
        disconnect(actor=MANAGER, channel=line)
    with clock.at(start + 10 * DAY):
        close_day(start + 9 * DAY)
        record_check(channel=line, how="traffic", ok=True)  # somebody wrote: the outage is over
        sign_week(actor=MANAGER, channel=line)
        flush()
    states = list(ChannelDay.objects.order_by("day").values_list("state", flat=True))
    assert states == ["up", "up", *["down"] * 8, "up"]
    counted(date(2025, 6, 1))
    may = Period(date(2025, 5, 1), date(2025, 5, 31))
    assert open_days(date(2025, 6, 2), may) == 3
    with clock.at(date(2025, 6, 1)):
        ChannelDay.objects.all().delete()
        sign_week(actor=MANAGER, channel=line)  # speaks of 31 May as well
        flush()
    assert open_days(date(2025, 6, 2), may) == 4
