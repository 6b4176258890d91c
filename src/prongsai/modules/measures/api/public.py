"""What anybody may read without a token: the years, their verdicts, the records, and how to check them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from prongsai.foundation.ledger.keys import public_keys
from prongsai.foundation.ledger.models import Entry, TreeHead
from prongsai.foundation.ledger.selectors import citation_proofs, consistency_proof, log_size
from prongsai.foundation.ledger.selectors import root as root_of
from prongsai.foundation.ledger.signatures import public_pem
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.registry import registry
from prongsai.modules.measures.api import shapes
from prongsai.modules.measures.models import ReportVersion
from prongsai.modules.measures.portal import reads
from prongsai.modules.measures.portal.papers import report_paper
from prongsai.modules.measures.portal.shown import record_of
from prongsai.modules.measures.selectors import closed_content
from prongsai.ui.access import public
from prongsai.ui.api import ApiError, FiscalYear, Kind, Number
from prongsai.ui.caching import kept

router = Router(tags=["public"])
ROWS = 100


@router.get("/organization", response=shapes.OrganizationOut)
@public
@kept(state=reads.verdict_state)
def organization(request: HttpRequest):
    """The office, and the years that it has announced."""
    office: Organization = request.organization  # type: ignore[attr-defined]
    names = ("key", "kind", "name", "short_name", "name_en", "district", "province", "website", "is_sample")
    years = [plan.fiscal_year for plan in reads.plans_in_force()]
    return shapes.OrganizationOut(**{name: getattr(office, name) for name in names}, years=years)


@router.get("/years", response=shapes.YearsOut)
@public
@kept(state=reads.verdict_state)
def years(request: HttpRequest):
    """The announced years, newest first, with how many of their statements stand on what."""
    return shapes.YearsOut(items=[_year(reads.year_of(plan)) for plan in reads.plans_in_force()])


@router.get("/years/{fiscal_year}", response=shapes.YearDetailOut)
@public
@kept(state=reads.verdict_state)
def year(request: HttpRequest, fiscal_year: FiscalYear):
    """The plan in force: its measures and statements, each with verdict, reason and the records it rests on."""
    found = reads.year(fiscal_year)
    measures = [shapes.MeasureResultOut.of(measure) for measure in found.content.measures]
    return shapes.YearDetailOut(**_year(found).model_dump(), measures=measures)


@router.get("/years/{fiscal_year}/measures/{number}", response=shapes.MeasureResultOut)
@public
@kept(state=reads.verdict_state)
def measure(request: HttpRequest, fiscal_year: FiscalYear, number: Number):
    """One measure of the plan in force with its statements and verdicts."""
    return shapes.MeasureResultOut.of(reads.measure(reads.year(fiscal_year).content, number))


def _year(found: reads.Year) -> shapes.YearOut:
    return shapes.YearOut(
        fiscal_year=found.number,
        status=found.plan.status,
        plan_version=found.plan.version,
        published_on=found.plan.published_on,
        report_version=found.report.version if found.report else None,
        as_of=found.content.as_of,
        counts=shapes.CountsOut.of(found.content),
    )


@router.get("/reports", response=shapes.ReportsOut)
@public
@kept(state=reads.verdict_state)
def reports(request: HttpRequest):
    """Every version of every closed report, newest first."""
    key = request.organization.key  # type: ignore[attr-defined]
    return shapes.ReportsOut(items=[_report(report, key) for report in ReportVersion.objects.all()])


def _report(report: ReportVersion, key: str) -> shapes.ReportOut:
    return shapes.ReportOut(
        fiscal_year=report.fiscal_year,
        version=report.version,
        closed_at=report.closed_at,
        digest=bytes(report.digest).hex(),
        number=report.entry,
        tree_size=report.tree_size,
        reason=report.reason,
        counts=shapes.CountsOut.of(closed_content(report)),
        address=f"/api/v1/{key}/reports/{report.fiscal_year}/{report.version}",
    )


@router.get("/reports/{fiscal_year}/{version}", response=dict[str, object])
@public
@kept(state=reads.verdict_state)
def report(request: HttpRequest, fiscal_year: FiscalYear, version: Number):
    """A closed report as its JSON paper, byte for byte as the portal gives it: see docs/reference/report-json.md."""
    if version > 9999:
        raise Http404("no such version")
    paper = report_paper(fiscal_year, "json", version)
    return HttpResponse(paper.data, content_type="application/json; charset=utf-8")


@router.get("/records", response=shapes.RecordsOut)
@public
@kept(query=("cursor",))
def records(request: HttpRequest, cursor: Number | None = None):
    """The public records that stand, newest first, a hundred at a time."""
    standing = Entry.objects.filter(log="main", visibility="public").valid()
    found = standing.with_payload().select_related("withdrawal").order_by("-number")
    if cursor is not None:
        found = found.filter(number__lt=cursor)
    page = list(found[: ROWS + 1])
    shown, more = page[:ROWS], len(page) > ROWS
    addresses = reads.file_addresses(shown)
    items = [shapes.RecordOut.of(entry, record_of(entry, addresses)) for entry in shown]
    return shapes.RecordsOut(items=items, next=shown[-1].number if more else None)


@router.get("/records/{number}", response=shapes.RecordOut)
@public
@kept(state=reads.verdict_state)
def record(request: HttpRequest, number: Number):
    """One record. An internal one says its number, its days, its kind and label, and nothing else; one of a single
    citizen's matter is not told at all."""
    entry = reads.entry(number)
    if registry().is_private(entry.kind):
        raise Http404("a single citizen's matter")
    return shapes.RecordOut.of(entry, record_of(entry, reads.file_addresses([entry])))


@router.get("/heads", response=shapes.HeadsOut)
@public
@kept(query=("cursor",))
def heads(request: HttpRequest, cursor: Number | None = None):
    """The signed heads of the log, newest first, a hundred at a time."""
    found = TreeHead.objects.filter(log="main").select_related("organization").order_by("-size")
    if cursor is not None:
        found = found.filter(size__lt=cursor)
    page = list(found[: ROWS + 1])
    last = page[ROWS - 1].size if len(page) > ROWS else None
    return shapes.HeadsOut(items=[shapes.HeadOut.of(head) for head in page[:ROWS]], next=last)


@router.get("/heads/latest", response=shapes.HeadOut)
@public
@kept()
def latest_head(request: HttpRequest):
    """The head that covers most; 404 before the first is signed."""
    return _head(TreeHead.objects.filter(log="main").order_by("-size"))


@router.get("/heads/{size}", response=shapes.HeadOut)
@public
@kept()
def head(request: HttpRequest, size: Number):
    """The head that covers exactly the first `size` records."""
    return _head(TreeHead.objects.filter(log="main", size=size))


def _head(found) -> shapes.HeadOut:
    head = found.select_related("organization").first()
    if head is None:
        raise Http404("no such head")
    return shapes.HeadOut.of(head)


@router.get("/keys", response=shapes.KeysOut)
@public
@kept()
def keys(request: HttpRequest):
    """The public keys that heads and reports are signed with, retired ones too."""
    return shapes.KeysOut(
        items=[
            shapes.KeyOut(key_id=key.key_id, pem=public_pem(bytes(key.raw)), created_at=key.created_at)
            for key in public_keys()
        ]
    )


@router.get("/proofs/inclusion", response=shapes.InclusionOut)
@public
def inclusion(request: HttpRequest, number: Number, size: Number):
    """The audit path of a record under the log's first `size` records; take `size` from a signed head."""
    _require_sizes(number, size)
    index, leaf, path = citation_proofs([number], size)[number]
    return shapes.InclusionOut(
        number=number, index=index, size=size, leaf=leaf, path=list(path), root=root_of(size).hex()
    )


@router.get("/proofs/consistency", response=shapes.ConsistencyOut)
@public
def consistency(request: HttpRequest, first: Number, second: Number):
    """The proof that the log only grew between two sizes; take both from signed heads."""
    _require_sizes(first, second)
    return shapes.ConsistencyOut(
        first=first,
        second=second,
        path=[step.hex() for step in consistency_proof(first, second)],
        first_root=root_of(first).hex(),
        second_root=root_of(second).hex(),
    )


def _require_sizes(small: int, large: int) -> None:
    """Proofs are made under signed heads only: what no head covers is not said to be there."""
    covered = (
        TreeHead.objects.filter(log="main").order_by("-size").values_list("size", flat=True).first() or 0
    )
    if large > min(covered, log_size()):
        raise Http404("the log is not so long")
    if small > large:
        raise ApiError(Kind.INVALID, errors=[("number" if small else "first", f"1–{large}")])
