"""The public figures of a fiscal year, and the cases that the office shows, as a list and on a map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prongsai.foundation.accounts.models import Post
from prongsai.foundation.accounts.selectors import signatories
from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.places import about, shown_village
from prongsai.foundation.casework.statistics import Figures
from prongsai.foundation.ledger.selectors import latest_head
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.typeset import RegisterLine
from prongsai.kernel import clock
from prongsai.kernel.contracts import Question, Reading
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import long_date
from prongsai.kernel.zero import unchecked
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT, KINDS
from prongsai.modules.complaints.papers.statistics import Statistics, statistics_document
from prongsai.modules.complaints.portal.parts import (
    address,
    breakdowns,
    few_words,
    part_of,
    part_title,
)
from prongsai.modules.complaints.selectors.known import COVERAGE
from prongsai.modules.complaints.selectors.statistics import (
    YearFigures,
    by_village,
    figures_state,
    public_cases,
    shown_state,
    year_figures,
    years,
)
from prongsai.modules.complaints.selectors.year import KindYear, Part
from prongsai.ui.access import public
from prongsai.ui.caching import kept
from prongsai.ui.cases.words import kind_title
from prongsai.ui.charts import Chart, bars
from prongsai.ui.forms.reading import is_thai, month_names
from prongsai.ui.maps import let_tiles, map_context
from prongsai.ui.paging import turning
from prongsai.ui.papers import paper

FORMATS = ("pdf", "docx", "xlsx", "csv")
SHORT = {kind.removeprefix("complaints."): kind for kind in KINDS}
ROWS = 50
MOST_POINTS = 500
LAST_QUARTER = {"h1": "q2", "h2": "q4"}  # a half is added up when that has begun


def _organization(request: HttpRequest) -> Organization:
    return request.organization  # type: ignore[attr-defined]


def of_year(fiscal_year: int, known: list[int] | None = None) -> YearFigures:
    """The figures of a year that has begun and of which there are any; else 404."""
    if fiscal_year not in (years() if known is None else known):
        raise Http404("there are no figures of that year")
    return year_figures(fiscal_year)


@public
@require_safe
def newest(request: HttpRequest, organization: str) -> HttpResponse:
    """To the year that runs."""
    return HttpResponseRedirect(reverse("complaints-statistics-year", args=[organization, years()[0]]))


@public
@kept(state=figures_state, query=("kind", "part"))
@require_safe
def statistics(request: HttpRequest, organization: str, fiscal_year: int) -> HttpResponse:
    """The year in figures: what came in, what became of it, how long it took. `?kind=` shows one kind of case closely,
    and `part=` of it a half (h1), a quarter (q2) or a month (2025-01).
    """
    known = years()
    figures = of_year(fiscal_year, known)
    kind = SHORT.get(request.GET.get("kind", ""), COMPLAINT)
    chosen = figures.kinds[kind]
    part = part_of(chosen, request.GET.get("part", ""))
    context = {
        "here": "complaints-figures",
        "figures": figures,
        "year": fiscal_year,
        "before": fiscal_year - 1 if fiscal_year - 1 in known else None,
        "after": fiscal_year + 1 if fiscal_year + 1 in known else None,
        "said": year_words(figures),
        "open": open_words(figures),
        "rows": [(kind_title(key), each, address(key, at="h-months")) for key, each in figures.kinds.items()],
        "carried": [(kind_title(key), each.carried) for key, each in figures.kinds.items()],
        "chosen": chosen,
        "none": figures.is_none(kind),
        "chosen_title": kind_title(kind),
        "chart": _chart(kind, chosen),
        "months": _months(chosen),
        "part": part,
        "part_title": part_title(part),
        "whole": address(kind) if part.key else "",
        "few": few_words(chosen),
        "breakdowns": breakdowns(chosen, part),
        "formats": FORMATS,
    }
    return render(request, "complaints/portal/statistics.html", context)


def year_sentence(figures: YearFigures) -> str:
    """What the ledger says of the year's complaints, in one Thai sentence: the figure, zero, or why it is not known.

    Zero only while the ways in were open (`kernel.zero`).
    """
    return figures.said.sentence


def year_words(figures: YearFigures) -> str:
    """The same in the language of the page."""
    said = figures.said
    if is_thai():
        return said.sentence
    if said.value:
        return _("Complaints received: %(count)s") % {"count": said.value}
    if said.value == 0:
        return _("There were no complaints")
    if said.at_least and said.waits:
        words = _(
            "Received so far: %(count)s (without what the channel for reports of corruption publishes by quarter)"
        )
        return words % {"count": said.at_least}
    if said.at_least:
        return _("Received so far: %(count)s. The whole number is not known") % {"count": said.at_least}
    if said.waits:
        return _(
            "None was counted, but the channel for reports of corruption publishes by quarter, and not every quarter is published"
        )
    return _(
        "It is not known whether there were complaints: not everything is counted, or the ways in were not open on enough days"
    )


def _coverage(figures: YearFigures) -> tuple[Question, Reading] | None:
    """How much of the year the ways in were open, as far as it is counted; None where that is not known."""
    indicator = registry().indicators.get(COVERAGE)
    if indicator is None or indicator.provisional:
        return None
    question = Question(figures.period)
    reading = indicator.read(question)
    return None if reading.value is None else (question, reading)


def open_sentence(figures: YearFigures) -> str:
    """On how many days of the year one could complain, and until when it was counted, in Thai; nothing where it is not known."""
    found = _coverage(figures)
    if found is None:
        return ""
    until = long_date(found[1].as_of, thai_digits=True)
    return f"{registry().indicators[COVERAGE].sentence(*found)} นับถึงวันที่ {until}"


def open_words(figures: YearFigures) -> str:
    """The same in the language of the page."""
    if is_thai():
        return open_sentence(figures)
    found = _coverage(figures)
    reading = found[1] if found else None
    if reading is None or reading.value is None or reading.of is None:
        return ""
    others = unchecked(reading)
    words = _("All ways in were open on %(open)s of %(days)s days, counted until %(day)s")
    if others:
        words = _(
            "All ways in that can be checked were open on %(open)s of %(days)s days, counted until %(day)s. Not checked from day to day: %(others)s"
        )
    return words % {
        "open": int(reading.value),
        "days": int(reading.of),
        "day": date_format(reading.as_of, "j F Y"),
        "others": ", ".join(others),
    }


def _chart(kind: str, year: KindYear) -> Chart:
    names = month_names(short=True)
    rows = [
        (names[span.period.start.month - 1], span.figures.received if span.is_known else None)
        for span in year.months
        if span.is_begun
    ]
    title = _("%(kind)s by month") % {"kind": kind_title(kind)}
    return bars(title, rows, unit=_("cases"))


@dataclass(frozen=True)
class Line:
    """A row of the table of months; `is_sum` for a quarter, a half and the year. No figures: not known.

    `url` leads to what the part is made of, where that is told and there is something.
    """

    name: str
    figures: Figures | None
    is_sum: bool = False
    url: str = ""


def _months(year: KindYear) -> list[Line]:
    """The months that have begun, each third followed by its quarter, each second quarter by its half."""

    def ends(part: Part) -> tuple[date, int]:
        return part.span.period.end, -part.span.period.start.toordinal()

    begun = sorted(year.parts.values(), key=ends)
    shown = [part for part in begun if part.key and LAST_QUARTER.get(part.key, part.key) in year.parts]
    title = _("Whole year") if year.is_whole else _("As far as it is known")
    whole = Line(title, year.total if year.is_known else None, is_sum=True)
    return [*(_line(year.kind, part) for part in shown), whole]


def _line(kind: str, part: Part) -> Line:
    figures = part.span.figures if part.span.is_known else None
    is_more = figures is not None and figures.received and part.is_told
    is_sum = part.key[0] in "hq"
    return Line(part_title(part), figures, is_sum, address(kind, part.key) if is_more else "")


@public
@kept(state=figures_state)
@require_safe
def report(request: HttpRequest, organization: str, fiscal_year: int, format: str) -> HttpResponse:
    """The year's statistics as a paper, in the words that the OIT asks for, and as rows."""
    if format not in FORMATS:
        raise Http404("no such format")
    office, figures = _organization(request), of_year(fiscal_year)
    signed = [found for found in signatories(clock.today(), (Post.CLERK, Post.HEAD)).values() if found]
    document = statistics_document(
        Statistics(
            office=office,
            figures=figures,
            known=year_sentence(figures),
            open=open_sentence(figures),
            signatories=tuple(signed),
            register=_register(office),
        )
    )
    return paper(document, format, f"{office.key}-{fiscal_year}-complaints", shown=format == "pdf")


def _register(office: Organization) -> RegisterLine:
    head = latest_head()
    if head is None:
        return RegisterLine((f"ทะเบียนหลักฐาน {office.short_name}",))
    url = f"{settings.BASE_URL}/{office.key}/heads/"
    return RegisterLine(
        (f"ทะเบียนหลักฐาน {office.short_name}", f"ถึงเลขที่ {head.size}"), fingerprint=head.root_hex, url=url
    )


# -- single cases -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Which cases are asked for: one kind, a village, those still open or finished."""

    kind: str = ""
    village: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        given = request.GET
        page = given.get("page", "1")
        return cls(
            kind=given.get("kind", "") if given.get("kind", "") in SHORT else "",
            village=given.get("village", "")[:20].replace("\0", ""),
            state=given.get("state", "") if given.get("state", "") in {"open", "finished"} else "",
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        )

    def address(self, page: int) -> str:
        values = {"kind": self.kind, "village": self.village, "state": self.state, "page": str(page)}
        return "?" + urlencode({name: value for name, value in values.items() if value})


@public
@kept(state=shown_state, query=("kind", "village", "state", "page"))
@require_safe
def cases(request: HttpRequest, organization: str) -> HttpResponse:
    """The cases that the office shows: by the title that it wrote, with village, days and what became of them."""
    asked = Asked.of(request)
    found = public_cases([SHORT[asked.kind]] if asked.kind else KINDS)
    villages = by_village(found)
    if asked.village:
        found = found.filter(village=asked.village) if asked.village in villages else found.none()
    if asked.state:
        found = found.filter(closed_on__isnull=asked.state == "open")
    count = found.count()
    pages = max(1, -(-count // ROWS))
    if not 1 <= asked.page <= pages:
        raise Http404("no such page")
    shown = list(found[(asked.page - 1) * ROWS : asked.page * ROWS])
    context = {
        "here": "complaints-list",
        "asked": asked,
        "count": count,
        "rows": [_row(case) for case in shown],
        "kinds": [(short, kind_title(kind)) for short, kind in SHORT.items()],
        "villages": sorted(villages.items(), key=_in_order),
        "pages": pages,
        "turning": [
            (number, asked.address(number) if number else "") for number in turning(asked.page, pages)
        ],
        "previous": asked.address(asked.page - 1) if asked.page > 1 else "",
        "next": asked.address(asked.page + 1) if asked.page < pages else "",
        "points": _points(found),
        **map_context(),
    }
    response = render(request, "complaints/portal/cases.html", context)
    return let_tiles(response) if context["tiles"] and context["points"] else response


def _in_order(village: tuple[str, int]) -> int:
    return int(village[0])


@dataclass(frozen=True)
class Shown:
    """A case as the public sees it."""

    case: Case
    kind: str
    category: str
    state: str
    village: str
    days: int | None


def _row(case: Case) -> Shown:
    known = categories().get(case.category)
    category = shown_title(known) if known else ""
    state = _("Finished") if case.closed_on else _("Being worked on")
    days = case.days_taken if case.closed_on else None
    return Shown(case, kind_title(case.kind), category, state, shown_village(case), days)


def _points(found: Any) -> list[dict[str, Any]]:
    """Where they are, to about a hundred metres, for the map; nothing without a server of tiles."""
    if not getattr(settings, "MAP_TILES", ""):
        return []
    placed = found.filter(latitude__isnull=False)[:MOST_POINTS]
    return [
        {
            "at": about(case.latitude, case.longitude),
            "number": case.number,
            "title": case.public_title,
            "finished": case.closed_on is not None,
        }
        for case in placed
        if case.latitude is not None and case.longitude is not None
    ]
