"""Whether a year is ready to be closed, and what is still to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from prongsai.kernel import clock
from prongsai.kernel.contracts import Reason, Verdict
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.frozen import thaw
from prongsai.modules.measures.models import Plan, Remark, ReportCandidate, ReportVersion
from prongsai.modules.measures.selectors import latest_report
from prongsai.modules.measures.selectors.remarks import open_remarks
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.modules.measures.words import indicator_title

IN_WORK = (CandidateStatus.FROZEN, CandidateStatus.APPROVED)
CHANNELS = "channels.coverage"


@dataclass(frozen=True)
class ChecklistLine:
    """One thing to see to before closing; `done` ones are shown ticked."""

    key: str
    title: str
    done: bool
    count: int = 0


@dataclass(frozen=True)
class MissingFigure:
    """An indicator that statements ask for and nobody has told yet."""

    indicator: str
    title: str
    states: tuple[StatementState, ...]


@dataclass(frozen=True)
class ClosingChecklist:
    """A year before and while it is closed."""

    plan: Plan
    unproven: tuple[StatementState, ...]
    contradicted: tuple[StatementState, ...]
    withdrawn: tuple[StatementState, ...]
    remarks: tuple[Remark, ...]
    figures: tuple[MissingFigure, ...]
    channels_known: bool  # whether somebody told on how many days the complaint channels were open
    candidate: ReportCandidate | None
    report: ReportVersion | None
    can_freeze_from: date

    @property
    def is_over(self) -> bool:
        return clock.today() >= self.can_freeze_from

    @property
    def can_freeze(self) -> bool:
        """Whether a report, or a correction, can be frozen today; what is missing then prints as it is."""
        in_force = self.plan.status in {PlanStatus.PUBLISHED, PlanStatus.CLOSED}
        return self.is_over and in_force and self.candidate is None

    @property
    def lines(self) -> tuple[ChecklistLine, ...]:
        """The list as an office ticks it off."""
        approved = self.candidate is not None and self.candidate.status == CandidateStatus.APPROVED
        counted = (
            ("unproven", "ทุกข้อความมีหลักฐานหรือคำรับรอง", len(self.unproven)),
            ("contradicted", "ไม่มีข้อความที่ข้อมูลไม่ตรง", len(self.contradicted)),
            ("figures", "แจ้งตัวเลขครบทุกตัวชี้วัด", len(self.figures)),
            ("remarks", "ปิดข้อสังเกตครบทุกข้อ", len(self.remarks)),
        )
        return (
            ChecklistLine("announced", "ประกาศมาตรการและเผยแพร่", self.plan.published_on is not None),
            *(ChecklistLine(key, title, not count, count) for key, title, count in counted),
            ChecklistLine("over", "สิ้นปีงบประมาณแล้ว", self.is_over),
            ChecklistLine("frozen", "ตรึงรายงาน", self.candidate is not None or self.report is not None),
            ChecklistLine("approved", "อนุมัติรายงาน", approved or self.report is not None),
            ChecklistLine("published", "เผยแพร่รายงานที่ปิดแล้ว", self.report is not None),
        )


def closing_checklist(plan: Plan) -> ClosingChecklist:
    """What stands between a plan and its closed report. At most four queries beside kept verdicts."""
    states = statement_states(plan)
    figures = _figures(states)
    return ClosingChecklist(
        plan=plan,
        unproven=tuple(s for s in states if s.verdict is Verdict.UNPROVEN),
        contradicted=tuple(s for s in states if s.verdict is Verdict.CONTRADICTED),
        withdrawn=tuple(s for s in states if s.withdrawn_on is not None),
        remarks=tuple(open_remarks(plan.fiscal_year)),
        figures=figures,
        channels_known=all(mend.indicator != CHANNELS for state in states for mend in state.mends),
        candidate=ReportCandidate.objects.filter(plan=plan, status__in=IN_WORK).first(),
        report=latest_report(plan.fiscal_year),
        can_freeze_from=plan.period.widened(after=1).end,
    )


def _figures(states: Sequence[StatementState]) -> tuple[MissingFigure, ...]:
    asked: dict[str, list[StatementState]] = {}
    for state in states:
        if state.reason is Reason.NOT_KNOWN:
            for mend in state.mends:
                if mend.act == "state":
                    asked.setdefault(mend.indicator, []).append(state)
    return tuple(
        MissingFigure(key, indicator_title(key), tuple(those)) for key, those in sorted(asked.items())
    )


def candidate_content(candidate: ReportCandidate) -> ReportContent:
    """The frozen report as it will be published."""
    return thaw(bytes(candidate.content))


def candidates_of(fiscal_year: int) -> list[ReportCandidate]:
    """Every report of a year that was frozen, the latest first, sent-back ones too."""
    return list(ReportCandidate.objects.filter(plan__fiscal_year=fiscal_year).select_related("plan"))
