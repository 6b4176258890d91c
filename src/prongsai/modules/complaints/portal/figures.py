"""The public figures of a fiscal year, and the cases that the office shows, as a list and on a map."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from prongsai.foundation.accounts.models import Post
from prongsai.foundation.accounts.selectors import signatories
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.statistics import Figures
from prongsai.foundation.ledger.selectors import latest_head
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.typeset import MEDIA_TYPES, RegisterLine, write
from prongsai.kernel import clock
from prongsai.kernel.contracts import Question
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT, KINDS
from prongsai.modules.complaints.papers.statistics import Statistics, statistics_document
from prongsai.modules.complaints.portal.questions import map_context, tile_origin
from prongsai.modules.complaints.selectors.statistics import (
    SPANS,
    KindYear,
    Span,
    YearFigures,
    figures_state,
    public_cases,
    year_figures,
    years,
)
from prongsai.ui.access import public
from prongsai.ui.caching import kept
from prongsai.ui.cases.words import CHANNELS, TOPICS, in_language, kind_title
from prongsai.ui.charts import Chart, bars
from prongsai.ui.forms.reading import month_names
from prongsai.ui.middleware import POLICY

FORMATS = ("pdf", "docx", "xlsx", "csv")
SHORT = {kind.removeprefix("complaints."): kind for kind in KINDS}
ROWS = 50
MOST_POINTS = 500
DECIMALS = 3  # of a degree, about a hundred metres: which house it is, nobody need know


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
@kept(state=figures_state, query=("kind",))
@require_safe
def statistics(request: HttpRequest, organization: str, fiscal_year: int) -> HttpResponse:
    """The year in figures: what came in, what became of it, how long it took; `?kind=` shows one kind of case closely."""
    known = years()
    figures = of_year(fiscal_year, known)
    kind = SHORT.get(request.GET.get("kind", ""), COMPLAINT)
    chosen = figures.kinds[kind]
    context = {
        "here": "complaints-figures",
        "figures": figures,
        "year": fiscal_year,
        "before": fiscal_year - 1 if fiscal_year - 1 in known else None,
        "after": fiscal_year + 1 if fiscal_year + 1 in known else None,
        "said": year_sentence(figures),
        "open": open_sentence(figures),
        "rows": [
            (kind_title(key), each.total if each.is_known else None, _address(fiscal_year, key))
            for key, each in figures.kinds.items()
        ],
        "chosen": chosen,
        "none": figures.is_none(kind),
        "chosen_title": kind_title(kind),
        "chart": _chart(kind, chosen),
        "months": _months(chosen),
        "subjects": _subjects(kind, chosen),
        "channels": _named(chosen.channels, CHANNELS),
        "spans": _spans(chosen),
        "formats": FORMATS,
    }
    return render(request, "complaints/portal/statistics.html", context)


def _address(fiscal_year: int, kind: str) -> str:
    return f"?{urlencode({'kind': kind.removeprefix('complaints.')})}#h-months"


def year_sentence(figures: YearFigures) -> str:
    """What the ledger says of the year's complaints, in one Thai sentence: the figure, zero, or why it is not known.

    Zero only while the ways in were open (`kernel.zero`).
    """
    return figures.said.sentence


def open_sentence(figures: YearFigures) -> str:
    """On how many days of the year one could complain; nothing where that is not known."""
    indicator = registry().indicators.get("channels.coverage")
    if indicator is None or indicator.provisional:
        return ""
    question = Question(figures.period)
    reading = indicator.read(question)
    return "" if reading.value is None else indicator.sentence(question, reading)


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
    """A row of the table of months; `is_sum` for a quarter, a half and the year. No figures: not known."""

    name: str
    figures: Figures | None
    is_sum: bool = False


def _months(year: KindYear) -> list[Line]:
    """The months that have begun, each third followed by its quarter, each second quarter by its half."""
    lines: list[Line] = []
    for number, quarter in enumerate(year.quarters, 1):
        months = year.months[number * 3 - 3 : number * 3]
        lines += [Line(_month(span), _figures(span)) for span in months if span.is_begun]
        if quarter.is_begun:
            lines.append(Line(_("Quarter %(number)s") % {"number": number}, _figures(quarter), True))
        half = year.halves[(number - 1) // 2]
        if number % 2 == 0 and quarter.is_begun:
            lines.append(Line(_("First half") if number == 2 else _("Second half"), _figures(half), True))
    title = _("Whole year") if year.is_whole else _("As far as it is known")
    return [*lines, Line(title, year.total if year.is_known else None, True)]


def _figures(span: Span) -> Figures | None:
    return span.figures if span.is_known else None


def _month(span: Span) -> str:
    first = span.period.start
    year = first.year + 543 if in_language("th", "en") == "th" else first.year
    return f"{month_names()[first.month - 1]} {year}"


def _subjects(kind: str, year: KindYear) -> list[tuple[str, Figures]]:
    """Complaints by the subjects of the measures, all else by its categories."""
    if kind == COMPLAINT:
        other = {"": _("Something else about the office")}
        return _named(year.topics, {**TOPICS, **other})
    known = {key: in_language(each.title, each.title_en) for key, each in categories().items()}
    return _named(year.categories, known)


def _named(found: Any, names: Any) -> list[tuple[str, Figures]]:
    """What was counted under its words, in their order; what has none any more comes last."""
    ordered = [(str(names[key]), found[key]) for key in names if key in found]
    return [*ordered, *((key or _("Other"), each) for key, each in found.items() if key not in names)]


def _spans(year: KindYear) -> list[tuple[str, int]]:
    names = [
        ngettext("up to %(days)s day", "up to %(days)s days", most) % {"days": most} for most in SPANS
    ]  # fmt: skip
    names.append(_("more than %(days)s days") % {"days": SPANS[-1]})
    return list(zip(names, year.in_spans, strict=True))


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
    response = HttpResponse(write(document, format), content_type=MEDIA_TYPES[format])
    name = f"{office.key}-{fiscal_year}-complaints.{format}"
    response["Content-Disposition"] = content_disposition_header(format != "pdf", name) or ""
    return response


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
@kept(state=figures_state, query=("kind", "village", "state", "page"))
@require_safe
def cases(request: HttpRequest, organization: str) -> HttpResponse:
    """The cases that the office shows: by the title that it wrote, with village, days and what became of them."""
    asked = Asked.of(request)
    found = public_cases([SHORT[asked.kind]] if asked.kind else KINDS)
    villages = Counter(found.order_by().values_list("village", flat=True))
    if asked.village:
        found = found.filter(village=asked.village)
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
        "villages": sorted(((name, n) for name, n in villages.items() if name), key=_in_order),
        "pages": [(number, asked.address(number)) for number in range(1, pages + 1)] if pages > 1 else [],
        "points": _points(found),
        **map_context(),
    }
    response = render(request, "complaints/portal/cases.html", context)
    if context["tiles"] and context["points"]:
        response["Content-Security-Policy"] = POLICY.replace(
            "img-src 'self'", f"img-src 'self' {tile_origin()}"
        )
    return response


def _in_order(village: tuple[str, int]) -> tuple[int, str]:
    return (int(village[0]) if village[0].isdecimal() else 10_000, village[0])


@dataclass(frozen=True)
class Shown:
    """A case as the public sees it."""

    case: Case
    kind: str
    category: str
    state: str
    days: int | None


def _row(case: Case) -> Shown:
    known = categories().get(case.category)
    category = in_language(known.title, known.title_en) if known else ""
    state = _("Finished") if case.closed_on else _("Being worked on")
    return Shown(case, kind_title(case.kind), category, state, case.days_taken if case.closed_on else None)


def _points(found: Any) -> list[dict[str, Any]]:
    """Where they are, to about a hundred metres, for the map; nothing without a server of tiles."""
    if not getattr(settings, "MAP_TILES", ""):
        return []
    placed = found.filter(latitude__isnull=False)[:MOST_POINTS]
    return [
        {
            "at": [round(float(case.latitude), DECIMALS), round(float(case.longitude), DECIMALS)],
            "number": case.number,
            "title": case.public_title,
            "finished": case.closed_on is not None,
        }
        for case in placed
        if case.latitude is not None and case.longitude is not None
    ]
