"""What has to carry a statement: the proofs that are bound to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel.contracts import Actor, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput, Stale, WrongState
from prongsai.modules.measures.choices import Join, PlanStatus
from prongsai.modules.measures.models import Proof, Statement
from prongsai.modules.measures.notation import ProofTerm, format_window, parse_term, parse_window
from prongsai.modules.measures.services.plans import locked, note
from prongsai.modules.measures.services.writing import NewProof, proof_rows
from prongsai.modules.measures.suggestions import suggest
from prongsai.modules.measures.verdicts import pickable
from prongsai.modules.measures.workflow import permit

FIGURES = {"zero", "figure", "ratio", "indicator"}
MOST_PROOFS = 20


def _require_what_the_wording_asks(statement: Statement, chosen: Sequence[ProofTerm], join: str) -> None:
    """A claim about figures keeps a figure behind it: "no complaints" is not carried by an announcement.

    Attesting alone is always allowed, and is marked as what it is.
    """
    topic = Topic(statement.measure.topic) if statement.measure.topic else None
    wanted = suggest(statement.text, kind=StatementKind(statement.kind), topic=topic)
    asked = {parse_term(expression).name for expression in wanted.expressions} & FIGURES
    names = {term.name for term in chosen}
    if not asked or names <= {"attest"}:
        return
    if not asked & names or (join == "any" and wanted.join != "any"):
        raise InvalidInput(
            "ข้อความนี้กล่าวถึงตัวเลขหรือการไม่มีเรื่องร้องเรียน ต้องคงหลักฐานที่เป็นตัวเลขไว้ และต้องครบทุกข้อ", field="proofs"
        )


def _require_records(chosen: Sequence[ProofTerm]) -> None:
    """A picked record stands in the register, is not withdrawn, and is of a kind that can prove."""
    wanted = {term.entry for term in chosen if term.entry}
    if not wanted:
        return
    found = dict(facts(numbers=wanted).values_list("number", "kind"))
    for number in sorted(wanted):
        if number not in found:
            raise InvalidInput(f"ไม่มีหลักฐาน {number} ในทะเบียน หรือถูกถอนไปแล้ว", field="proofs")
        if not pickable(found[number]):
            raise InvalidInput(f"หลักฐาน {number} เป็นบันทึกขั้นตอนของระบบ ใช้พิสูจน์ข้อความไม่ได้", field="proofs")


def bound(statement: Statement) -> list[tuple[str, str]]:
    """What is bound now, each with its window."""
    return list(Proof.objects.filter(statement=statement).values_list("expression", "window"))


def _require_unchanged(statement: Statement, seen: Sequence[tuple[str, str]] | None) -> None:
    """The plan is locked by now: what stands here stays until the transaction ends."""
    if seen is not None and (present := bound(statement)) != list(seen):
        raise Stale("มีผู้เปลี่ยนหลักฐานที่ผูกไว้ไปก่อนแล้ว ตรวจสิ่งที่ผูกอยู่ตอนนี้ แล้วบันทึกอีกครั้ง", present={"proofs": present})


@transaction.atomic
def bind_proofs(
    *,
    actor: Actor,
    statement: Statement,
    expressions: Sequence[str],
    join: str = "all",
    window: str = "inside",
    windows: Sequence[str] | None = None,
    seen: Sequence[tuple[str, str]] | None = None,
) -> None:
    """Bind chosen proofs in place of what is there, each with its window (`windows`) or all with one.

    Allowed until the year is closed: what a statement says is fixed by publication, what carries it is not.
    Raises InvalidInput naming what cannot be read or cannot prove, Stale when something else is bound by now than
    what was `seen` (expressions, each with its window), or when the statement is gone.
    """
    permit(actor, "edit")
    plan = locked(statement.measure.plan)
    if plan.status in {PlanStatus.CLOSED, PlanStatus.SUPERSEDED, PlanStatus.DISCARDED}:
        raise WrongState(f"{plan} อยู่ในสถานะ “{plan.get_status_display()}” เปลี่ยนหลักฐานที่ผูกไว้ไม่ได้")
    if join not in Join.values:
        raise InvalidInput("การรวมหลักฐานต้องเป็น all หรือ any", field="join")
    if len(expressions) > MOST_PROOFS:
        raise InvalidInput(f"ผูกหลักฐานได้ไม่เกิน {MOST_PROOFS} ข้อ", field="proofs")
    if windows is not None and len(windows) != len(expressions):
        raise InvalidInput("ต้องระบุช่วงเวลาให้ครบทุกข้อ", field="window")
    asked = [format_window(parse_window(each)) for each in windows or [window] * len(expressions)]
    terms = [parse_term(expression) for expression in expressions]
    _require_what_the_wording_asks(statement, terms, join)
    _require_records(terms)
    _require_unchanged(statement, seen)
    if not Statement.objects.filter(pk=statement.pk).update(join=join):
        raise Stale("มีผู้เอาข้อความนี้ออกไปก่อนแล้ว", present={})
    statement.join = join
    statement.proofs.all().delete()  # type: ignore[attr-defined]
    Proof.objects.bulk_create(
        proof_rows(statement, [NewProof(e, w) for e, w in zip(expressions, asked, strict=True)])
    )
    note(
        plan,
        "plan_edited",
        actor=actor,
        measure=statement.measure.number,
        bound=f"{statement.kind} {statement.number}",
        proofs=list(expressions),
    )
