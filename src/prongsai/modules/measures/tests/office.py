"""What the tests of the staff's screens share: บ้านทราย in the August of its year, and somebody who may do everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from tests.cast import member, signed_in_client
from tests.sample_year import build

AUGUST, OCTOBER = date(2025, 8, 14), date(2025, 10, 15)
EVERYTHING = (
    "measures.read", "evidence.record", "files.publish", "measures.draft", "measures.submit", "measures.attest",
    "measures.remark", "measures.review", "measures.approve", "measures.publish", "measures.close",
)  # fmt: skip


def settled() -> None:
    """As after a request's own transaction: its facts are in the register, and verdicts are kept again."""
    flush()
    connection.run_on_commit.clear()


class Desk:
    """A member at work: opens pages by name, sends forms with their tokens."""

    def __init__(self, organization: Organization, *permissions: str, username: str = "pimchanok") -> None:
        self.organization = organization
        self.member = member(
            *(permissions or EVERYTHING), username=username, unit="สำนักปลัด", position="นักวิเคราะห์"
        )
        self.client: Client = signed_in_client(self.member)

    def url(self, name: str, query: str = "", **kwargs: Any) -> str:
        address = reverse(name, kwargs={"organization": self.organization.key, **kwargs})
        return f"{address}?{query}" if query else address

    def open(self, name: str, query: str = "", **kwargs: Any) -> Any:
        answer = self.client.get(self.url(name, query, **kwargs))
        settled()
        return answer

    def send(self, name: str, data: dict[str, Any], query: str = "", **kwargs: Any) -> Any:
        """A form as the page would send it; `once` is the page's own token unless the data bring one."""
        url = self.url(name, query, **kwargs)
        if "once" not in data and (found := self.client.get(url)).status_code == 200:
            token = re.search(r'name="once" value="([^"]+)"', found.content.decode())
            data = {"once": token[1] if token else "", **data}
        answer = self.client.post(url, data)
        settled()
        return answer

    def toast(self) -> str:
        """What the last act said; shown on the next page."""
        return words(self.open("evidence-list"))


@contextmanager
def at_work(*permissions: str, day: date = AUGUST, closed: bool = False) -> Iterator[Desk]:
    """Everything below happens on that day, in บ้านทราย's scope."""
    office = build(closed=closed)
    with scope(office.pk), clock.at(day):
        settled()
        yield Desk(office, *permissions)


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return unescape(strip_tags(answer.content.decode()))


def plan() -> Plan:
    return Plan.objects.get(fiscal_year=2568)


def states() -> list[StatementState]:
    return statement_states(plan())


def state(statement_id: int) -> StatementState:
    return next(s for s in states() if s.statement_id == statement_id)


def lacking_a_record() -> StatementState:
    """A statement that only one record by hand is missing for."""
    plain = {"announcement_issued", "published", "meeting_held", "order_issued", "plan_adopted", "page_alive"}
    return next(
        s
        for s in states()
        if s.verdict is Verdict.UNPROVEN
        and [m.act for m in s.mends] == ["record"]
        and s.mends[0].kind in plain
        and s.kind == "step"
    )


def evidence(**given: Any) -> dict[str, Any]:
    """A filled-in form of evidence."""
    day: date = given.pop("day", date(2025, 8, 13))
    return {
        "occurred_on_d": str(day.day),
        "occurred_on_m": str(day.month),
        "occurred_on_y": str(day.year + 543),
        "about_period_kind": "year",
        "about_period_year": "2568",
        "title": "ประกาศที่ลงนามแล้ว ข้อมูลตัวอย่าง",
        "url": "https://www.banthrai.example.go.th/1",
        "visibility": "public",
        **given,
    }
