"""The overview's pictures: the ruler of the year, and how the verdicts went month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prongsai.kernel.contracts import Period, Verdict
from prongsai.kernel.thai.dates import BUDDHIST_ERA, SHORT_MONTHS
from prongsai.modules.measures.selectors.overview import Tick
from prongsai.modules.measures.selectors.trend import MonthCount

HEIGHT, BASE = 72, 46  # px: the drawing, and the line that stands for the year
TICK, FLAG = 18, 34  # px above the line


def month_name(day: date) -> str:
    """`ต.ค.`, in English `Oct`."""
    return SHORT_MONTHS[day.month - 1] if get_language() == "th" else str(MONTHS_3[day.month]).capitalize()


def _at(day: date, period: Period) -> str:
    """How far a day is along the period, in per cent of the drawing's width."""
    return f"{100 * ((day - period.start).days + 0.5) / period.days:.2f}%"


def _months(period: Period) -> list[date]:
    first = period.start.replace(day=1)
    found = []
    while first <= period.end:
        found.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return found


def ruler(period: Period, ticks: Sequence[Tick], today: date) -> SafeString:
    """The fiscal year from its first day to its last: a tick for each day on which a record was made, gold for today.

    Widths are in per cent, so that it fits every screen and no letter is stretched.
    """
    inside = [tick.day for tick in ticks if tick.day in period]
    months = [
        (_at(day, period), BASE + (10 if at % 3 else HEIGHT - BASE), month_name(day), at % 2)
        for at, day in enumerate(_months(period))
    ]
    lines = format_html_join(
        "",
        '<line class="r-month" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>',
        ((x, BASE, end) for x, end, _n, _o in months),
    )
    names = format_html_join(
        "", '<text class="r-name{}" x="{}" y="{}" dx="4">{}</text>', ((" odd" if odd else "", x, HEIGHT - 4, n) for x, _e, n, odd in months)
    )  # fmt: skip
    marks = format_html_join(
        "",
        '<line class="r-tick" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>',
        ((_at(day, period), BASE - TICK, BASE) for day in sorted(set(inside))),
    )
    said = _("%(count)s records that carry statements, each on its own day") % {"count": len(inside)}
    return format_html(
        '<svg class="ruler" role="img" aria-label="{}" width="100%" height="{}"><line class="r-line" x1="0" x2="100%" y1="{}" y2="{}"/>{}{}{}{}</svg>',
        said, HEIGHT, BASE, BASE, lines, marks, names, _today(period, today),
    )  # fmt: skip


def _today(period: Period, today: date) -> SafeString | str:
    if today not in period:
        return ""
    late = (today - period.start).days > period.days / 2
    words = _("Today %(day)s") % {"day": f"{today.day} {month_name(today)}"}
    return format_html(
        '<line class="r-now" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="r-today" x="{0}" y="{3}" dx="{4}" text-anchor="{5}">{6}</text>',
        _at(today, period), BASE - FLAG, BASE, BASE - FLAG + 12, -6 if late else 6, "end" if late else "start", words,
    )  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One line of the year's course: the bar and the figures it draws."""

    name: str
    bar: SafeString
    counts: tuple[int, ...]
    ready: int


def course(months: Sequence[MonthCount]) -> list[Month]:
    """A bar for each month's end: what was proven (filled) and attested (outlined) then, of all statements."""
    return [
        Month(
            name=f"{month_name(month.day)} {(month.day.year + BUDDHIST_ERA) % 100:02d}" if get_language() == "th" else f"{month_name(month.day)} {month.day.year}",
            bar=_bar(month),
            counts=tuple(month.counts[verdict] for verdict in Verdict),
            ready=month.ready,
        )
        for month in months
    ]  # fmt: skip


def _bar(month: MonthCount) -> SafeString:
    total = sum(month.counts.values()) or 1
    proven = 100 * month.counts[Verdict.PROVEN] / total
    attested = 100 * month.counts[Verdict.ATTESTED] / total
    return format_html(
        '<svg class="course" aria-hidden="true" width="100%" height="16"><rect class="c-all" width="100%" height="16"/><rect class="c-proven" width="{}%" height="16"/><rect class="c-attested" x="{}%" y="1" width="{}%" height="14"/></svg>',
        f"{proven:.2f}", f"{proven:.2f}", f"{attested:.2f}",
    )  # fmt: skip
