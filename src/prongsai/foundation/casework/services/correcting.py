"""What was typed wrongly, and what belongs into another drawer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind, shown_title
from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.another_kind import into_kind
from prongsai.foundation.casework.services.concerning import Concerned, change_concerned
from prongsai.foundation.casework.services.joining import FROM_MESSAGE
from prongsai.foundation.casework.services.messages import put_note
from prongsai.foundation.casework.services.moving import COUNTED, count_days
from prongsai.foundation.casework.services.opening import (
    Contact,
    Place,
    checked_day,
    checked_details,
    put_contact,
    put_place,
    titled,
)
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase
from prongsai.kernel.contracts import Actor, Topic
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.kernel.thai.dates import fiscal_year_of, short_date

CONTACT = ("is_anonymous", "contact_name", "contact_phone", "contact_email", "contact_handle")
PLACE = ("place", "village", "latitude", "longitude")
WRITTEN_BY_CITIZENS = frozenset({"web", "line", "facebook", "email", "traffy"})  # kinds of channel


@transaction.atomic
def recategorise(
    *,
    actor: Actor,
    case: Case,
    category: str,
    topic: Topic | None,
    kind: str = "",
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Put a case into another category and under another topic, also when it is closed: the figures follow.

    What is on record of it is withdrawn and recorded again. Where the category is one of another kind of case, `kind`
    says of which: the case then goes on as one of that kind, under a number of its series (`into_kind`, which says where
    it wants a `reason` and who may). Needs `<module>.handle`, of both kinds. Raises WrongState for a merged case (it is counted elsewhere), Stale,
    NotPermitted, InvalidInput.
    """
    current = common.locked(case, version)
    known = case_kind(current.kind)
    rights.require_to(actor, current, "handle")
    _require_counted(current, known)
    category, named = common.line(category, "category", limit=60), Topic(topic).value if topic else ""
    _call_anew(current, known, case_kind(kind) if kind else known, category)
    if kind and kind != current.kind:
        current.category, current.topic = category, named
        return into_kind(current, known, case_kind(kind), actor=actor, reason=reason)
    if (category, named) == (current.category, current.topic):
        return current
    if known.kept_to_unit and named != current.topic:
        _leave_subject(current, known, actor, reason)
    current.category, current.topic = category, named
    common.keep(current, "category", "topic", "title")
    common.note_event(current, "recategorised", actor=actor, about=category)
    facts.on_recategorised(current, actor, "เปลี่ยนประเภทหรือด้านของเรื่อง")
    return current


def _call_anew(case: Case, before: CaseKind, after: CaseKind, category: str) -> None:
    """A title that was made of the former category follows the new one; what somebody wrote stays."""
    if before.called and after.called:
        told = (case.body, case.village)
        if case.title == before.called(case.category, *told):
            case.title = after.called(category, *told)


def _leave_subject(case: Case, kind: CaseKind, actor: Actor, reason: str) -> None:
    """A complaint about the office leaves the count of its subject, which a report may say to be none: by who keeps the
    register alone, and for a reason that stands in a note. Whoever works on it may be close to whom it is about."""
    if not kind.keeps(actor):
        raise NotPermitted(
            _(
                "%(name)s may not put a complaint under another subject. Whoever takes in or manages such cases may."
            )
            % {"name": actor.name}
        )
    needed = _("Say why it belongs under another subject: it is counted there and no longer here")
    said = common.words(reason, "reason", limit=1_000, needed=needed)
    put_note(case, f"เปลี่ยนด้านของเรื่อง: {said}", actor=actor)


@transaction.atomic
def confirm_kind(*, actor: Actor, case: Case, version: int | None = None) -> Case:
    """Say that a case is of the kind and category that the system guessed. Said twice it is said once.

    Needs `<module>.handle`. Raises NotPermitted, Stale.
    """
    current = common.locked(case, version)
    rights.require_to(actor, current, "handle")
    if not current.is_guessed:
        return current
    common.was_sorted(current, actor)
    common.note_event(current, "sorted", actor=actor, about=current.category)
    return common.keep(current)


@transaction.atomic
def correct(
    *,
    actor: Actor,
    case: Case,
    version: int | None = None,
    title: str | None = None,
    body: str | None = None,
    contact: Contact | None = None,
    place: Place | None = None,
    details: Mapping[str, Any] | None = None,
    received_on: date | None = None,
    is_urgent: bool | None = None,
    concerned: Concerned | None = None,
    reason: str = "",
) -> Case:
    """Correct what was typed; what is not given stays. Another `received_on` moves the last day, and the fact with it.

    What title and body said before, and the former day with the `reason` for another, is kept as a note among the staff.
    Needs `<module>.handle`; for another day, what `may_redate` says; to say whom it is about, what `change_concerned`
    asks for. Raises WrongState when the case was erased, or for another day of a case that is closed, was opened again
    or whose day the system noted; InvalidInput, also for another body of what the citizen wrote themselves
    (`has_own_words`), and for another day without a reason; Stale, NotPermitted.
    """
    current = common.locked(case, version)
    kind = case_kind(current.kind)
    rights.require_to(actor, current, "handle")
    common.require_kept(current)
    changed = _reworded(current, actor, title, body)
    if contact is not None:
        put_contact(current, contact)
        changed += CONTACT
    if place is not None:
        put_place(current, place)
        changed += PLACE
    if details is not None:
        current.details, changed = checked_details(details), [*changed, "details"]
    if is_urgent is not None and is_urgent != current.is_urgent:
        current.is_urgent, changed = is_urgent, [*changed, "is_urgent"]
    moved = received_on is not None and _redate(current, kind, received_on, actor=actor, reason=reason)
    if moved:
        changed += ["received_on", "clock_started_on", *COUNTED]
    if concerned is not None:
        change_concerned(current, concerned, actor=actor)
    if not changed:
        return current
    common.keep(current, *changed)
    common.note_event(current, "corrected", actor=actor, about=" ".join(changed))
    if moved:
        facts.on_recategorised(current, actor, "แก้วันที่รับเรื่อง")
    return current


def _reworded(case: Case, actor: Actor, title: str | None, body: str | None) -> list[str]:
    """Put other words into a case, and the former ones into a note; returns which fields changed."""
    former: list[tuple[str, str, str]] = []
    if body is not None and (said := common.words(body, "body")) != case.body:
        if has_own_words(case):
            raise InvalidInput(
                _("The citizen wrote this themselves, so it stays as it is. Write a note instead"),
                field="body",
            )
        former.append(("body", "เนื้อหาเดิม", case.body))
        case.body = said
    if title is not None and (said := titled(title, case.body)) != case.title:
        former.append(("title", "เรื่องเดิม", case.title))
        case.title = said
    if former:
        put_note(case, "\n\n".join(f"{label}: {words or '–'}" for _name, label, words in former), actor=actor)
    return [name for name, _label, _words in former]


def has_own_words(case: Case) -> bool:
    """Whether the body is what the citizen wrote themselves, and no officer's writing down of it; one query at most."""
    if case.channel_kind not in WRITTEN_BY_CITIZENS:
        return False
    if case.source_key.startswith(FROM_MESSAGE):
        return True
    return CaseEvent.objects.filter(case=case, event="received", member__isnull=True).exists()


def came_by_itself(case: Case) -> bool:
    """Whether the system noted the day on which the case came: it came by the web, mail or another program, or was made of
    a message or of another case that did. One query at most."""
    if case.parent_id is not None or case.source_key.startswith(FROM_MESSAGE):  # type: ignore[attr-defined]
        return True
    return CaseEvent.objects.filter(case=case, event="received", member__isnull=True).exists()


def may_redate(actor: Actor, case: Case) -> bool:
    """Whether the actor may correct the day of receipt: of what was written down by hand, who keeps the register. Clocks
    and figures go by it, so that whoever works on a case, and is measured by them, does not move it."""
    return case_kind(case.kind).keeps(actor) and not came_by_itself(case)


def _redate(case: Case, kind: CaseKind, day: date, *, actor: Actor, reason: str) -> bool:
    """Another day of receipt into an open case; False when it is the same."""
    if checked_day(day) == case.received_on:
        return False
    common.require_open(case, kind)
    _require_redating(case, kind, day, actor)
    if case.reopened:
        raise WrongState(
            _("Case %(number)s was opened again, so its day of receipt cannot be changed")
            % {"number": case.number}
        )
    if fiscal_year_of(day) != fiscal_year_of(case.received_on) and case.merged.exists():
        raise WrongState(
            _(
                "Other cases are joined to case %(number)s, so its day of receipt cannot move "
                "into another fiscal year"
            )
            % {"number": case.number}
        )
    needed = _("Say why the day of receipt is another one: deadlines and figures go by it")
    said = common.words(reason, "reason", limit=1_000, needed=needed)
    put_note(case, f"แก้วันที่รับเรื่อง เดิม {short_date(case.received_on)}: {said}", actor=actor)
    calendar = calendar_from(min(day, case.received_on))
    case.received_on = case.clock_started_on = day
    count_days(case, kind, calendar)
    return True


def _require_redating(case: Case, kind: CaseKind, day: date, actor: Actor) -> None:
    if not kind.keeps(actor):
        raise NotPermitted(
            _("%(name)s may not change the day of receipt. Whoever takes in or manages such cases may.")
            % {"name": actor.name}
        )
    if came_by_itself(case):
        raise WrongState(_("The system noted the day on which this came, so it stays as it is"))
    entered = CaseEvent.objects.filter(case=case, event="received").values_list("at", flat=True).first()
    if entered is not None and day > entered.astimezone(clock.BANGKOK).date():
        raise InvalidInput(
            _("The case was entered before that day, so it cannot have come on it"), field="received_on"
        )


def _require_counted(case: Case, kind: CaseKind) -> None:
    if case.phase == Phase.MERGED:
        raise WrongState(
            _("Case %(number)s is counted with another one (%(state)s)")
            % {"number": case.number, "state": shown_title(kind.workflow.state(case.state))}
        )
