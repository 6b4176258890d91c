"""ข้อสังเกต: what reviewers and auditors remark on statements, citations and reports. Nothing of it is removed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, StatementKind
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.choices import RemarkStatus
from prongsai.modules.measures.models import Plan, Remark, ReportVersion, Statement
from prongsai.modules.measures.papers.wording import KINDS
from prongsai.modules.measures.services.plans import note
from prongsai.modules.measures.workflow import permit

LONGEST = 4_000  # letters


def _words(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise InvalidInput(_("Write something before you save"), field="text")
    if len(text) > LONGEST:
        raise InvalidInput(
            _("The text has %(count)s characters, more than %(most)s")
            % {"count": len(text), "most": LONGEST},
            field="text",
        )
    return text


@transaction.atomic
def remark(
    *,
    actor: Actor,
    plan: Plan,
    text: str,
    statement: Statement | None = None,
    report: ReportVersion | None = None,
    entry: int | None = None,
) -> Remark:
    """A remark on a statement of the plan, on a citation (`entry`, with the statement or report that cites it), on a report
    or on the whole plan. Raises InvalidInput without words, or for a statement, report or entry that is not the plan's.
    """
    permit(actor, "remark")
    words = _words(text)
    if statement is not None and statement.measure.plan_id != plan.pk:  # type: ignore[attr-defined]
        raise InvalidInput(_("This statement is not in this version of the measures"), field="statement")
    if report is not None and report.plan_id != plan.pk:  # type: ignore[attr-defined]
        raise InvalidInput(_("This report is not of this version of the measures"), field="report")
    if entry is not None and not Entry.objects.filter(log=LogName.MAIN, number=entry).exists():
        raise InvalidInput(_("Evidence %(number)s is not in the register") % {"number": entry}, field="entry")
    made = Remark.objects.create(
        plan=plan,
        statement=statement,
        report=report,
        entry=entry,
        place=_place(plan, statement, report, entry),
        wording=statement.text if statement else "",
        text=words,
        by=actor.name[:200],
        position=actor.position[:200],
        user=actor.user_id,
        made_at=clock.now(),
    )
    _note(made, "remark_made", actor, text=words)
    return made


def _place(plan: Plan, statement: Statement | None, report: ReportVersion | None, entry: int | None) -> str:
    """On what, in words that stay true when statements move."""
    where = str(plan)
    if statement is not None:
        kind = KINDS[StatementKind(statement.kind)]
        where = f"มาตรการที่ {to_thai(statement.measure.number)} {kind} ข้อ {to_thai(statement.number)}"
    elif report is not None:
        where = f"รายงานปีงบประมาณ {report.fiscal_year} ฉบับที่ {report.version}"
    return f"{where} หลักฐาน {entry}" if entry is not None else where


def _note(said: Remark, kind: str, actor: Actor, **payload: Any) -> None:
    note(said.plan, kind, actor=actor, remark=said.pk, place=said.place, **payload)


def _locked(given: Remark) -> Remark:
    return Remark.objects.select_for_update(of=("self",)).select_related("plan").get(pk=given.pk)


@transaction.atomic
def answer_remark(*, actor: Actor, remark: Remark, text: str) -> Remark:
    """ชี้แจง. An answer may be put better until the remark is settled; the ledger keeps each. Raises WrongState after."""
    permit(actor, "answer")
    words = _words(text)
    found = _locked(remark)
    if not found.is_open:
        raise WrongState(_("This remark is settled, so it cannot be answered any more"))
    found.status, found.answer = RemarkStatus.ANSWERED, words
    found.answered_by, found.answered_at = actor.name[:200], clock.now()
    found.save(update_fields=["status", "answer", "answered_by", "answered_at"])
    _note(found, "remark_answered", actor, text=words)
    return found


@transaction.atomic
def settle_remark(*, actor: Actor, remark: Remark) -> Remark:
    """ปิดข้อสังเกต, by somebody who may remark. Raises WrongState when it is settled already."""
    permit(actor, "remark")
    found = _locked(remark)
    if not found.is_open:
        raise WrongState(_("This remark is settled already"))
    found.status, found.settled_by, found.settled_at = RemarkStatus.SETTLED, actor.name[:200], clock.now()
    found.save(update_fields=["status", "settled_by", "settled_at"])
    _note(found, "remark_settled", actor)
    return found
