"""สถิติเรื่องร้องเรียนการทุจริต: what was published, by quarter, as the OIT asks. From facts alone, zero included."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prongsai.foundation.organizations.models import Organization
from prongsai.modules.corruption.papers import statistics_paper
from prongsai.modules.corruption.statistics import published_years
from prongsai.ui.access import public
from prongsai.ui.caching import kept
from prongsai.ui.papers import paper

FORMATS = ("xlsx", "pdf", "csv")


def _organization(request: HttpRequest) -> Organization:
    return request.organization  # type: ignore[attr-defined]


@public
@kept()
@require_safe
def statistics(request: HttpRequest, organization: str) -> HttpResponse:
    """Every fiscal year with its published quarters, the newest first."""
    context: dict[str, Any] = {"years": published_years(), "formats": FORMATS}
    return render(request, "corruption/statistics.html", context)


@public
@kept()
@require_safe
def statistics_file(request: HttpRequest, organization: str, fiscal_year: int, format: str) -> HttpResponse:
    """One fiscal year as a file."""
    year = next((each for each in published_years() if each.number == fiscal_year), None)
    if year is None or format not in FORMATS:
        raise Http404("no such figures")
    document = statistics_paper(_organization(request), year)
    return paper(document, format, f"corruption-statistics-{fiscal_year}")
