"""The report and the announcement as files."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from prongsai.foundation.ledger.selectors import public_change_counter
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.portal import reads
from prongsai.modules.measures.selectors import latest_report
from prongsai.modules.measures.services.printing import (
    ANNOUNCEMENT_FORMATS,
    REPORT_FORMATS,
    Paper,
    print_announcement,
    print_report,
)
from prongsai.ui.access import public
from prongsai.ui.caching import Store, kept

# A closed report never changes: its files are made once and outlive every public change. Only its JSON also holds
# payloads, which can be erased: it is kept until the next public fact, and an erasure is one.
closed_papers: Store[Paper] = Store(48 * 1024 * 1024)
# A report's web page stands alone: its style is inside, and nothing else is fetched.
PAPER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


@public
@kept(state=reads.verdict_state, query=("version",))
@require_safe
def report(request: HttpRequest, organization: str, fiscal_year: int, format: str) -> HttpResponse:
    """The year's report: the closed one (`?version=` names an earlier one), or a draft of the present state."""
    if format not in REPORT_FORMATS:
        raise Http404("no such format")
    reads.require_year(fiscal_year)
    asked = request.GET.get("version", "")
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) < 5):
        raise Http404("no such version")
    return paper_answer(report_paper(fiscal_year, format, int(asked) if asked else None))


def report_paper(fiscal_year: int, format: str, version: int | None = None) -> Paper:
    """The file of the closed report, made once; without one the present state, marked as a draft. May raise 404."""
    closed = latest_report(fiscal_year, version)
    if closed is None:
        if version is not None:
            raise Http404("no such version")
        return print_report(plan_year=fiscal_year, format=format, live=True)
    digest = bytes(closed.digest).hex()
    state = public_change_counter() if format == "json" else 0
    key = (current_organization_id(), digest, closed.entry, closed.version, format, state, settings.RELEASE)
    paper = closed_papers.get(key)
    if paper is None:
        paper = print_report(plan_year=fiscal_year, format=format, version=closed.version)
        closed_papers.put(key, paper, len(paper.data))
    return paper


@public
@kept()
@require_safe
def announcement(request: HttpRequest, organization: str, fiscal_year: int, format: str) -> HttpResponse:
    """ประกาศ of the plan in force, as it was announced."""
    if format not in ANNOUNCEMENT_FORMATS:
        raise Http404("no such format")
    try:
        return paper_answer(print_announcement(plan_year=fiscal_year, format=format))
    except InvalidInput:
        raise Http404("nothing is announced for that year") from None


def paper_answer(paper: Paper) -> HttpResponse:
    """A paper as a file of the browser: PDF and web page open, the others are saved."""
    response = HttpResponse(paper.data, content_type=paper.media_type)
    inline = paper.media_type.startswith(("application/pdf", "text/html"))
    disposition = content_disposition_header(not inline, paper.name)
    if disposition:
        response["Content-Disposition"] = disposition
    if paper.media_type.startswith("text/html"):
        response["Content-Security-Policy"] = PAPER_POLICY
    return response
