"""Plans of measures, their statements and proofs, and the reports that were closed from them."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel
from prongsai.kernel import contracts
from prongsai.kernel.contracts import Period
from prongsai.modules.measures.choices import CandidateStatus, Join, PlanStatus, RemarkStatus
from prongsai.modules.measures.notation import ProofTerm, parse_term, parse_window

TOPICS = [(topic.value, topic.value) for topic in contracts.Topic]
STATEMENT_KINDS = [(kind.value, kind.value) for kind in contracts.StatementKind]


class Plan(TenantModel):
    """One version of the measures of a fiscal year (ประกาศมาตรการ). `fiscal_year` is พ.ศ."""

    fiscal_year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT)
    remarks = models.TextField(blank=True)  # why it was sent back, or what a revision changes
    source = models.CharField(
        max_length=200, blank=True
    )  # the file it was read from, or the plan it was cloned from
    source_file = models.JSONField(default=dict)  # reference to the uploaded file that it was read from
    created_at = models.DateTimeField()
    published_on = models.DateField(null=True)

    written: tuple[Measure, ...] = ()  # what a service just wrote: who answers need not read it again

    class Meta:
        ordering = ["-fiscal_year", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fiscal_year", "version"], name="plan_version_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "fiscal_year"],
                condition=models.Q(status__in=["draft", "submitted", "reviewed", "approved"]),
                name="plan_one_in_work",
            ),
            models.UniqueConstraint(
                fields=["organization", "fiscal_year"],
                condition=models.Q(status__in=["published", "closed"]),
                name="plan_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"มาตรการ ปีงบประมาณ {self.fiscal_year} ฉบับที่ {self.version}"

    @property
    def period(self) -> Period:
        return Period.fiscal_year(self.fiscal_year)


class Measure(TenantModel):
    plan = TenantForeignKey(Plan, models.PROTECT, related_name="measures")
    number = models.PositiveSmallIntegerField()
    title = models.TextField()
    topic = models.CharField(max_length=20, choices=TOPICS, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    links = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)  # as a statement's

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "plan", "number"], name="measure_number_once"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="measure_period_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_end)


class MeasureUnit(TenantModel):
    """หน่วยงานผู้รับผิดชอบ, in the order the plan names them."""

    measure = TenantForeignKey(Measure, models.PROTECT, related_name="responsible")
    unit = TenantForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "measure", "unit"], name="measure_unit_once"),
        ]


class Statement(TenantModel):
    """One sentence of the report: a step, an output or an outcome."""

    measure = TenantForeignKey(Measure, models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=8, choices=STATEMENT_KINDS)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    join = models.CharField(max_length=3, choices=Join, default=Join.ALL)
    revision = models.PositiveIntegerField(
        default=1
    )  # raised by every edit: two editors do not overwrite each other
    # ถอนออก: it no longer counts and prints in the annex with this reason.
    withdrawn_reason = models.TextField(blank=True)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "measure", "kind", "number"], name="statement_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_on is not None


class Proof(TenantModel):
    """หลักฐานที่ผูกกับข้อความ: one term that must hold, with its window, in the notation of `notation.py`."""

    statement = TenantForeignKey(Statement, models.PROTECT, related_name="proofs")
    position = models.PositiveSmallIntegerField()
    expression = models.CharField(max_length=300)
    window = models.CharField(max_length=40, default="inside")
    suggestion = models.CharField(
        max_length=80, blank=True
    )  # key of the suggestion it came from; empty: chosen

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "statement", "position"], name="proof_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.expression

    @property
    def term(self) -> ProofTerm:
        return parse_term(self.expression, window=parse_window(self.window))


class ReportVersion(TenantModel):
    """A closed report: frozen bytes, their digest, and the ledger entry and tree head that hold them. Append-only."""

    plan = TenantForeignKey(Plan, models.PROTECT, related_name="reports")
    fiscal_year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    content = models.BinaryField()  # the frozen content as canonical JSON
    digest = models.BinaryField()
    entry = models.PositiveBigIntegerField()  # the ledger entry of this closing
    tree_size = models.PositiveBigIntegerField()
    reason = models.TextField(blank=True)  # of a correction
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-fiscal_year", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fiscal_year", "version"], name="report_version_once"
            ),
        ]


class ReportCandidate(TenantModel):
    """A report that is frozen and waits for approval and publication. Only then it becomes a `ReportVersion`."""

    plan = TenantForeignKey(Plan, models.PROTECT, related_name="candidates")
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=CandidateStatus, default=CandidateStatus.FROZEN)
    content = models.BinaryField()  # as of `ReportVersion`
    digest = models.BinaryField()
    reason = models.TextField(blank=True)  # of a correction
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=200)
    approved_on = models.DateField(null=True)
    approved_by = models.CharField(max_length=300, blank=True)
    sent_back_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "plan"],
                condition=models.Q(status__in=["frozen", "approved"]),
                name="candidate_one_at_a_time",
            ),
        ]


class Remark(TenantModel):
    """ข้อสังเกต on a statement, on a citation (an entry that a statement or report rests on), or on a report.

    Never removed. `place` and `wording` keep what it was made on, also when the statement is edited or taken out.
    """

    plan = TenantForeignKey(Plan, models.PROTECT, related_name="notes")
    statement = TenantForeignKey(Statement, models.PROTECT, related_name="remarks", null=True)
    report = TenantForeignKey(ReportVersion, models.PROTECT, related_name="remarks", null=True)
    entry = models.PositiveBigIntegerField(null=True)  # the citation's evidence number
    place = models.CharField(max_length=200)
    wording = models.TextField(blank=True)
    text = models.TextField()
    status = models.CharField(max_length=10, choices=RemarkStatus, default=RemarkStatus.OPEN)
    by = models.CharField(max_length=200)
    position = models.CharField(max_length=200, blank=True)
    user = models.PositiveBigIntegerField(null=True)  # who made it: the answer comes back to them
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organization", "plan", "status"], name="remark_of_plan")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its maker to be satisfied."""
        return self.status != RemarkStatus.SETTLED


class PublishedSummary(models.Model):
    """What anybody may know of an organization's year without asking it: counts of verdicts.

    Of a year that runs `version` is 0 and `closed_at` empty. Read by all, so that district, province and country can be shown; written only in the organization's scope.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="summaries")
    fiscal_year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    statements = models.PositiveIntegerField()
    proven = models.PositiveIntegerField()
    attested = models.PositiveIntegerField()
    unproven = models.PositiveIntegerField()
    contradicted = models.PositiveIntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "fiscal_year"], name="summary_once"),
        ]
