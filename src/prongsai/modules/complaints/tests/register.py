"""Cases as tests make them: through the services, each act on its own day. Everything in them is invented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import CITIZEN, acknowledge, act, open_case
from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import count_due_months, open_channel, record_day
from prongsai.foundation.ledger.services import flush
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Topic
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT
from tests.cast import SYSTEM


def opened_channel(on: date, kind: str = "web", name: str = "แบบฟอร์มบนเว็บ") -> Channel:
    """A complaint channel in the register since a day."""
    with clock.at(on):
        channel = open_channel(
            actor=SYSTEM, kind=kind, name=name, address="https://example.go.th" if kind == "web" else "",
            by_its_desk=kind == "sealed",
        )  # fmt: skip
        flush()
    return channel


def came(on: date, category: str = "service", channel: str = "web", **more: Any) -> Case:
    """A case of the category's kind that came in on a day."""
    known = categories()[category]
    with clock.at(on):
        case = open_case(
            actor=CITIZEN,
            kind=known.kind,
            title=f"{known.title} (ข้อมูลตัวอย่าง)",
            category=category,
            topic=known.topic,
            channel_kind=channel,
            **more,
        ).case
        flush()
    return case


def done(case: Case, on: date, *, found: str = "untrue", how: str = "finish") -> Case:
    """The case is taken up and finished on a day."""
    with clock.at(on):
        if case.state == "received":
            case = acknowledge(actor=SYSTEM, case=case)
        brought: dict[str, str] = {
            "reason" if how in {"refuse", "withdraw"} else "result": "แจ้งผลแล้ว (ข้อมูลตัวอย่าง)"
        }
        if case.kind == COMPLAINT and how == "finish":
            brought["found"] = found
        case = act(actor=SYSTEM, case=case, act=how, **brought)  # type: ignore[arg-type]
        flush()
    return case


def days_passed(period: Period, *channels: Channel, down: Iterable[date] = ()) -> None:
    """The channels were up on all days of the period but those; the months that are over now are put on record."""
    closed = set(down)
    for channel in channels:
        for day in days_of(period):
            record_day(channel=channel, day=day, state="down" if day in closed else "up")
    count_due_months(actor=SYSTEM)
    flush()


def again(case: Case, on: date) -> Case:
    with clock.at(on):
        case = act(actor=SYSTEM, case=case, act="reopen", reason="ยังไม่เรียบร้อย")
        flush()
    return case


TOPIC_OF = {
    Topic.SERVICE: "service",
    Topic.ASSETS: "property",
    Topic.PROCUREMENT: "procurement",
    Topic.PEOPLE: "people",
}
