"""Reports in plain words, and what the sealed log tells of them: read with a key that the caller holds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.sealed import sealed_body
from prongsai.kernel.cases import State
from prongsai.kernel.errors import Unreadable
from prongsai.kernel.thai.working_days import OfficeCalendar
from prongsai.modules.corruption import workflow
from prongsai.modules.corruption.models import Access, Desk, Holder, Item, Report
from prongsai.modules.corruption.reading import BROKEN, own_pair, read_content, read_said
from prongsai.modules.corruption.sealing import FILE, LOG, Pair, opened, opened_of_many
from prongsai.modules.corruption.selectors import readers


@dataclass(frozen=True)
class Event:
    """Something said or done, as it was sealed."""

    kind: str
    day: date | None = None
    by: str = ""
    text: str = ""
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class OpenReport:
    """A report in plain words, for as long as a page is made."""

    report: Report
    pair: Pair
    content: Mapping[str, Any]
    events: tuple[Event, ...]

    @property
    def state(self) -> State:
        return workflow.FLOW.state(self._last("state", workflow.FLOW.initial))

    @property
    def is_open(self) -> bool:
        return self.state.phase.is_open

    @property
    def found(self) -> str:
        return self._last("found", "")

    def _last(self, name: str, otherwise: str) -> str:
        return next((str(e.said[name]) for e in reversed(self.events) if name in e.said), otherwise)

    @property
    def received_on(self) -> date:
        return next(e.day for e in self.events if e.kind == "received" and e.day)

    @property
    def since(self) -> date:
        """The day on which the present state began."""
        return next(e.day for e in reversed(self.events) if "state" in e.said and e.day)

    @property
    def concerned(self) -> frozenset[str]:
        return frozenset(map(str, self.content.get("concerned", ())))

    @property
    def title(self) -> str:
        """The first words of what is told."""
        text = " ".join(str(self.content.get("what", "")).split())
        return text if len(text) <= 70 else f"{text[:70]}…"

    @property
    def reader_ids(self) -> frozenset[int]:
        """Who may read it, as the acts say."""
        ids: set[int] = set()
        for event in self.events:
            ids |= set(event.said.get("readers", ()))
            ids -= set(event.said.get("no_readers", ()))
        return frozenset(ids)

    @property
    def conversation(self) -> list[Event]:
        return [event for event in self.events if event.kind in {"message_in", "message_out"}]

    @property
    def notes(self) -> list[Event]:
        return [event for event in self.events if event.kind == "note"]

    @property
    def awaits_answer(self) -> bool:
        """Whether the reporter spoke last."""
        return self.written_on is not None

    @property
    def written_on(self) -> date | None:
        """The day of what the reporter wrote last, as long as nobody has answered it."""
        said = self.conversation
        return said[-1].day if said and said[-1].kind == "message_in" else None


def due_of(found: OpenReport, desk: Desk, calendar: OfficeCalendar | None = None) -> date | None:
    """Until when the present state has to be left; None when it is closed, or waits for the reporter.

    Where no state counts and the reporter has written, an answer is due as soon as to a new report. One query, unless
    `calendar` says which days the office works on.
    """
    days = {
        workflow.RECEIVED: desk.answer_days,
        workflow.FINDING: desk.finding_days,
        workflow.COMMITTEE: desk.committee_days,
    }.get(found.state.key)
    since, written = found.since, found.written_on
    if days is None and written is not None:
        days, since = desk.answer_days, written
    if days is None:
        return None
    return (calendar or calendar_from(found.since)).after(since, days)


def read_event(said: Mapping[str, Any]) -> Event:
    """An event from what was sealed; an empty one for nothing. Raises Unreadable when its day is none."""
    day = said.get("day")
    try:
        return Event(
            kind=str(said.get("kind", "")),
            day=date.fromisoformat(day) if day else None,
            by=str(said.get("by", "")),
            text=str(said.get("text", "")),
            said=said,
        )
    except (TypeError, ValueError) as error:
        raise Unreadable(BROKEN) from error


def open_report(report: Report, wrapped: bytes, pair: Pair) -> OpenReport | None:
    """The report with a holder's key; None when it was not sealed to them, or cannot be read. Reads its items."""
    return next(iter(open_reports([(report, wrapped)], pair).reports), None)


@dataclass(frozen=True)
class Readings:
    """What a key opens: reports that can be read, and those of which nothing can be made."""

    reports: list[OpenReport] = field(default_factory=list["OpenReport"])
    broken: list[Report] = field(default_factory=list[Report])


def open_reports(found: Iterable[tuple[Report, bytes]], pair: Pair) -> Readings:
    """Those of the reports that the key opens, in one query for all their items.

    Strangers seal them: each is opened by itself, so that one that is broken hides no other.
    """
    readings = Readings()
    own: dict[Report, Pair] = {}
    for report, wrapped in found:
        try:
            if not report.erased and (its := own_pair(bytes(wrapped), pair, report.public)):
                own[report] = its
        except Unreadable:
            readings.broken.append(report)
    items: dict[int, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(report__in=own).order_by("id"):
        items[item.report_id].append(item)  # type: ignore[attr-defined]
    for report, its in own.items():
        try:
            readings.reports.append(_opened(report, its, items[report.pk]))
        except Unreadable:
            readings.broken.append(report)
    return readings


def _opened(report: Report, pair: Pair, items: Sequence[Item]) -> OpenReport:
    """The first item is what was reported; the others are events. Raises Unreadable."""
    if not items:
        raise Unreadable(BROKEN)
    content = read_content(bytes(items[0].sealed), pair)
    events = (read_event(read_said(bytes(item.sealed), pair)) for item in items[1:])
    return OpenReport(report, pair, content, tuple(events))


def _own(holder: Holder) -> QuerySet[Access]:
    """The holder's rows, as long as they have the task."""
    return Access.objects.filter(holder=holder, holder__ended_on=None)


def inbox_of(holder: Holder, pair: Pair, *, closed: bool = False) -> Readings:
    """What was sealed to the holder, the newest first. Reports that concern them are not there, by whatever way."""
    accesses = _own(holder).filter(report__erased=False).select_related("report")
    narrowed = accesses.filter(report__closed_quarter__isnull=not closed).order_by("-report_id")
    found = open_reports([(a.report, bytes(a.wrapped)) for a in narrowed], pair)
    out_by = readers([holder])[0].out_by
    fit = [each for each in found.reports if not out_by.intersection(each.concerned)]
    return Readings(fit, found.broken)


def reports_of(holder: Holder, pair: Pair, *, closed: bool = False) -> list[OpenReport]:
    """The reports that the holder may read, and that can be read."""
    return inbox_of(holder, pair, closed=closed).reports


def broken_of(holder: Holder, pair: Pair, ref: str) -> Report | None:
    """An open report of that name that was sealed to the holder and cannot be read; None when there is none."""
    access = _own(holder).filter(report__ref=ref, report__closed_quarter=None)
    found = access.select_related("report").first()
    if found is None:
        return None
    return next(iter(open_reports([(found.report, bytes(found.wrapped))], pair).broken), None)


def report_of(holder: Holder, pair: Pair, ref: str) -> OpenReport | None:
    """One of them by its reference; None when there is none of that name that they may read."""
    access = _own(holder).filter(report__ref=ref).select_related("report").first()
    if access is None:
        return None
    found = open_report(access.report, bytes(access.wrapped), pair)
    if found is None or readers([holder])[0].out_by.intersection(found.concerned):
        return None
    return found


def reporter_events(report: Report, pair: Pair) -> list[Event]:
    """What the reporter may read of their report, with their own key."""
    found = (read_event(read_said(bytes(i.for_reporter), pair)) for i in report.items.order_by("id"))  # type: ignore[attr-defined]
    return [event for event in found if event.kind]


def attachment(found: OpenReport, ref: str) -> tuple[str, str, bytes] | None:
    """A file of the reporter's: its ending, its type and its bytes; None when the report has none of that name."""
    kept = found.report.attachments.filter(ref=ref).first()  # type: ignore[attr-defined]
    return open_file(bytes(kept.sealed), found.pair) if kept else None


def open_file(sealed: bytes, pair: Pair) -> tuple[str, str, bytes]:
    head, _, content = opened(sealed, pair, FILE).partition(b"\n")
    said = json.loads(head)
    return said["kind"], said["type"], content


@dataclass(frozen=True)
class LoggedAct:
    """An act as the sealed log has it: the number of its entry there, and the day of its batch."""

    number: int
    day: date
    act: str
    digest: str


def logged_acts(report: Report, pair: Pair) -> list[LoggedAct]:
    """The acts on a report that stand in the sealed log, found by trying its key on every entry. One query."""
    found: list[LoggedAct] = []
    for entry in Entry.objects.filter(log=LogName.SEALED).select_related("payload").iterator(chunk_size=500):
        body = sealed_body(entry)
        if body is None:
            continue
        try:
            said = json.loads(opened(body, pair, LOG))
        except Unreadable:
            continue
        if said.get("report") == report.ref:
            found.append(LoggedAct(entry.number, entry.occurred_on, said["act"], said["digest"]))
    return found


@dataclass(frozen=True)
class ChannelAct:
    """An act on the channel itself, as the sealed log has it: the number of its entry, its day and what it says."""

    number: int
    day: date
    act: str
    said: Mapping[str, Any]


def logged_of_channel(pair: Pair) -> list[ChannelAct]:
    """What the sealed log tells the holder of a key about the channel, the newest first. One query.

    Acts from before their key are not among them: those were sealed to the keys of their time.
    """
    found: list[ChannelAct] = []
    for entry in Entry.objects.filter(log=LogName.SEALED).select_related("payload").iterator(chunk_size=500):
        body = sealed_body(entry)
        if not body:
            continue
        try:
            said = json.loads(opened_of_many(body, pair, LOG))
        except (Unreadable, ValueError):
            continue
        found.append(ChannelAct(entry.number, date.fromisoformat(said["day"]), said["act"], said))
    return sorted(found, key=lambda each: (each.day, each.number), reverse=True)
