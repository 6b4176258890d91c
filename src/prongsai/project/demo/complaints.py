"""A sample year of complaints and of the ways in, lived through by the services: each act on its own day."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import (
    CITIZEN,
    Contact,
    Place,
    acknowledge,
    act,
    answer_closing,
    assign,
    hear,
    merge,
    open_case,
    publish_case,
    recategorise,
    say,
    settle_failure,
)
from prongsai.foundation.channels.coverage import DayState, days_of
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.services import (
    count_due_months,
    open_channel,
    record_check,
    record_days,
    sign_week,
)
from prongsai.foundation.ledger.sealed import append_sealed_batch
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Actor, Period
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.services.concerned import inform
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.services.routing import Matter, route
from prongsai.modules.corruption import services as corruption

SAMPLE = "ข้อมูลตัวอย่าง"
INVENTED = "ชื่อสมมติ"
WATCHED = frozenset({"web", "sealed"})  # the system looks at these by itself
COUNTED_AT, QUARTER_DAY = time(0, 30), 10

Moment = datetime
Act = tuple[Moment, Callable[[], object]]


@dataclass
class Register:
    """What the story has brought about so far: its channels by name, its cases by their ids."""

    people: dict[str, Actor]
    story: dict[str, Any]
    until: date  # the last day that the story lives through
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    passphrases: dict[str, str] = field(default_factory=dict[str, str])
    watched_until: dict[str, date] = field(default_factory=dict[str, date])  # by channel

    @property
    def officer(self) -> Actor:
        return self.people["complaints"]

    def acts(self) -> Iterator[Act]:
        """Everything that happens, in no order."""
        yield from self._channels()
        yield from self._cases()
        yield from self._by_the_clock()

    # -- the ways in ----------------------------------------------------------------------------------------------

    def _channels(self) -> Iterator[Act]:
        if "sealed" in self.story:
            yield at(self.story["sealed"]), self._open_sealed
        for raw in self.story["channel"]:
            yield at(raw["on"]), lambda raw=raw: self._open(raw)
            if raw.get("signed_every"):
                yield from self._signatures(raw)
        for raw in self.story.get("outage", ()):
            yield raw["from"].replace(tzinfo=BANGKOK), lambda raw=raw: self._look(raw, ok=False)
            yield raw["to"].replace(tzinfo=BANGKOK), lambda raw=raw: self._look(raw, ok=True)

    def _open(self, raw: dict[str, Any]) -> None:
        self.channels[raw["name"]] = open_channel(
            actor=self.officer,
            kind=raw["kind"],
            name=raw["name"],
            address=raw.get("address", ""),
            unit=unit_named(raw.get("unit", "สำนักปลัด")),
            takes_complaints=raw.get("takes_complaints", True),
            position=len(self.channels),
        )

    def _open_sealed(self) -> None:
        """The internal auditor receives; the passphrase is told with the passwords."""
        self.name_holder("auditor", receives=True)
        corruption.open_channel(actor=self.people["mayor"])
        for channel in Channel.objects.filter(kind=ChannelKind.SEALED):  # it enters the register by itself
            self.channels[channel.name] = channel

    def name_holder(self, login: str, *, receives: bool) -> None:
        """Name somebody, who makes a key at once."""
        actor = self.people[login]
        member = Membership.objects.get(user_id=actor.user_id)
        holder = corruption.name_holder(actor=self.people["mayor"], member=member, receives=receives)
        self.passphrases[login] = secrets.token_urlsafe(12)
        recovery = corruption.make_key(actor=actor, holder=holder, passphrase=self.passphrases[login])
        corruption.confirm_key(actor=actor, holder=holder, recovery=recovery)

    def _signatures(self, raw: dict[str, Any]) -> Iterator[Act]:
        broken = raw.get("broken", {})
        day = raw["on"] + timedelta(days=raw["signed_every"])
        while day <= self.until:
            said = broken.get(day.isoformat(), "")
            yield (
                at(day, 16),
                lambda said=said: sign_week(
                    actor=self.officer, channel=self.channels[raw["name"]], text=said, works=not said
                ),
            )
            day += timedelta(days=raw["signed_every"])

    def _look(self, raw: dict[str, Any], *, ok: bool) -> None:
        record_check(channel=self.channels[raw["channel"]], how="canary", ok=ok)

    def _down_days(self, name: str) -> set[date]:
        """The days of which an outage took more than half."""
        found: set[date] = set()
        for raw in self.story.get("outage", ()):
            if raw["channel"] == name and raw["to"] - raw["from"] > timedelta(hours=12):
                found |= set(days_of(Period(raw["from"].date(), raw["to"].date())))
        return found

    # -- by the clock -------------------------------------------------------------------------------------------------

    def _by_the_clock(self) -> Iterator[Act]:
        """On the first of each month what the night does: days, months, the sealed log's batch, and quarters of the
        sealed channel. In the last evening too: what is done by then waits for no night.
        """
        first = min(raw["on"] for raw in self.story["channel"])
        day = next_month(first)
        while day <= self.until:
            yield at(day, COUNTED_AT.hour, COUNTED_AT.minute), self._count
            if "sealed" in self.story:
                yield from self._sealed_by_the_clock(day)
            day = next_month(day)
        yield at(self.until, 23), self._days
        if "sealed" in self.story:
            yield at(self.until, 23, 30), lambda: append_sealed_batch(self.until)

    def _sealed_by_the_clock(self, first: date) -> Iterator[Act]:
        yield at(first, 0, 10), lambda: append_sealed_batch(first - timedelta(days=1))
        quarter = first.replace(day=QUARTER_DAY)
        if first.month in {1, 4, 7, 10} and quarter <= self.until:
            yield at(quarter, 1), lambda: corruption.count_quarters(actor=Actor.system())

    def _days(self) -> None:
        """What the looks of each day came to, up to yesterday."""
        yesterday = clock.today() - timedelta(days=1)
        for channel in self.channels.values():
            first = self.watched_until.get(channel.name, channel.opened_on - timedelta(days=1)) + timedelta(
                days=1
            )
            if channel.kind not in WATCHED or first > yesterday:
                continue
            down = self._down_days(channel.name)
            days = days_of(Period(first, yesterday))
            record_days(
                channel=channel, days={day: DayState.DOWN if day in down else DayState.UP for day in days}
            )
            self.watched_until[channel.name] = yesterday

    def _count(self) -> None:
        self._days()
        flush()  # what a count reads stands in the ledger
        count_due_months(actor=Actor.system())
        count_due(actor=Actor.system())

    # -- cases --------------------------------------------------------------------------------------------------------

    def _cases(self) -> Iterator[Act]:
        """What is still to come is left out."""
        for raw in self.story["case"]:
            came = self._day(raw)
            if came > self.until:
                continue
            yield at(came, 10), lambda raw=raw: self._came(raw)
            for number, step in enumerate(raw.get("acts", ())):
                on = self._day(step, came)
                if on <= self.until:
                    yield at(on, 11, number), lambda raw=raw, step=step: self._step(raw, step)

    def _day(self, raw: dict[str, Any], came: date | None = None) -> date:
        """A day of the calendar, so many days before the story's end, or so many after the case came in."""
        if "on" in raw:
            return raw["on"]
        if came is not None:
            return came + timedelta(days=raw["after"])
        return self.until - timedelta(days=raw["days_ago"])

    def _came(self, raw: dict[str, Any]) -> None:
        category, contact = categories()[raw["category"]], raw.get("contact", "")
        title, text = f"{raw['title']} ({SAMPLE})", raw.get("text", raw["title"])
        village, place = raw.get("village", ""), raw.get("place", "")
        latitude, longitude = raw.get("at", (None, None))
        led = route(Matter(category.kind, category.key, village, place, text))
        channel = next((c for c in self.channels.values() if c.kind == raw["channel"]), None)
        opened = open_case(
            actor=CITIZEN if raw["channel"] == "web" else self.officer,
            kind=category.kind,
            title=title,
            body=f"{text} ({SAMPLE})",
            category=category.key,
            topic=category.topic,
            channel_kind=raw["channel"],
            channel=channel,
            contact=Contact(name=f"{contact} ({INVENTED})") if contact else Contact(anonymous=True),
            place=Place(place, village, latitude, longitude),
            unit=led.unit,
        )
        self.cases[raw["id"]] = opened.case

    def _step(self, raw: dict[str, Any], step: dict[str, Any]) -> None:
        """Do it; whoever cannot be written to is called at once."""
        self._done(raw, step)
        for message in CaseMessage.objects.filter(delivery="failed"):
            settle_failure(actor=self.officer, message=message)

    def _done(self, raw: dict[str, Any], step: dict[str, Any]) -> None:
        case = Case.objects.get(pk=self.cases[raw["id"]].pk)
        does = STEPS.get(step["act"])
        if does is not None:
            does(self, case, step)
            return
        message, reason, result = (
            f"{step[name]} ({SAMPLE})" if name in step else "" for name in ("message", "reason", "result")
        )
        act(
            actor=self.people["clerk"] if step["act"] == "refuse" else self.officer,
            case=case,
            act=step["act"],
            message=message,
            reason=reason,
            result=result,
            found=step.get("found", ""),
        )

    def _merge(self, case: Case, step: dict[str, Any]) -> None:
        merge(actor=self.officer, case=case, into=self.cases[step["into"]], reason=step["reason"])

    def _inform(self, case: Case, step: dict[str, Any]) -> None:
        inform(
            actor=self.officer,
            case=case,
            name=f"{step['name']} ({INVENTED})",
            about=f"{step['about']} ({SAMPLE})",
            how="letter",
            informed_on=clock.today(),
            message=f"{step['message']} ({SAMPLE})",
        )

    def _assign(self, case: Case, step: dict[str, Any]) -> None:
        assign(actor=self.officer, case=case, unit=unit_named(step["unit"]))

    def _publish(self, case: Case, step: dict[str, Any]) -> None:
        publish_case(actor=self.officer, case=case, public_title=f"{step['title']} ({SAMPLE})")

    def _move(self, case: Case, step: dict[str, Any]) -> None:
        category = categories()[step["category"]]
        recategorise(
            actor=self.officer,
            case=case,
            category=category.key,
            topic=category.topic,
            reason=step.get("reason", ""),
        )


Does = Callable[[Register, Case, dict[str, Any]], object]
# What is no row of the table.
STEPS: dict[str, Does] = {
    "acknowledge": lambda register, case, step: acknowledge(actor=register.officer, case=case),
    "say": lambda register, case, step: say(
        actor=register.officer, case=case, text=f"{step['text']} ({SAMPLE})", version=case.version
    ),
    "hear": lambda register, case, step: hear(
        case=case, text=f"{step['text']} ({SAMPLE})", channel_kind=case.channel_kind
    ),
    "satisfied": lambda register, case, step: answer_closing(case=case, satisfied=True),
    "unsatisfied": lambda register, case, step: answer_closing(
        case=case, satisfied=False, note=f"{step['text']} ({SAMPLE})"
    ),
    "merge": Register._merge,
    "inform": Register._inform,
    "assign": Register._assign,
    "publish": Register._publish,
    "move": Register._move,
}


def at(day: date, hour: int = 9, minute: int = 0) -> Moment:
    return datetime.combine(day, time(hour, minute), BANGKOK)


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def unit_named(name: str) -> Unit | None:
    return Unit.objects.active().filter(name__contains=name).first()


def live(acts: list[Act]) -> None:
    """Do everything in the order of its moments; what was recorded gets its numbers in that order."""
    for moment, does in sorted(acts, key=lambda each: each[0]):
        with clock.at(moment):
            does()
    flush()
