"""What every act on a case shares: the locked row, the row of the history, words that fit, who acts."""

from __future__ import annotations

from hashlib import sha256

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, Stale, WrongState

CITIZEN = Actor.system("ผู้แจ้ง")  # who acts on the public page: no name of a person goes into history or ledger
TEXT_LIMIT = 20_000
TITLE_LIMIT = 200
KEY_LIMIT = 200


def locked(case: Case, version: int | None = None) -> Case:
    """The case as it stands now, locked until the transaction ends.

    Raises Stale when somebody changed it after `version` was read, InvalidInput for a case of no one here.
    """
    current = Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if current is None:
        raise InvalidInput("ไม่มีเรื่องนี้ในหน่วยงาน", field="case")
    if version is not None and version != current.version:
        state = case_kind(current.kind).workflow.state(current.state)
        raise Stale(
            f"มีความเคลื่อนไหวในเรื่อง {current.number} หลังจากที่ท่านเปิดดู ขณะนี้อยู่ในสถานะ “{state.title}” "
            "สิ่งที่ท่านกรอกยังอยู่ ตรวจแล้วบันทึกอีกครั้ง",
            present={
                "version": current.version,
                "state": current.state,
                "unit": current.unit_id,
                "assignee": current.assignee_id,
            },
        )
    return current


def keep(case: Case, *fields: str) -> Case:
    """Save the named fields; whoever read the case before is told when they act on it."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])
    return case


def row_for(case: Case, kind: CaseKind, act: str) -> Transition:
    """The row of the table by which `act` is done now. Raises WrongState when it has none."""
    row = kind.workflow.row(case.state, act)
    if row is None:
        known = next((each.title for each in kind.workflow.transitions if each.act == act), act)
        raise WrongState(
            f"เรื่อง {case.number} อยู่ในสถานะ “{kind.workflow.state(case.state).title}” จึง{known}ไม่ได้"
        )
    return row


def require_open(case: Case, kind: CaseKind) -> None:
    """Raise WrongState for a case that is closed."""
    if not case.is_open:
        raise WrongState(f"เรื่อง {case.number} ปิดแล้ว (“{kind.workflow.state(case.state).title}”)")


def require_kept(case: Case) -> None:
    """Raise WrongState for a case whose personal data were erased: nothing may be written into it again."""
    if case.erased_at is not None:
        raise WrongState(f"ข้อมูลส่วนบุคคลของเรื่อง {case.number} ลบแล้ว จึงเพิ่มข้อความหรือไฟล์ไม่ได้")


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
    """Put a row into the case's history; a self-check has none."""
    if case.is_check:
        return
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
        raise InvalidInput(f"ยาวเกินไป ใช้ได้ไม่เกิน {limit} ตัวอักษร", field=field)
    return text


def words(text: str, field: str, *, limit: int = TEXT_LIMIT, needed: str = "") -> str:
    """Text of several lines. Raises InvalidInput as `line` does."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text and needed:
        raise InvalidInput(needed, field=field)
    if len(text) > limit:
        raise InvalidInput(f"ข้อความยาว {len(text)} ตัวอักษร เกิน {limit}", field=field)
    return text


def key(text: str) -> str:
    """A sender's id as it is kept: one that is too long by its digest."""
    text = text.strip().replace("\0", "")
    return text if len(text) <= KEY_LIMIT else f"sha256:{sha256(text.encode()).hexdigest()}"


def own_unit(unit: Unit | None, *, field: str = "unit") -> Unit | None:
    """The unit, if it is one of the office's and in use. Raises InvalidInput otherwise."""
    if unit is not None and not Unit.objects.active().filter(pk=unit.pk).exists():
        raise InvalidInput("ไม่มีส่วนราชการนี้ในหน่วยงาน หรือเลิกใช้แล้ว", field=field)
    return unit


def own_member(member: Membership | None) -> Membership | None:
    """The member, if active in this office. Raises InvalidInput otherwise."""
    if member is None:
        return None
    found = Membership.objects.working().select_related("unit", "user").filter(pk=member.pk).first()
    if found is None:
        raise InvalidInput("ไม่มีบุคลากรคนนี้ในหน่วยงาน หรือบัญชีปิดแล้ว", field="assignee")
    return found


def in_order(*ids: int) -> list[Case]:
    """Several cases, locked in the order of their ids, so that two who lock the same ones never wait for each other."""
    found = {c.pk: c for c in Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    if not found.keys() >= set(ids):
        raise InvalidInput("ไม่มีเรื่องนี้ในหน่วยงาน", field="case")
    return [found[pk] for pk in ids]
