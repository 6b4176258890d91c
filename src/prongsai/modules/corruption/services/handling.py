"""What recipients do with a report: acts of the table, messages, notes, sharing. Each needs the report's own key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel import clock
from prongsai.kernel.cases import Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, Stale, WrongState
from prongsai.modules.corruption import workflow
from prongsai.modules.corruption.choices import FOUND, LONGEST_MESSAGE, RECEIVE
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.quarters import quarter_of
from prongsai.modules.corruption.reports import OpenReport
from prongsai.modules.corruption.sealing import dummy_wrap, wrap
from prongsai.modules.corruption.selectors import label, readers, with_keys
from prongsai.modules.corruption.services.common import put_event
from prongsai.modules.corruption.services.rows import rewrite_access

ANY = "?"  # the key of a reader of whom no event tells it
MISSING = {
    "message": gettext_lazy("Write a message to the reporter"),
    "reason": gettext_lazy("Say why"),
    "result": gettext_lazy("Sum up the result of the fact-finding"),
    "found": gettext_lazy("Choose the result of the fact-finding"),
    "members": gettext_lazy("Name the members of the committee"),
}


@transaction.atomic
def act(*, actor: Actor, opened: OpenReport, act: str, version: int | None = None, **said: str) -> None:
    """One row of the table. `said` brings what the row needs: message (to the reporter), reason, result, found, members.

    Raises WrongState for a row that the table does not have, InvalidInput for what is missing, Stale when somebody
    acted since `version`.
    """
    actor.require(RECEIVE)
    report = _fresh(opened, version)
    row = workflow.advance(opened.state.key, act)
    kept = _needed(row, said)
    message = kept.pop("message", "")
    if message:
        put_event(report, "message_out", actor=actor, to_reporter=True, text=message)
    put_event(report, "act", actor=actor, to_reporter=True, act=act, state=row.target, **kept)
    _raise_version(report, row, kept.get("found", ""))


def _fresh(opened: OpenReport, version: int | None) -> Report:
    report = Report.objects.select_for_update().get(pk=opened.report.pk)
    seen = opened.report.version if version is None else version
    if report.version != seen:
        raise Stale(
            _(
                "Somebody acted, or the reporter wrote, after you opened this page. "
                "Read what is new first, then press again"
            ),
            present={"version": report.version},
        )
    return report


def _needed(row: Transition, said: dict[str, str]) -> dict[str, str]:
    kept = {name: value.strip() for name, value in said.items() if name in row.needs}
    for name in sorted(row.needs):
        if not kept.get(name):
            raise InvalidInput(str(MISSING[name]), field=name)
        if len(kept[name]) > LONGEST_MESSAGE:
            raise InvalidInput(
                _("Longer than %(most)s characters") % {"most": f"{LONGEST_MESSAGE:,}"}, field=name
            )
    if "found" in kept and kept["found"] not in dict(FOUND):
        raise InvalidInput(str(MISSING["found"]), field="found")
    return kept


def _raise_version(report: Report, row: Transition, found: str) -> None:
    """What can be read without a key: in which quarter a report was closed, and how."""
    closes = row.target in workflow.CLOSED
    report.closed_quarter = quarter_of(clock.today()) if closes else None
    report.found = found if closes else ""
    report.version += 1
    report.save(update_fields=["closed_quarter", "found", "version"])


@transaction.atomic
def say(*, actor: Actor, opened: OpenReport, text: str) -> None:
    """A message to the reporter, which they read with their code."""
    actor.require(RECEIVE)
    put_event(opened.report, "message_out", actor=actor, to_reporter=True, text=_text(text))


@transaction.atomic
def note(*, actor: Actor, opened: OpenReport, text: str) -> None:
    """A note of the fact-finding: for those who may read the report, never for the reporter."""
    actor.require(RECEIVE)
    put_event(opened.report, "note", actor=actor, text=_text(text))


def _text(text: str) -> str:
    if not text.strip():
        raise InvalidInput(_("Write the message"), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise InvalidInput(
            _("Longer than %(most)s characters") % {"most": f"{LONGEST_MESSAGE:,}"}, field="text"
        )
    return text.strip()


def may_share_with(opened: OpenReport) -> list[Holder]:
    """Holders inside the office who cannot read the report, whom it does not concern, and whom the reporter wants.

    Whoever has another key since they got it is among them: what was sealed to the former one is closed to them.
    """
    keys = _keys(opened)
    inside = [h for h in with_keys() if not h.is_outside and keys.get(h.pk) not in {h.fingerprint, ANY}]
    out = {*opened.concerned, *map(str, opened.content.get("unwanted", ()))}
    fit = {reader.id for reader in readers(inside) if not reader.out_by.intersection(out)}
    return [holder for holder in inside if holder.pk in fit]


def _keys(opened: OpenReport) -> dict[int, str]:
    """The readers, each with the fingerprint of the key to which the report was sealed for them."""
    keys: dict[int, str] = {}
    for event in opened.events:
        told = dict(each.split(":", 1) for each in event.said.get("keys", ()))
        keys |= {pk: told.get(str(pk), ANY) for pk in event.said.get("readers", ())}
    return {pk: key for pk, key in keys.items() if pk in opened.reader_ids}


def sealed_to(found: Iterable[Holder]) -> dict[str, Any]:
    """What an event says of those to whom a report's key was sealed."""
    able = sorted(found, key=lambda holder: holder.pk)
    return {
        "readers": [holder.pk for holder in able],
        "keys": [f"{holder.pk}:{holder.fingerprint}" for holder in able],
    }


@transaction.atomic
def share(*, actor: Actor, opened: OpenReport, with_whom: Sequence[int]) -> None:
    """Seal the report's key to further holders, such as the members of a committee.

    Raises InvalidInput for one whom the report concerns, or who holds no key.
    """
    actor.require(RECEIVE)
    fit = {holder.pk: holder for holder in may_share_with(opened)}
    if not with_whom or not set(with_whom) <= fit.keys():
        raise InvalidInput(
            _("Choose people whom the report does not concern and who have made a key"), field="holders"
        )
    report = opened.report
    rewrite_access(report, {pk: wrap(opened.pair.secret, fit[pk].public, report.public) for pk in with_whom})
    names = [label(fit[pk]) for pk in with_whom]
    told = sealed_to(fit[pk] for pk in with_whom)
    put_event(opened.report, "shared", actor=actor, text=", ".join(names), **told)


def may_unshare(opened: OpenReport) -> frozenset[int]:
    """Readers who got the report from another reader. Those whom the reporter chose stay: nobody takes it from them."""
    chosen = {
        pk for event in opened.events if event.kind == "received" for pk in event.said.get("readers", ())
    }
    return opened.reader_ids - chosen


@transaction.atomic
def unshare(*, actor: Actor, opened: OpenReport, holder: Holder) -> None:
    """Close the report to a holder to whom it was given. What they have read they have read.

    Raises WrongState for a reader whom the reporter chose, and for the last one.
    """
    actor.require(RECEIVE)
    if holder.pk not in opened.reader_ids:
        raise WrongState(_("This person cannot read the report anyway"))
    if holder.pk not in may_unshare(opened):
        raise WrongState(_("The reporter chose this reader, so no other recipient can take the right away"))
    if not {each.pk for each in with_keys()} & opened.reader_ids - {holder.pk}:
        raise WrongState(_("This is the last reader of the report. Add somebody else first"))
    rewrite_access(opened.report, {holder.pk: dummy_wrap()})
    put_event(opened.report, "unshared", actor=actor, no_readers=[holder.pk], text=label(holder))
