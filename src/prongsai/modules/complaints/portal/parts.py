"""A part of the year on the page of figures: what became of the cases, what they are about, how they came, how long they took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.statistics import Figures
from prongsai.kernel.few import FEW
from prongsai.kernel.thai.dates import BUDDHIST_ERA
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.selectors.year import (
    SPANS,
    YEAR,
    KindYear,
    Named,
    Part,
    Span,
    by_quarter,
    named,
    states_of,
    subject_of,
)
from prongsai.ui.cases.words import CHANNELS, TOPICS, Words, shown_state
from prongsai.ui.charts import Chart, Table, bars
from prongsai.ui.forms.reading import is_thai, month_names


@dataclass(frozen=True)
class Breakdown:
    """One question with its answer: a drawing with its table, and the same by quarter where the whole year is looked at."""

    chart: Chart
    quarters: Table | None = None


def part_of(year: KindYear, asked: str) -> Part:
    """The part that is asked for; what is none is the whole year."""
    return year.parts.get(asked, year.parts[YEAR])


def address(kind: str, key: str = YEAR, at: str = "h-part") -> str:
    """The page of a kind of case and a part of the year, at the heading where that begins."""
    values = {"kind": kind.removeprefix("complaints."), "part": key}
    return f"?{urlencode({name: value for name, value in values.items() if value})}#{at}"


def part_title(part: Part) -> str:
    """Whole year, first half, quarter 2, or the month with its year."""
    match part.key[:1], part.key[1:]:
        case "", _rest:
            return _("Whole year")
        case "h", number:
            return _("First half") if number == "1" else _("Second half")
        case "q", number:
            return _("Quarter %(number)s") % {"number": number}
        case _:
            return _month_title(part.span)


def _month_title(span: Span) -> str:
    first = span.period.start
    year = first.year + BUDDHIST_ERA if is_thai() else first.year
    return f"{month_names()[first.month - 1]} {year}"


def few_words(year: KindYear) -> str:
    """Why a part is not broken down; nothing where each is."""
    if year.is_all_told:
        return ""
    if year.subjects_only:
        return _(
            "Of fewer than %(few)s in the year only the subjects are told, so that no figure points at who told the office"
        ) % {"few": FEW}
    return _(
        "A month or quarter with fewer than %(few)s of these is not broken down, nor one from which it could be worked out, so that no figure points at who told the office"
    ) % {"few": FEW}


def breakdowns(year: KindYear, part: Part) -> list[Breakdown]:
    """By state, subject, way in and time taken; nothing of a part that is not broken down or in which there is none."""
    if not part.is_told or not part.span.figures.received:
        return []
    if part.subjects_only:
        return [
            _breakdown(
                year, part, _("By subject"), _("Subject"), lambda of: _subjects(year.kind, of), bare=True
            )
        ]
    return [
        _breakdown(year, part, _("What became of them"), _("State"), lambda of: _states(year.kind, of), bare=True),
        _breakdown(year, part, _("By subject"), _("Subject"), lambda of: _subjects(year.kind, of)),
        _breakdown(year, part, _("By way in"), _("Way in"), lambda of: _named(of.by["channel"], CHANNELS)),
        _times(year, part),
    ]  # fmt: skip


def _breakdown(
    year: KindYear,
    part: Part,
    title: str,
    first: str,
    rows_of: Callable[[Part], Named],
    *,
    bare: bool = False,
) -> Breakdown:
    """`bare`: each row is one figure, as of states, of which it need not be said what became of them."""
    rows = rows_of(part)
    drawn = bars(title, [(words, each.received) for words, each in rows], unit=_("cases"))
    if not bare:
        drawn = replace(drawn, table=_counted(first, rows, with_days=part.key == YEAR))
    return Breakdown(
        drawn,
        _by_quarter(year, part, first, lambda of: [(words, each.received) for words, each in rows_of(of)]),
    )


def _counted(first: str, rows: Named, *, with_days: bool) -> Table:
    head = [first, _("All"), _("Finished"), _("Being worked on"), _("Finished in time")]
    if with_days:
        head.append(_("Days until finished (half took no longer)"))
    return Table(
        head=tuple(head),
        rows=tuple(
            (words, f.received, f.closed, f.pending, f.in_time, *([f.median_days] if with_days else []))
            for words, f in rows
        ),
    )


def _times(year: KindYear, part: Part) -> Breakdown:
    figures, rows = part.span.figures, times(part)
    if figures.median_days is None:
        note = _("Days on which the office waited for the citizen are not counted")
    else:
        note = _(
            "Half of them took no longer than %(median)s days, all on average %(average)s. Days on which the office waited for the citizen are not counted"
        ) % {"median": figures.median_days, "average": figures.average_days}
    drawn = bars(_("How long the finished ones took"), rows, unit=_("cases"))
    if figures.untimed:
        left = _(
            "Not among them, nor among those in time: %(count)s that were not taken up or that the citizen withdrew"
        )
        note += (" " if is_thai() else ". ") + left % {"count": figures.untimed}
    return Breakdown(
        replace(drawn, note=note), _by_quarter(year, part, _("Days of the clock"), times, total="timed")
    )


def times(part: Part) -> list[tuple[str, int]]:
    """How many finished ones took how many days; none is counted twice."""
    least = SPANS[0]
    names = [ngettext("up to %(days)s day", "up to %(days)s days", least) % {"days": least}]
    names += [_("%(first)s to %(last)s days") % {"first": a + 1, "last": b} for a, b in pairwise(SPANS)]
    names.append(_("more than %(days)s days") % {"days": SPANS[-1]})
    return list(zip(names, part.in_spans, strict=True))


def _by_quarter(
    year: KindYear,
    part: Part,
    first: str,
    rows_of: Callable[[Part], Iterable[tuple[str, int]]],
    *,
    total: str = "received",
) -> Table | None:
    """A column for each quarter that has begun, headed by its number, and the year; None where one is not known or not told."""
    if part.key != YEAR:
        return None
    told = by_quarter(year, rows_of, total)
    if not told.quarters:
        return None
    return Table(
        head=(first, *(of.key[1:] for of in told.quarters), _("Whole year")),
        rows=tuple((words, *counts) for words, counts in told.rows),
        total=(_("All"), *("–" if count is None else count for count in told.total)),
    )


def _states(kind: str, part: Part) -> Named:
    """Every state that a case of the kind can be in, in the order of its way; none is said as none."""
    names = {state.key: shown_state(state) for state in states_of(kind)}
    return _named({**dict.fromkeys(names, Figures()), **part.by["state"]}, names)


def _subjects(kind: str, part: Part) -> Named:
    """Complaints by the subjects of the measures, all else by its categories."""
    if subject_of(kind) == "topic":
        return _named(part.by["topic"], {**TOPICS, "": _("Something else about the office")})
    known = {key: shown_title(each) for key, each in categories().items()}
    return _named(part.by["category"], known)


def _named(found: Mapping[str, Figures], names: Mapping[str, Words]) -> Named:
    return named(found, {key: str(words) for key, words in names.items()}, _("Other"))
