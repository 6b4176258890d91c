"""กล่องรับเรื่องลับ: the reports that the member may read, as long as their key is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.kernel import clock
from prongsai.modules.corruption.backoffice.unlocked import WithKey
from prongsai.modules.corruption.choices import FOUND
from prongsai.modules.corruption.selectors import OpenReport, desk, due_of, reports_of


@dataclass(frozen=True)
class Line:
    """A report in the list."""

    found: OpenReport
    due: date | None
    today: date

    @property
    def tone(self) -> str:
        if self.due is None:
            return ""
        left = (self.due - self.today).days
        return "late" if left < 0 else "soon" if left <= 7 else ""

    @property
    def outcome(self) -> Any:
        return dict(FOUND).get(self.found.found, "")


def lines(found: list[OpenReport]) -> list[Line]:
    """In the order of their days, what has none last."""
    office, today = desk(), clock.today()
    if office is None or not found:
        return []
    calendar = calendar_from(min(each.since for each in found))
    made = [Line(each, due_of(each, office, calendar), today) for each in found]
    return sorted(made, key=lambda line: (line.due or date.max, line.found.received_on))


class Inbox(WithKey):
    title = gettext_lazy("Sealed inbox")
    template = "corruption/list.html"

    def crumbs(self) -> list[Any]:
        return []

    def lead(self) -> str:
        return _(
            "What is sealed to you. How many there are is known to recipients alone, and published by quarter"
        )

    def context(self) -> dict[str, Any]:
        if self.pair is None or self.holder is None:
            return {}
        return {"lines": lines(reports_of(self.holder, self.pair)), "closed": False, "holder": self.holder}


class Closed(WithKey):
    title = gettext_lazy("Reports that are closed")
    template = "corruption/list.html"

    def context(self) -> dict[str, Any]:
        if self.pair is None or self.holder is None:
            return {}
        found = reports_of(self.holder, self.pair, closed=True)
        return {"lines": lines(found), "closed": True, "holder": self.holder}
