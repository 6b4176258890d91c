"""Reads of the cases of the organization in scope. Self-checks are in none of them but those by code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import rights
from prongsai.foundation.casework.codes import code_in, digests, number_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import (
    Case,
    CaseEvent,
    CaseFile,
    CaseMessage,
    CaseQuerySet,
    StandardAnswer,
)
from prongsai.kernel import clock
from prongsai.kernel.cases import HEAR, MERGE, WITHDRAW, CaseKind, Phase, Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_arabic

# A case and all that are merged into it, into those, and so on. Row-level security keeps it to the organization.
FAMILY = f"""
WITH RECURSIVE family AS (
    SELECT id FROM {Case._meta.db_table} WHERE id = %s
    UNION SELECT c.id FROM {Case._meta.db_table} c JOIN family ON c.merged_into_id = family.id
) SELECT id FROM family
"""
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
    asked = number_from(number)
    return case if case and asked in {case.number, *case.former_numbers.split()} else None


def kinds_open_to(actor: Actor) -> list[str]:
    """The kinds of case that the actor may look at."""
    kinds = registry().case_kinds.values()
    return [kind.key for kind in kinds if actor.is_system or kind.permission in actor.permissions]


def shown_to(actor: Actor, kinds: Iterable[str]) -> Q:
    """Of the cases of these kinds those that the actor may look at, if the kinds are open to them.

    Of a kind that is kept to its units, whoever neither assigns nor takes in such cases sees those of their own unit and
    those given to them. What a case says is about them or their unit (`rights.is_about`) nobody sees.
    """
    known = [case_kind(key) for key in kinds]
    found = _open_to(actor, known)
    for about in _about(actor, known):
        found &= ~Q(pk__in=about)
    return found


def about_them(actor: Actor) -> QuerySet[Case]:
    """All cases that are about the actor, of whatever kind (`rights.is_about`): they see nothing of these."""
    found = Q()
    for about in _about(actor, list(registry().case_kinds.values())):
        found |= Q(pk__in=about)
    return Case.objects.filter(found) if found else Case.objects.none()


def within_reach(actor: Actor) -> QuerySet[Case]:
    """All cases that the actor may look at: none of kinds that are not open to them, of other units, or about them."""
    open_to = _open_to(actor, [case_kind(key) for key in kinds_open_to(actor)])
    return Case.objects.filter(open_to).exclude(pk__in=about_them(actor).values("pk"))


def _open_to(actor: Actor, kinds: Sequence[CaseKind]) -> Q:
    """What units and posts let the actor look at, whomever it is about."""
    close = [kind.key for kind in kinds if not kind.sees_all(actor)]
    found = Q(kind__in=[kind.key for kind in kinds if kind.key not in close])
    return found | Q(kind__in=close) & _theirs(actor) if close else found


def _theirs(actor: Actor) -> Q:
    """In the actor's unit, or given to them."""
    own = Membership.objects.filter(user=actor.user_id)
    return Q(unit__in=own.values("unit")) | Q(assignee__in=own.values("pk"))


def contact_told(actor: Actor, kinds: Iterable[str]) -> Q:
    """Of the cases of these kinds that are shown to the actor those of which they are told who brought them, as
    `rights.told_contact` says of one."""
    whole, own = list[str](), list[str]()
    for key in kinds:
        kind = case_kind(key)
        intake, handle = (
            actor.is_system or kind.permission_for(what) in actor.permissions for what in ("intake", "handle")
        )
        if intake or (handle and kind.oversees(actor)):
            whole.append(key)
        elif handle:
            own.append(key)
    nobodys = Q(unit__isnull=True, assignee__isnull=True)
    found = Q(kind__in=whole)
    return found | Q(kind__in=own) & (_theirs(actor) | nobodys) if own else found


def _about(actor: Actor, kinds: Iterable[CaseKind]) -> list[Any]:
    """The cases that are about the actor, by their ids: as a person, and as one of a unit. Each has an index of its own."""
    if actor.is_system:
        return []
    own = Membership.objects.filter(user=actor.user_id)
    found = [Case.objects.filter(concerned_member__isnull=False, concerned_member__in=own.values("pk"))]
    closed = [kind.key for kind in kinds if not kind.keeps(actor)]
    if closed:
        units = Case.objects.filter(concerned_unit__isnull=False, concerned_unit__in=own.values("unit"))
        found.append(units.filter(kind__in=closed))
    return [each.values_list("pk", flat=True) for each in found]


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the case is one that the actor may look at; one query at most."""
    return actor.is_system or Case.objects.filter(shown_to(actor, [case.kind]), pk=case.pk).exists()


def inbox(actor: Actor) -> CaseQuerySet:
    """All cases that the actor may look at, the newest first, with unit and person.

    One query at once: for the ids of those that are about the actor, which are few or none. A list that is told apart by
    its ids cannot be counted from the indexes alone.
    """
    kinds = [case_kind(key) for key in kinds_open_to(actor)]
    found = Case.objects.real().filter(_open_to(actor, kinds))
    about = _about(actor, kinds)
    ids: list[int] = list(about[0].union(*about[1:])) if about else []
    if ids:
        found = found.exclude(pk__in=ids)
    return found.with_people().newest()


def timeline(case: Case, actor: Actor) -> QuerySet[CaseEvent]:
    """What happened to the case, in its order, but what names a case that is about the actor; one query."""
    events = CaseEvent.objects.exclude(_names_one_about(actor, "about")).filter(case=case)
    return events.select_related("unit", "assignee__user", "member").order_by("id")


def public_timeline(case: Case) -> QuerySet[CaseEvent]:
    """What of it the citizen sees: no notes, and nobody's name."""
    return CaseEvent.objects.filter(case=case, is_public=True).select_related("unit").order_by("id")


def with_merged(case: Case) -> QuerySet[Case]:
    """The case and those that are counted with it, also by way of others."""
    return Case.objects.filter(pk__in=RawSQL(FAMILY, [case.pk]))  # noqa: S611 (constant, and a number)


def _family_for(case: Case, actor: Actor) -> QuerySet[Case]:
    """The case and those merged with it, but those that are about the actor: these were said to be so later."""
    return with_merged(case).exclude(pk__in=about_them(actor).values("pk"))


def _names_one_about(actor: Actor, field: str) -> Exists:
    """Whether the text of that field names a case that is about the actor by a number of it, present or former."""
    numbers = Func(
        Func(Concat("number", "former_numbers"), function="trim"), Value(" +"), Value("|"), Value("g"),
        function="regexp_replace", output_field=TextField(),
    )  # fmt: skip
    pattern = Concat(Value("(^|[^A-Z0-9])("), numbers, Value(")($|[^0-9])"), output_field=TextField())
    named = Func(
        OuterRef(field), pattern, template="%(expressions)s", arg_joiner=" ~ ", output_field=BooleanField()
    )
    return Exists(about_them(actor).filter(named))


def said_in(case: Case, actor: Actor) -> QuerySet[CaseMessage]:
    """What the staff have to read of a case: all that was said in it, and between the office and those whose cases were
    merged with it. What is told to all of these at once stands there once. What was said in a case that is about the
    actor, and where the office names such a case, they do not read."""
    citizens, out = CaseMessage.Direction.IN, CaseMessage.Direction.OUT
    theirs = Q(direction=citizens) | Q(direction=out, member__isnull=False)
    found = CaseMessage.objects.filter(Q(case=case) | theirs & Q(case__in=_family_for(case, actor)))
    found = found.filter(Q(direction=citizens) | ~_names_one_about(actor, "text"))
    return found.select_related("case").order_by("id")


def conversation(case: Case, *, reader: Actor | None = None) -> QuerySet[CaseMessage]:
    """What was said, oldest first, each with its files; two queries. Without a `reader` it is what the citizen sees, and
    nobody else's: with one of the staff it is what they read (`said_in`)."""
    if reader is not None:
        said = said_in(case, reader)
    else:
        citizens = [CaseMessage.Direction.IN, CaseMessage.Direction.OUT]
        said = CaseMessage.objects.filter(case=case, direction__in=citizens).select_related("case")
    return said.prefetch_related(Prefetch("files", CaseFile.objects.select_related("file"))).order_by("id")


def files_of(case: Case) -> QuerySet[CaseFile]:
    """All files of the case itself, in the order of their coming: those of cases merged with it are others'."""
    return CaseFile.objects.filter(case=case).select_related("file").order_by("id")


def files_for_staff(case: Case, actor: Actor) -> QuerySet[CaseFile]:
    """All files of the case, and those of what was said in the cases that are merged with it and not about the actor."""
    of_family = Q(message__isnull=False, case__in=_family_for(case, actor))
    found = CaseFile.objects.filter(Q(case=case) | of_family)
    return found.select_related("file").order_by("id")


def rows_open(case: Case, actor: Actor) -> list[Transition]:
    """The rows of the table that the actor may take now, in its order; hearing and merging have ways of their own."""
    rows = case_kind(case.kind).workflow.leading_from(case.state)
    ended = case.withdrawn_at is not None and case.merged.exists()  # their part has; it goes on for others
    apart = {HEAR, MERGE, *([WITHDRAW] if ended else [])}
    return [row for row in rows if row.act not in apart and rights.may(actor, case, row.permission)]


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
    if not sender.strip():
        return None
    recent = Q(closed_on__isnull=True) | Q(closed_on__gte=clock.today() - STILL_OPEN)
    return _named_or_first(_of_sender(channel_kind, sender, module).filter(recent).newest(), text)


def names_own_case(*, channel_kind: str, sender: str, text: str) -> bool:
    """Whether a message names one of the sender's own cases by its number, or, when it is short, any by its code: whoever
    has that brought the case. Two queries at most."""
    if (code := code_in(text)) and case_by_code(code) is not None:
        return True
    return any(_named(_of_sender(channel_kind, sender, "").newest()[:50], text))


def asked_of_sender(*, channel_kind: str, sender: str, module: str = "", text: str = "") -> Case | None:
    """The finished case about which its sender was asked last whether the result satisfies, or whose number the text
    names; None for one that was answered, or was asked too long ago for the closing question."""
    if not sender.strip():
        return None
    unanswered = Q(answered_at=None) | Q(answered_at__lt=F("closed_at"))
    asked, by_days = Q(), dict[int, list[str]]()
    for kind in registry().case_kinds.values():
        by_days.setdefault(kind.reopen_days, []).append(kind.key)
    for days, keys in by_days.items():
        asked |= Q(kind__in=keys, closed_on__gte=clock.today() - timedelta(days=days))
    found = _of_sender(channel_kind, sender, module).filter(asked, unanswered, phase=Phase.FINISHED.value)
    return _named_or_first(found.order_by("-closed_at", "-id"), text)


def _of_sender(channel_kind: str, sender: str, module: str) -> CaseQuerySet:
    """The cases of whoever writes by this channel; one of another channel where its answers go to them by this one."""
    by_chat = Q(channel_kind=channel_kind) | Q(details__answer_by=channel_kind)
    own = Q(contact_email=sender.strip().lower()) if "@" in sender else Q(contact_handle=sender) & by_chat
    found = Case.objects.real().filter(own, erased_at=None)
    if module:
        found = found.filter(kind__in=[k.key for k in registry().case_kinds.values() if k.module == module])
    return found


def _named_or_first(found: QuerySet[Case], text: str) -> Case | None:
    cases = list(found[:50])
    return next(_named(cases, text), cases[0] if cases else None)


def _named(cases: Iterable[Case], text: str) -> Iterator[Case]:
    """Those of the cases whose number, present or former, the text says."""
    said = to_arabic(text).upper()
    return (case for case in cases if any(n in said for n in (case.number, *case.former_numbers.split())))
