"""What figures are counted by cannot be erased; where it was erased all the same, it is not known."""

from __future__ import annotations

from datetime import date

import pytest

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.selectors import spans_of
from prongsai.foundation.channels.services import (
    change_channel,
    close_channel,
    count_due_months,
    open_channel,
    record_day,
    sign_week,
)
from prongsai.foundation.channels.tests.conftest import MANAGER
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.models import Payload
from prongsai.foundation.ledger.services import erase_payload, flush, record
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Period, Visibility
from prongsai.kernel.errors import WrongState
from tests.cast import SYSTEM

OCTOBER = Period(date(2024, 10, 1), date(2024, 10, 31))
TODAY = date(2024, 11, 1)


def gone(kind: str) -> None:
    """As if it had been erased before that was refused."""
    for entry in entries(kind):
        Payload.objects.filter(entry=entry).update(body=None, salt=None)


@pytest.fixture
def box(office: Organization) -> Channel:
    with clock.at(OCTOBER.start):
        return open_channel(actor=MANAGER, kind="box", name="ตู้หน้าสำนักงาน")


def test_what_channels_are_counted_by_cannot_be_erased(box: Channel) -> None:
    with clock.at(OCTOBER.end):
        change_channel(actor=MANAGER, channel=box, takes_complaints=False)
        sign_week(actor=MANAGER, channel=box)
        record_day(channel=box, day=OCTOBER.end, state="up")
    with clock.at(TODAY):
        count_due_months(actor=SYSTEM)
        for kind in ("channel_opened", "channel_changed", "channel_checked", "channel_days_counted"):
            (entry,) = entries(kind)
            with pytest.raises(WrongState, match="ลบเนื้อความไม่ได้"):
                erase_payload(actor=SYSTEM, entry=entry, reason="ทดสอบ")


def test_what_people_recorded_by_hand_of_a_channel_can_be_erased_and_is_counted_by_nobody(
    box: Channel,
) -> None:
    with clock.at(OCTOBER.end):
        record(
            actor=SYSTEM, kind="channel_opened", about="office_line", occurred_on=OCTOBER.end, origin=Origin.WORD,
            visibility=Visibility.INTERNAL, title="เปิดไลน์ของนายสมชาย",
        )  # fmt: skip
        _, typed = entries("channel_opened")
        erase_payload(actor=SYSTEM, entry=typed, reason="ลบตามคำขอ")
        flush()
    with clock.at(TODAY):
        assert spans_of("line") == ()


def test_the_reason_of_a_closing_can_be_erased_and_the_channel_stays_closed(box: Channel) -> None:
    with clock.at(date(2024, 10, 21)):
        close_channel(actor=MANAGER, channel=box, reason="ผู้ดูแลตู้ลาออก")
        (entry,) = entries("channel_closed")
        erase_payload(actor=SYSTEM, entry=entry, reason="ลบตามคำขอ")
        flush()
    with clock.at(TODAY):
        assert spans_of("box") == (Period(OCTOBER.start, date(2024, 10, 20)),)


def test_an_opening_that_was_erased_may_be_of_any_kind(box: Channel) -> None:
    with clock.at(TODAY):
        assert spans_of("sealed") == ()
        gone("channel_opened")
    with clock.at(TODAY):
        assert spans_of("sealed") == spans_of("box") == (Period(OCTOBER.start, TODAY),)


def test_a_change_that_was_erased_takes_no_channel_out_of_the_count(box: Channel) -> None:
    with clock.at(OCTOBER.end):
        change_channel(actor=MANAGER, channel=box, takes_complaints=False)
        gone("channel_changed")
    with clock.at(TODAY):
        count_due_months(actor=SYSTEM)
    (month,) = entries("channel_days_counted")
    assert [row["complaints"] for row in month.content["channels"]] == [1]
