"""Reads of the cases of the organization in scope. Self-checks are in none of them but those by code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.codes import digests
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import (
    Case,
    CaseEvent,
    CaseFile,
    CaseMessage,
    CaseQuerySet,
    SpecialDay,
    StandardAnswer,
)
from prongsai.kernel import clock
from prongsai.kernel.cases import HEAR, MERGE, Phase, Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_arabic

STILL_OPEN = timedelta(days=30)  # a closed case that somebody writes to again is the one they mean


def case_by_code(code: str) -> Case | None:
    """The case that a tracking code opens, however it was typed; None when there is none.

    Whoever asks for a stranger goes by `services.find_case`, which counts failures.
    """
    known = digests(code)
    return Case.objects.with_people().filter(secret__in=known).first() if known else None


def case_by_number(number: str, code: str) -> Case | None:
    """The case of this number (or that had it as another kind), if the code is its own; None otherwise."""
    case = case_by_code(code)
    asked = to_arabic(number).strip().upper()
    return case if case and asked in {case.number, *case.former_numbers.split()} else None


def case_of(number: str) -> Case | None:
    """The case that has this number, or had it as another kind, for staff; the newest where there are several."""
    return Case.objects.real().numbered(to_arabic(number).strip().upper()).newest().first()


def open_cases() -> QuerySet[Case]:
    """What somebody still has to finish: what is due first comes first."""
    return Case.objects.open().order_by("due_on", "id")


def kinds_open_to(actor: Actor) -> list[str]:
    """The kinds of case that the actor may look at."""
    kinds = registry().case_kinds.values()
    return [kind.key for kind in kinds if actor.is_system or kind.permission in actor.permissions]


def shown_to(actor: Actor, kinds: Iterable[str]) -> Q:
    """Of the cases of these kinds those that the actor may look at, if the kinds are open to them.

    Of a kind that is kept to its units, whoever neither assigns nor takes in such cases sees those of their own unit and
    those given to them.
    """
    known = {key: case_kind(key) for key in kinds}
    close = [key for key, kind in known.items() if not kind.sees_all(actor)]
    found = Q(kind__in=[key for key in known if key not in close])
    if close:
        own = Membership.objects.filter(user=actor.user_id)
        theirs = Q(unit__in=own.values("unit")) | Q(assignee__in=own.values("pk"))
        found |= Q(kind__in=close) & theirs
    return found


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the case is one that the actor may look at; one query at most."""
    kind = case_kind(case.kind)
    return kind.sees_all(actor) or Case.objects.filter(shown_to(actor, [kind.key]), pk=case.pk).exists()


def inbox(actor: Actor) -> CaseQuerySet:
    """All cases that the actor may look at, the newest first, with unit and person."""
    return Case.objects.real().filter(shown_to(actor, kinds_open_to(actor))).with_people().newest()


def due_soon(days: int = 7) -> QuerySet[Case]:
    """Open cases whose clock runs and ends within so many days, or has ended; the latest first."""
    near = clock.today() + timedelta(days=days)
    return open_cases().filter(due_on__lte=near).exclude(phase=Phase.WAITING.value)


def timeline(case: Case) -> QuerySet[CaseEvent]:
    """What happened to the case, in its order; one query."""
    return (
        CaseEvent.objects.filter(case=case).select_related("unit", "assignee__user", "member").order_by("id")
    )


def public_timeline(case: Case) -> QuerySet[CaseEvent]:
    """What of it the citizen sees: no notes, and nobody's name."""
    return CaseEvent.objects.filter(case=case, is_public=True).select_related("unit").order_by("id")


def conversation(case: Case, *, notes: bool = True) -> QuerySet[CaseMessage]:
    """What was said, oldest first, each with its files; two queries. Without `notes` it is what the citizen sees."""
    said = CaseMessage.objects.filter(case=case)
    if not notes:
        said = said.exclude(direction=CaseMessage.Direction.NOTE)
    return said.prefetch_related(Prefetch("files", CaseFile.objects.select_related("file"))).order_by("id")


def files_of(case: Case) -> QuerySet[CaseFile]:
    """All files of the case, in the order of their coming."""
    return CaseFile.objects.filter(case=case).select_related("file").order_by("id")


def rows_open(case: Case, actor: Actor) -> list[Transition]:
    """The rows of the table that the actor may take now, in its order; hearing and merging have ways of their own."""
    rows = case_kind(case.kind).workflow.leading_from(case.state)
    return [
        row
        for row in rows
        if row.act not in {HEAR, MERGE} and (actor.is_system or row.permission in actor.permissions)
    ]


def may_merge(case: Case, actor: Actor) -> bool:
    """Whether the actor may count the case with another one now."""
    row = case_kind(case.kind).workflow.row(case.state, MERGE)
    return row is not None and (actor.is_system or row.permission in actor.permissions)


def answers_for(case: Case) -> QuerySet[StandardAnswer]:
    """The standard answers that fit the case: of its kind and category, or of none."""
    return StandardAnswer.objects.filter(
        Q(kind__in=["", case.kind]), Q(category__in=["", case.category]), is_active=True
    ).order_by("title", "id")


def case_of_sender(*, channel_kind: str, sender: str, module: str = "", text: str = "") -> Case | None:
    """The case that somebody who writes again most likely means; None when it is a new one.

    Of the sender's own cases that are open, or were closed in the last 30 days: the one whose number the text names,
    or the latest. A case of another channel is theirs where its answers go to them by this one. Two queries at most.
    """
    by_chat = Q(channel_kind=channel_kind) | Q(details__answer_by=channel_kind)
    own = Q(contact_email=sender.strip().lower()) if "@" in sender else Q(contact_handle=sender) & by_chat
    if not sender.strip():
        return None
    recent = Q(closed_on__isnull=True) | Q(closed_on__gte=clock.today() - STILL_OPEN)
    found = Case.objects.real().filter(own, recent, erased_at=None).newest()
    if module:
        found = found.filter(kind__in=[k.key for k in registry().case_kinds.values() if k.module == module])
    cases = list(found[:50])
    said = to_arabic(text).upper()
    named = (case for case in cases if any(n in said for n in (case.number, *case.former_numbers.split())))
    return next(named, cases[0] if cases else None)


def special_days() -> QuerySet[SpecialDay]:
    """The office's own days, the latest first."""
    return SpecialDay.objects.order_by("-day")
