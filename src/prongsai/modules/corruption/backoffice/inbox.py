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
from prongsai.modules.corruption.models import Holder
from prongsai.modules.corruption.reports import (
    ChannelAct,
    OpenReport,
    due_of,
    inbox_of,
    logged_of_channel,
    reports_of,
)
from prongsai.modules.corruption.selectors import desk, holders, label


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
        found = inbox_of(self.holder, self.pair)
        closed = reports_of(self.holder, self.pair, closed=True)
        return {
            # a report that is closed comes back when its reporter writes again
            "lines": lines([*found.reports, *(each for each in closed if each.awaits_answer)]),
            "broken": found.broken,
            "closed": False,
            "keys": [(label(each), each) for each in holders() if each.confirmed],
            "holder": self.holder,
        }


class Closed(WithKey):
    title = gettext_lazy("Reports that are closed")
    template = "corruption/list.html"

    def context(self) -> dict[str, Any]:
        if self.pair is None or self.holder is None:
            return {}
        found = inbox_of(self.holder, self.pair, closed=True)
        return {"lines": lines(found.reports), "broken": (), "closed": True, "holder": self.holder}


class ChannelLog(WithKey):
    """Who was named, who made another key, when the channel was opened: as the sealed log has it."""

    title = gettext_lazy("Log of the channel")
    template = "corruption/channel_log.html"

    def lead(self) -> str:
        return _(
            "What happened since you have your key, as it stands in the sealed log, which nobody can change. It is appended at night"
        )

    def context(self) -> dict[str, Any]:
        if self.pair is None:
            return {}
        names = {str(each.pk): label(each) for each in Holder.objects.select_related("member__user")}
        return {"acts": [(each, TOLD.get(each.act, each.act), _who(each, names)) for each in self._acts()]}

    def _acts(self) -> list[ChannelAct]:
        return logged_of_channel(self.pair) if self.pair is not None else []


def _who(found: ChannelAct, names: dict[str, str]) -> str:
    return names.get(str(found.said.get("holder", "")), str(found.said.get("name", "")))


TOLD = {
    "channel_opened": gettext_lazy("The channel was opened"),
    "channel_closed": gettext_lazy("The channel was closed"),
    "days_set": gettext_lazy("The days for answering were set"),
    "holder_named": gettext_lazy("Named as a recipient"),
    "holder_ended": gettext_lazy("Task as a recipient ended"),
    "holder_back": gettext_lazy("The end of the task as a recipient taken back"),
    "key_made": gettext_lazy("Key made"),
    "key_changed": gettext_lazy("Another key made in the place of the former"),
    "passphrase_set": gettext_lazy("New passphrase set with the recovery key"),
    "outside_set": gettext_lazy("Recipient outside the office set"),
    "outside_ended": gettext_lazy("Recipient outside the office ended"),
}
