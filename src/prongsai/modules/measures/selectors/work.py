"""งานของฉัน: what the measures ask of people: records that are missing, steps of the plan, decisions, remarks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.selectors import organization_key
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Verdict, WorkItem
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.kernel.writing import shortened
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus, RemarkStatus
from prongsai.modules.measures.labels import place
from prongsai.modules.measures.mending import Mend
from prongsai.modules.measures.models import Plan, Remark, ReportCandidate
from prongsai.modules.measures.selectors.states import StatementState, statement_states

LONGEST_TITLE = 140  # letters
# What the button of each act says, the permission it needs and the page it leads to.
_ACTS = {
    "record": (_("Add evidence"), "evidence.record", "evidence-new"),
    "replace": (_("Attach a paper"), "evidence.record", "proofs"),
    "state": (_("State the figure"), "evidence.record", "figure-new"),
    "attest": (_("Attest the statement"), "measures.attest", "proofs"),
    "bind": (_("Choose evidence"), "measures.draft", "proofs"),
    "wait": (_("See the evidence"), "measures.read", "proofs"),
    "withdraw": (_("Check the statement"), "measures.read", "proofs"),
}

_ANY = 987654321012345678
_OF_UNITS = {"record", "replace", "state", "attest"}  # the others are the planner's


def address(name: str, organization: str, **kwargs: Any) -> str:
    """A screen's address; that of the organization's workspace where the installation has no such screen."""
    try:
        return reverse(name, kwargs={"organization": organization, **kwargs})
    except NoReverseMatch:
        return f"/{organization}/work/"


_place = lazy(place, str)  # items are kept for readers of both languages


def work_items() -> list[WorkItem]:
    """Everything that the measures wait for, in the organization in scope. At most six queries beside kept verdicts."""
    present = Plan.objects.exclude(status__in=[PlanStatus.SUPERSEDED, PlanStatus.DISCARDED])
    plans = list(present.select_related("organization"))
    organization = plans[0].organization.key if plans else organization_key()
    items: list[WorkItem] = []
    for plan in plans:
        if plan.status == PlanStatus.PUBLISHED:
            items += _missing(plan, organization)
    items += _steps(plans, organization)
    items += _remarks(organization)
    return items


# -- records that are missing -------------------------------------------------------------------------------


def _missing(plan: Plan, organization: str) -> Iterator[WorkItem]:
    for state in statement_states(plan):
        if state.is_open:
            yield missing_item(state, plan, organization)


def missing_item(state: StatementState, plan: Plan, organization: str) -> WorkItem:
    """What one statement waits for, and the form where it is done."""
    mend = state.mends[0] if state.mends else None
    action, permission, _name = _ACTS[mend.act if mend else "wait"]
    return WorkItem(
        key=f"statement:{plan.fiscal_year}:{state.measure}.{state.kind}.{state.number}",
        title=shortened(state.text, LONGEST_TITLE),
        url=_form(state, mend, organization),
        due=state.due,
        unit=state.unit if mend is not None and mend.act in _OF_UNITS else "",
        permission=permission,
        place=_place(state.measure, state.kind, state.number),
        missing=_lacks(state),
        action=action,
    )


def _lacking(state: StatementState) -> str:
    is_thai, is_any = get_language() == "th", state.join == "any"
    if state.verdict is Verdict.CONTRADICTED:
        thai = f"ข้อมูลไม่ตรง รายงานจะพิมพ์ว่า {state.printed}"
        return thai if is_thai else f"The records say otherwise. The report will print: “{state.printed}”"
    glue = (" หรือ" if is_any else " และ") if is_thai else (". Or: " if is_any else ". And: ")
    return glue.join(mend.said for mend in state.mends) or state.note


_lacks = lazy(_lacking, str)


def _form(state: StatementState, mend: Mend | None, organization: str) -> str:
    name = _ACTS[mend.act if mend else "wait"][2]
    if mend is not None and name in {"evidence-new", "figure-new"}:
        return f"{_pattern(name, organization)}?{mend.query}"
    return _pattern(name, organization).replace(str(_ANY), str(state.statement_id))


@lru_cache(1024)
def _pattern(name: str, organization: str) -> str:
    """The address of a screen, for a statement with `_ANY` in place of its number: a plan has thousands of them."""
    return address(name, organization, **({"statement": _ANY} if name == "proofs" else {}))


# -- steps of the year --------------------------------------------------------------------------------------

# What waits in each state of a plan: words, permission, screen, whether it is a decision.
_WAITS = {
    PlanStatus.DRAFT: (
        _("Submit the measures"),
        "measures.submit",
        "plan-edit",
        _("The draft was not submitted yet"),
        False,
    ),
    PlanStatus.SUBMITTED: (
        _("Check and agree"),
        "measures.review",
        "plan-review",
        _("The clerk checks it before the mayor does"),
        True,
    ),
    PlanStatus.REVIEWED: (
        _("Check and approve"),
        "measures.approve",
        "plan-review",
        _("Measures hold once they are approved and announced"),
        True,
    ),
    PlanStatus.APPROVED: (
        _("Announce"),
        "measures.publish",
        "plan-review",
        _("People see the measures once they are announced"),
        False,
    ),
}
_ENTRY_OF = {
    PlanStatus.SUBMITTED: "plan_submitted",
    PlanStatus.REVIEWED: "plan_reviewed",
    PlanStatus.APPROVED: "plan_approved",
}
_CANDIDATE_WAITS = {
    CandidateStatus.FROZEN: (_("Check and approve"), "measures.approve", True),
    CandidateStatus.APPROVED: (_("Publish the report"), "measures.close", False),
}


def _steps(plans: list[Plan], organization: str) -> Iterator[WorkItem]:
    today = clock.today()
    senders = _senders(plans)
    for plan in plans:
        if plan.status in _WAITS:
            yield _waiting(plan, senders.get(plan.pk), organization)
    year = fiscal_year_of(today)
    if not any(plan.fiscal_year == year for plan in plans):
        yield WorkItem(
            key=f"plan:{year}:new",
            title=format_lazy(_("Measures of fiscal year {year}"), year=year),
            url=address("plan-list", organization),
            due=Period.fiscal_year(year).start,
            permission="measures.draft",
            missing=_("This year has no measures yet. Those of last year, or its report, can be the draft"),
            action=_("Draft the measures"),
        )
    yield from _closings(plans, today, organization)


def _waiting(plan: Plan, sent: Entry | None, organization: str) -> WorkItem:
    action, permission, screen, why, approval = _WAITS[PlanStatus(plan.status)]
    start = plan.period.start
    sent_back = plan.status == PlanStatus.DRAFT and plan.remarks
    back = format_lazy(_("Sent back to be changed: {remarks}"), remarks=plan.remarks) if sent_back else why
    return WorkItem(
        key=f"plan:{plan.fiscal_year}:{plan.version}:{plan.status}",
        title=str(plan),
        url=address(screen, organization, plan=plan.pk),
        due=start if plan.version == 1 else None,
        permission=permission,
        missing=back,
        action=action,
        approval=approval,
        sender=_sender(sent),
        sent_on=sent.occurred_on if sent else None,
    )


def _senders(plans: list[Plan]) -> dict[int, Entry]:
    """The entry that brought each waiting plan into its state: who asks, and since when. One query."""
    waiting = [plan for plan in plans if plan.status in _ENTRY_OF]
    if not waiting:
        return {}
    found = (
        Entry.objects.filter(
            log=LogName.MAIN,
            subject__in=[f"measures.plan:{plan.fiscal_year}" for plan in waiting],
            kind__in=list(_ENTRY_OF.values()),
        )
        .with_payload()
        .order_by("number")
    )
    latest = {(entry.subject, entry.kind): entry for entry in found}
    return {
        plan.pk: entry
        for plan in waiting
        if (entry := latest.get((f"measures.plan:{plan.fiscal_year}", _ENTRY_OF[PlanStatus(plan.status)])))
    }


def _sender(entry: Entry | None) -> str:
    by = entry.content.get("actor", {}) if entry else {}
    return " ".join(filter(None, (by.get("name", ""), by.get("position", ""))))


def _closings(plans: list[Plan], today: date, organization: str) -> Iterator[WorkItem]:
    """Frozen reports that wait, and years that are over and not closed."""
    candidates = {
        c.plan_id: c  # type: ignore[attr-defined]
        for c in ReportCandidate.objects.filter(status__in=list(_CANDIDATE_WAITS)).select_related("plan")
    }
    for candidate in candidates.values():
        plan = candidate.plan
        action, permission, approval = _CANDIDATE_WAITS[CandidateStatus(candidate.status)]
        yield WorkItem(
            key=f"report:{plan.fiscal_year}:{candidate.pk}:{candidate.status}",
            title=format_lazy(_("Report of fiscal year {year}"), year=plan.fiscal_year),
            url=address("closing", organization, fiscal_year=plan.fiscal_year),
            permission=permission,
            missing=_("The report is frozen")
            if approval
            else _("People see the report once it is published"),
            action=action,
            approval=approval,
            sender=candidate.frozen_by if approval else "",
            sent_on=_day(candidate.frozen_at) if approval else None,
        )
    for plan in plans:
        if plan.status == PlanStatus.PUBLISHED and today > plan.period.end and plan.pk not in candidates:
            yield WorkItem(
                key=f"closing:{plan.fiscal_year}",
                title=format_lazy(_("Close fiscal year {year}"), year=plan.fiscal_year),
                url=address("closing", organization, fiscal_year=plan.fiscal_year),
                due=closing_due(plan),
                permission="measures.submit",
                missing=_(
                    "The fiscal year is over: check the statements that lack something, then freeze the report for approval"
                ),
                action=_("Close the year"),
            )


def closing_due(plan: Plan) -> date:
    """A month after the year: the report is handed in with the next assessment."""
    return plan.period.widened(after=31).end


# -- remarks ------------------------------------------------------------------------------------------------


def _remarks(organization: str) -> Iterator[WorkItem]:
    found = Remark.objects.exclude(status=RemarkStatus.SETTLED).select_related("plan")
    for remark in found:
        answered = remark.status == RemarkStatus.ANSWERED
        yield WorkItem(
            key=f"remark:{remark.pk}:{remark.status}",
            title=shortened(remark.text, LONGEST_TITLE),
            url=_remark_address(remark, organization),
            permission="" if answered else "measures.draft" if remark.entry is None else "evidence.record",
            user_id=remark.user if answered else None,
            place=remark.place,
            missing=format_lazy(_("Answered: {answer}"), answer=shortened(remark.answer, LONGEST_TITLE))
            if answered
            else _("Who remarked it waits for an answer"),
            action=_("Settle the remark") if answered else _("Answer the remark"),
            sender=remark.by,
            sent_on=_day(remark.made_at),
        )


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.BANGKOK).date()


def _remark_address(remark: Remark, organization: str) -> str:
    if remark.entry is not None:
        return address("evidence", organization, number=remark.entry)
    if remark.report_id is not None:  # type: ignore[attr-defined]
        return address("closing", organization, fiscal_year=remark.plan.fiscal_year)
    if remark.statement_id is not None and remark.plan.status == PlanStatus.PUBLISHED:  # type: ignore[attr-defined]
        return address("proofs", organization, statement=remark.statement_id)  # type: ignore[attr-defined]
    return address("plan-review", organization, plan=remark.plan_id)  # type: ignore[attr-defined]


def has_plan() -> bool:
    """Whether the year that runs has its measures announced."""
    year = fiscal_year_of(clock.today())
    in_force = [PlanStatus.PUBLISHED, PlanStatus.CLOSED]
    return Plan.objects.filter(fiscal_year=year, status__in=in_force).exists()
