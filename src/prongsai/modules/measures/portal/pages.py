"""The list of organizations, an organization's front page, a year, a measure."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.links import verify_url
from prongsai.modules.measures.portal import reads, shown, words
from prongsai.modules.measures.services.printing import ANNOUNCEMENT_FORMATS, REPORT_FORMATS
from prongsai.ui.access import public
from prongsai.ui.caching import kept

LONGEST_QUERY = 100


def organization_of(request: HttpRequest) -> Organization:
    """The organization that the address names; the middleware has found it."""
    return request.organization  # type: ignore[attr-defined]


def page_number(text: str) -> int:
    """The asked page; 1 for anything that is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def pager(page: int, pages: int) -> list[int]:
    """The pages to offer: the first, the last and those around `page`; 0 stands for a gap."""
    wanted = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    found: list[int] = []
    for number in wanted:
        if found and number - found[-1] > 1:
            found.append(0)
        found.append(number)
    return found


@public
@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    """All organizations of the installation, by name; `?q=` searches, `?page=` turns."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    listing = reads.listing(query, page_number(request.GET.get("page", "1")))
    context = {
        "query": query,
        "listing": listing,
        "numbers": pager(listing.page, listing.pages),
        "any_sample": any(row.organization.is_sample for row in listing.rows),
    }
    response = render(request, "measures/organizations.html", context)
    response["Cache-Control"] = "public, max-age=60"
    return response


@public
@kept(state=reads.verdict_state)
@require_safe
def home(request: HttpRequest, organization: str) -> HttpResponse:
    """The organization's front page: its newest year, and the years before."""
    plans = reads.plans_in_force()
    context: dict[str, object] = {"here": "home"}
    if plans:
        newest = reads.year_of(plans[0])
        summaries = reads.year_summaries(organization_of(request)) if plans[1:] else {}
        context |= _year_context(newest)
        context["former"] = [(plan, summaries.get(plan.fiscal_year)) for plan in plans[1:]]
    return render(request, "measures/home.html", context)


@public
@require_safe
def latest(request: HttpRequest, organization: str, name: str) -> HttpResponse:
    """To the page called `name` of the newest year; to the front page while nothing is announced."""
    newest = reads.newest_year()
    if newest is None:
        return redirect("home", organization)
    return redirect(name, organization, newest)


@public
@kept(state=reads.verdict_state)
@require_safe
def year(request: HttpRequest, organization: str, fiscal_year: int) -> HttpResponse:
    """The measures of a year: the announcement, what stands on records and what does not, the report's files."""
    found = reads.year(fiscal_year)
    context = _year_context(found) | {
        "here": "year",
        "contradicted": shown.open_statements(found.content, Verdict.CONTRADICTED),
        "unproven": shown.open_statements(found.content, Verdict.UNPROVEN),
        "announcements": ANNOUNCEMENT_FORMATS,
    }
    return render(request, "measures/year.html", context)


def _year_context(found: reads.Year) -> dict[str, object]:
    statements = list(found.content.statements())
    return {
        "year": found.number,
        "plan": found.plan,
        "report": found.report,
        "period": found.plan.period,
        "as_of": found.content.as_of,
        "days_left": days_left(found),
        "rows": shown.strip_rows(found.content),
        "tallies": shown.tallies(statements),
        "proven": found.content.count(Verdict.PROVEN),
        "statements": len(statements),
        "disagreeing": found.content.count(Verdict.CONTRADICTED),
        "formats": REPORT_FORMATS,
    }


def days_left(found: reads.Year) -> int | None:
    """Days of the fiscal year that are still to come, today included; None when it is over or closed."""
    today = clock.today()
    if found.plan.status == PlanStatus.CLOSED or today > found.plan.period.end:
        return None
    first = max(today, found.plan.period.start)
    return (found.plan.period.end - first + timedelta(days=1)).days


@public
@kept(state=reads.verdict_state)
@require_safe
def measure(request: HttpRequest, organization: str, fiscal_year: int, number: int) -> HttpResponse:
    """One measure: each statement with its verdict, and each verdict down to its records."""
    found = reads.year(fiscal_year)
    chosen = reads.measure(found.content, number)
    cited = reads.records(c.entry for s in chosen.statements for c in s.citations)
    numbers = [m.number for m in found.content.measures]
    at = numbers.index(number)
    context = {
        "here": "year",
        "year": found.number,
        "plan": found.plan,
        "report": found.report,
        "days_left": days_left(found),
        "as_of": found.content.as_of,
        "measure": chosen,
        "topic": words.topic_title(chosen.topic),
        "strip": shown.strip_row(chosen),
        "tallies": shown.tallies(chosen.statements),
        "sections": shown.sections(chosen, cited, organization_of(request)),
        "before": numbers[at - 1] if at else None,
        "after": numbers[at + 1] if at + 1 < len(numbers) else None,
        "formats": REPORT_FORMATS,
        "verify_address": verify_url(organization_of(request), found.number),
    }
    return render(request, "measures/measure.html", context)
