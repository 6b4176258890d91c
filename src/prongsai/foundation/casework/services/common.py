"""What every act on a case shares: the locked row, the row of the history, words that fit, who acts."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.kinds import case_kind, shown_title
from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, Stale, WrongState

CITIZEN = Actor.system("ผู้แจ้ง")  # who acts on the public page: no name of a person goes into history or ledger
RULES = Actor.system("กติกาส่งเรื่อง")  # gives a case to unit and person when it comes in
TEXT_LIMIT = 20_000
TITLE_LIMIT = 200
KEY_LIMIT = 200

# What a case may begin to ask of those who work on it.
ARRIVED, ASSIGNED, HEARD, REOPENED = "arrived", "assigned", "heard", "reopened"
LATE, UNDELIVERED, CONCERNED = "late", "undelivered", "concerned"

FROM_MESSAGE = "casework.message:"  # begins the source key of a case that was made of a message

# Told in the act's own transaction that a case began to ask something of somebody, and who brought it about.
asking_listeners: list[Callable[[Case, str, Actor], None]] = []
# Told that a member of the staff has acted on a case whose kind the system had guessed.
sorting_listeners: list[Callable[[Case, Actor], None]] = []


def locked(case: Case, version: int | None = None) -> Case:
    """The case as it stands now, locked until the transaction ends.

    Raises Stale when somebody changed it after `version` was read, InvalidInput for a case of no one here.
    """
    current = Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such case in this office"), field="case")
    if version is not None and version != current.version:
        state = case_kind(current.kind).workflow.state(current.state)
        raise Stale(
            _(
                "Something happened in case %(number)s after you opened it. It is now "
                "“%(state)s”. What you entered is still here: check it and save again."
            )
            % {"number": current.number, "state": shown_title(state)},
            present={
                "version": current.version,
                "state": current.state,
                "unit": current.unit_id,
                "assignee": current.assignee_id,
            },
        )
    return current


def root_of(case: Case) -> Case:
    """The case that a locked one is counted with in the end, locked too; itself, unless it is merged."""
    while case.merged_into is not None:
        case = locked(case.merged_into)
    return case


def keep(case: Case, *fields: str) -> Case:
    """Save the named fields; whoever read the case before is told when they act on it."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])
    return case


def row_for(case: Case, kind: CaseKind, act: str) -> Transition:
    """The row of the table by which `act` is done now. Raises WrongState when it has none."""
    row = kind.workflow.row(case.state, act)
    if row is None:
        known = next((shown_title(each) for each in kind.workflow.transitions if each.act == act), act)
        raise WrongState(
            _("Case %(number)s is “%(state)s”, so “%(act)s” is not possible")
            % {"number": case.number, "state": shown_title(kind.workflow.state(case.state)), "act": known}
        )
    return row


def require_open(case: Case, kind: CaseKind) -> None:
    """Raise WrongState for a case that is closed."""
    if not case.is_open:
        raise WrongState(
            _("Case %(number)s is closed (“%(state)s”)")
            % {"number": case.number, "state": shown_title(kind.workflow.state(case.state))}
        )


def require_kept(case: Case) -> None:
    """Raise WrongState for a case whose personal data were erased: nothing may be written into it again."""
    if case.erased_at is not None:
        refused = _("The personal data of case %(number)s are erased, so no message or file can be added")
        raise WrongState(refused % {"number": case.number})


def member_of(actor: Actor) -> Membership | None:
    """The actor's membership; None for citizens and the system."""
    if actor.user_id is None:
        return None
    return Membership.objects.filter(user_id=actor.user_id).first()


def note_event(
    case: Case,
    event: str,
    *,
    actor: Actor,
    act: str = "",
    source: str = "",
    target: str = "",
    unit: Unit | None = None,
    assignee: Membership | None = None,
    about: str = "",
    public: bool = False,
) -> None:
    """Put a row into the case's history; a self-check has none.

    Whatever a member of the staff does to a case whose kind was guessed, they have seen what kind it is.
    """
    if case.is_check:
        return
    if case.is_guessed and actor.user_id is not None:
        was_sorted(case, actor)
    CaseEvent.objects.create(
        case=case,
        at=clock.now(),
        event=event,
        act=act,
        source=source,
        target=target,
        actor=shown_name(actor),
        member=member_of(actor),
        unit=unit,
        assignee=assignee,
        about=about[:300],
        is_public=public,
    )


def was_sorted(case: Case, actor: Actor) -> None:
    """The kind of a case is no guess any more: somebody has looked at it, or put the case where it belongs."""
    case.is_guessed = False
    Case.objects.filter(pk=case.pk).update(is_guessed=False)
    for listener in sorting_listeners:
        listener(case, actor)


def asks(case: Case, what: str, *, actor: Actor) -> None:
    """Tell whoever listens that the case asks something of those who work on it; a self-check asks nothing."""
    if case.is_check:
        return
    for listener in asking_listeners:
        listener(case, what, actor)


def shown_name(actor: Actor) -> str:
    """Who acts, for history and ledger: staff by name; whoever has no account here stays unnamed."""
    known = actor.user_id is not None or actor.is_system
    return (actor.name if known else CITIZEN.name)[:200]


def on_record(actor: Actor) -> Actor:
    """The actor as facts name them: a citizen's name never goes into the ledger."""
    return actor if actor.user_id is not None else Actor.system(shown_name(actor))


def line(text: str, field: str, *, limit: int = TITLE_LIMIT, needed: str = "") -> str:
    """Text in one line. Raises InvalidInput when it is too long, or empty where `needed` says what is asked for."""
    text = " ".join(text.replace("\0", "").split())
    if not text and needed:
        raise InvalidInput(needed, field=field)
    if len(text) > limit:
        refused = _("Too long: at most %(most)s characters")
        raise InvalidInput(refused % {"most": limit}, field=field)
    return text


def words(text: str, field: str, *, limit: int = TEXT_LIMIT, needed: str = "") -> str:
    """Text of several lines. Raises InvalidInput as `line` does."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text and needed:
        raise InvalidInput(needed, field=field)
    if len(text) > limit:
        refused = _("The text has %(count)s characters, more than %(most)s")
        raise InvalidInput(refused % {"count": len(text), "most": limit}, field=field)
    return text


def key(text: str) -> str:
    """A sender's id as it is kept: one that is too long by its digest."""
    text = text.strip().replace("\0", "")
    return text if len(text) <= KEY_LIMIT else f"sha256:{sha256(text.encode()).hexdigest()}"


def own_unit(unit: Unit | None, *, field: str = "unit") -> Unit | None:
    """The unit, if it is one of the office's and in use. Raises InvalidInput otherwise."""
    if unit is not None and not Unit.objects.active().filter(pk=unit.pk).exists():
        raise InvalidInput(
            _("There is no such unit in this office, or it is not in use any more"), field=field
        )
    return unit


def own_member(member: Membership | None, *, field: str = "assignee") -> Membership | None:
    """The member, if active in this office. Raises InvalidInput otherwise."""
    if member is None:
        return None
    found = Membership.objects.working().select_related("unit", "user").filter(pk=member.pk).first()
    if found is None:
        raise InvalidInput(_("There is no such member in this office, or the account is closed"), field=field)
    return found


def in_order(*ids: int) -> list[Case]:
    """Several cases, locked in the order of their ids, so that two who lock the same ones never wait for each other."""
    found = {c.pk: c for c in Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    if not found.keys() >= set(ids):
        raise InvalidInput(_("There is no such case in this office"), field="case")
    return [found[pk] for pk in ids]
