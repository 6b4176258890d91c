"""A channel's year as a picture: its days up, down and not known, with the same figures by month in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from prongsai.foundation.channels.coverage import DayState, days_of
from prongsai.kernel.contracts import Period
from prongsai.ui.charts import Chart, Table, month_starts, month_title
from prongsai.ui.forms.reading import month_names

HEIGHT, BAR = 58, 30  # px: the drawing, a day that was up
STATES = (DayState.UP, DayState.DOWN, DayState.UNKNOWN)


def words() -> dict[DayState, str]:
    return {DayState.UP: _("open"), DayState.DOWN: _("down"), DayState.UNKNOWN: _("not known")}


def days_chart(
    name: str, period: Period, states: Mapping[date, DayState], listed: Sequence[date], *, today: date
) -> Chart:
    """The days of `listed` that are over; one that nothing is known of is a gap and said, never taken for open."""
    past = [day for day in listed if day < today]
    known = {day: states.get(day, DayState.UNKNOWN) for day in past}
    counts = {state: sum(each is state for each in known.values()) for state in STATES}
    said_counts = ", ".join(
        _("%(state)s %(n)s days") % {"state": words()[state], "n": count}
        for state, count in counts.items()
        if count
    )
    months = month_starts(period)
    rows = tuple(
        (
            month_title(first),
            *(sum(s is state for day, s in known.items() if _same(day, first)) for state in STATES),
        )
        for first in months
        if any(_same(day, first) for day in past)
    )
    table = Table((_("Month"), *words().values()), rows, (_("Total"), *counts.values()))
    found = {"name": name, "open": counts[DayState.UP], "all": len(past)}
    title = (
        _("%(name)s: open on %(open)s of %(all)s days") % found
        if past
        else _("%(name)s: no day is over yet") % found
    )
    return Chart(title, said_counts, _drawn(period, known), table, "days")


def _drawn(period: Period, known: Mapping[date, DayState]) -> SafeString:
    """Runs of equal days as bars: tall and filled when open, low and striped when down, a thin line when not known."""
    days = list(days_of(period))
    parts: list[tuple[str, str, int, int, str]] = []
    for state, run in groupby(days, lambda day: known.get(day)):
        span = list(run)
        if state is None:
            continue
        height = {DayState.UP: BAR, DayState.DOWN: BAR // 2, DayState.UNKNOWN: 3}[state]
        start = 100 * (span[0] - period.start).days / period.days
        width = 100 * len(span) / period.days
        parts.append((f"{start:.3f}", f"{width:.3f}", BAR - height, height, state.value))
    bars = format_html_join("", '<rect x="{}%" width="{}%" y="{}" height="{}" class="c-day-{}"/>', parts)
    names = month_names(short=True)
    months = format_html_join(
        "",
        '<line class="c-month{3}" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/><text class="c-name{3}" x="{0}%" y="{2}" dx="5" dy="-4">{4}</text>',
        (
            (f"{100 * (first - period.start).days / period.days:.2f}", BAR, HEIGHT, "" if at % 3 == 0 else " minor", names[first.month - 1])
            for at, first in enumerate(month_starts(period))
        ),
    )  # fmt: skip
    return format_html(
        '<svg aria-hidden="true" width="100%" height="{0}">{3}<line class="c-axis" x1="0" x2="100%" y1="{1}" y2="{1}"/>{2}</svg>',
        HEIGHT, BAR, months, bars,
    )  # fmt: skip


def legend() -> SafeString:
    """What the three ways of drawing a day mean."""
    heights = {DayState.UP: 16, DayState.DOWN: 8, DayState.UNKNOWN: 3}
    return format_html(
        '<ul class="legend" aria-hidden="true">{}</ul>',
        format_html_join(
            "",
            '<li class="daykey"><svg class="c-key" width="18" height="16"><rect x="0" width="18" y="{}" height="{}" class="c-day-{}"/></svg> <span>{}</span></li>',
            ((16 - heights[s], heights[s], s.value, words()[s]) for s in STATES),
        ),
    )


def _same(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)
