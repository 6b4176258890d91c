"""ถอนข้อความ: a sentence of an announced plan that the office will not claim any more. It stays, with its reason."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, StatementKind
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.labels import plan_state, plan_title
from prongsai.modules.measures.models import Plan, ReportCandidate, Statement
from prongsai.modules.measures.papers.wording import KINDS
from prongsai.modules.measures.services.closing import IN_WORK
from prongsai.modules.measures.services.plans import locked, note
from prongsai.modules.measures.services.signing import reason_given
from prongsai.modules.measures.workflow import permit


@transaction.atomic
def withdraw_statement(*, actor: Actor, statement: Statement, reason: str) -> Statement:
    """Take a statement of a published plan out: it no longer counts, and the report prints it in an annex with its reason.

    Raises InvalidInput without a reason or with personal data in it; WrongState when the plan is not published,
    while a frozen report waits (it would still make the claim), or the statement is withdrawn already.
    """
    permit(actor, "withdraw_statement")
    reason = reason_given(reason, _("Say why the statement is withdrawn. The report prints this reason"))
    found, plan = _found(statement, {PlanStatus.PUBLISHED})
    if found.is_withdrawn:
        raise WrongState(_("This statement was withdrawn already"))
    found.withdrawn_reason, found.withdrawn_on = reason, clock.today()
    _save(found)
    _note(plan, found, "statement_withdrawn", "ถอนข้อความ", actor, reason=reason)
    return found


@transaction.atomic
def restore_statement(*, actor: Actor, statement: Statement, reason: str = "") -> Statement:
    """Bring a withdrawn statement back, before the year is closed. Raises WrongState when it is not withdrawn."""
    permit(actor, "withdraw_statement")
    if reason.strip():
        reason = reason_given(reason, "")
    found, plan = _found(statement, {PlanStatus.PUBLISHED, PlanStatus.DRAFT})
    if not found.is_withdrawn:
        raise WrongState(_("This statement is not withdrawn"))
    found.withdrawn_reason, found.withdrawn_on = "", None
    _save(found)
    _note(plan, found, "statement_restored", "นำข้อความกลับมา", actor, reason=reason)
    return found


def _found(statement: Statement, statuses: set[PlanStatus]) -> tuple[Statement, Plan]:
    """The statement as it is now, its plan locked and in one of these states."""
    plan = locked(statement.measure.plan)
    if plan.status not in statuses:
        raise WrongState(
            _(
                "%(plan)s is in the state “%(status)s”. "
                "Statements can be withdrawn after the announcement and before the year is closed"
            )
            % {"plan": plan_title(plan), "status": plan_state(plan.status)}
        )
    if ReportCandidate.objects.filter(plan=plan, status__in=IN_WORK).exists():
        raise WrongState(
            _(
                "The report of fiscal year %(year)s is frozen. "
                "Send the report back first, then withdraw the statement or bring it back"
            )
            % {"year": plan.fiscal_year}
        )
    return Statement.objects.select_related("measure").get(pk=statement.pk), plan


def _save(statement: Statement) -> None:
    statement.save(update_fields=["withdrawn_reason", "withdrawn_on"])


def _note(plan: Plan, statement: Statement, kind: str, what: str, actor: Actor, **payload: Any) -> None:
    number = statement.measure.number
    place = (
        f"มาตรการที่ {to_thai(number)} {KINDS[StatementKind(statement.kind)]} ข้อ {to_thai(statement.number)}"
    )
    note(
        plan,
        kind,
        actor=actor,
        public=True,
        title=f"{what} {place}",
        measure=number,
        kind=str(statement.kind),
        number=statement.number,
        text=statement.text,
        **payload,
    )
