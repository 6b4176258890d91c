"""What the public pages read, in few queries. All but the list of organizations run in the organization's scope."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.http import Http404

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.ledger.kinds import PAYLOAD_ERASED
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import MeasureResult, ReportContent
from prongsai.modules.measures.frozen import thaw
from prongsai.modules.measures.models import Plan, PublishedSummary, ReportVersion
from prongsai.modules.measures.papers.record import canonical_statements
from prongsai.modules.measures.portal.shown import Record, record_of
from prongsai.modules.measures.selectors import IN_FORCE, latest_report, live_content

ROWS = 50


@dataclass(frozen=True)
class Year:
    """A fiscal year that the public may see: its plan, its closed report if there is one, and what both say."""

    plan: Plan
    report: ReportVersion | None
    content: ReportContent

    @property
    def number(self) -> int:
        return self.plan.fiscal_year


@lru_cache(64)
def _thawed(frozen: bytes) -> ReportContent:
    return thaw(frozen)


def plans_in_force() -> list[Plan]:
    """The published and closed plans, newest year first."""
    return list(Plan.objects.filter(status__in=IN_FORCE))


def year(fiscal_year: int) -> Year:
    """The year, or 404 when nothing of it is published."""
    plan = Plan.objects.filter(status__in=IN_FORCE, fiscal_year=fiscal_year).first()
    if plan is None:
        raise Http404("no plan of that year is in force")
    return year_of(plan)


def newest_year() -> int | None:
    """The newest year that the public may see: what the navigation offers on pages without a year."""
    return Plan.objects.filter(status__in=IN_FORCE).values_list("fiscal_year", flat=True).first()


def require_year(fiscal_year: int) -> None:
    """404 when nothing of the year is published."""
    if not Plan.objects.filter(status__in=IN_FORCE, fiscal_year=fiscal_year).exists():
        raise Http404("no plan of that year is in force")


def year_of(plan: Plan) -> Year:
    """The closed report of the plan's year, or its present state."""
    report = latest_report(plan.fiscal_year) if plan.status == PlanStatus.CLOSED else None
    content = _thawed(bytes(report.content)) if report else live_content(plan)
    return Year(plan, report, content)


def measure(content: ReportContent, number: int) -> MeasureResult:
    """The measure with this number, or 404."""
    found = next((m for m in content.measures if m.number == number), None)
    if found is None:
        raise Http404("no such measure")
    return found


def records(numbers: Iterable[int]) -> dict[int, Record]:
    """The entries with these numbers as the public may see them. Two queries for any number of them."""
    entries = list(Entry.objects.filter(log="main").numbered(set(numbers)).with_payload())
    addresses = file_addresses(entries)
    return {entry.number: record_of(entry, addresses) for entry in entries}


def file_addresses(entries: Sequence[Entry]) -> dict[str, str]:
    """Where the published files that public entries name can be had, by the digest that the entries hold."""
    digests = {
        str(file.get("sha256"))
        for entry in entries
        if entry.is_public
        for file in entry.content.get("files", ())
    }
    if not digests:
        return {}
    key = entries[0].organization.key
    public = StoredFile.objects.filter(visibility="public", sha256__in=digests)
    return {sha: f"/{key}/files/{shown}/" for sha, shown in public.values_list("sha256", "public_sha256")}


def entry(number: int) -> Entry:
    """The entry of the main log with this number, or 404."""
    found = (
        Entry.objects.filter(log="main")
        .numbered([number])
        .with_payload()
        .select_related("withdrawal")
        .first()
    )
    if found is None:
        raise Http404("no such entry")
    return found


def verdict_state() -> str:
    """A digest of all that public pages say of the years: it changes when a verdict, a note or a citation does.

    An internal fact that changes none of them leaves it as it was, and so leaves no trace in kept pages; but when
    a content is erased, the record's page does not say for another night that the office keeps it.
    """
    plans = plans_in_force()
    closed = ReportVersion.objects.order_by("pk").values_list("fiscal_year", "version")
    erased = Entry.objects.filter(log="main", kind=PAYLOAD_ERASED).count()
    said = [repr([(p.fiscal_year, p.version, p.status) for p in plans]), repr(list(closed)), str(erased)]
    for plan in plans:
        if plan.status == PlanStatus.PUBLISHED:
            said.append(canonical_statements(live_content(plan)).decode())
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


# -- the list of organizations --------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrganizationRow:
    organization: Organization
    summary: PublishedSummary | None


@dataclass(frozen=True)
class Listing:
    rows: tuple[OrganizationRow, ...]
    count: int
    page: int
    pages: int


def found_organizations(query: str) -> QuerySet[Organization]:
    """Organizations whose name or place contains every word of `query`, in dictionary order."""
    found = Organization.objects.order_by("sort_key", "pk")
    for word in query.split():
        found = found.filter(Q(name__contains=word) | Q(short_name__contains=word) | Q(district__contains=word)
                             | Q(province__contains=word) | Q(name_en__icontains=word))  # fmt: skip
    return found


def listing(query: str, page: int) -> Listing:
    """One page of organizations with the summary of their newest closed year. Three queries for any number."""
    found = found_organizations(query)
    count = found.count()
    pages = max(1, -(-count // ROWS))
    if not 1 <= page <= pages:
        raise Http404("no such page")
    shown = list(found[(page - 1) * ROWS : page * ROWS])
    summaries = newest_summaries([organization.pk for organization in shown])
    rows = tuple(OrganizationRow(organization, summaries.get(organization.pk)) for organization in shown)
    return Listing(rows, count, page, pages)


def newest_summaries(organizations: Sequence[int]) -> Mapping[int, PublishedSummary]:
    """By organization. One query."""
    found = PublishedSummary.objects.filter(organization_id__in=organizations).order_by("fiscal_year")
    return {summary.organization_id: summary for summary in found}  # type: ignore[attr-defined]


def year_summaries(organization: Organization) -> dict[int, PublishedSummary]:
    """The closed years of one organization. One query."""
    return {s.fiscal_year: s for s in PublishedSummary.objects.filter(organization=organization)}
