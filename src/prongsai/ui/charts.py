"""Charts that one can count, each with one sentence and the same figures in a table.

Drawings are SVG with widths in per cent and no styles of their own (`ui/charts.css`), so that they fit a telephone, a
desk and a sheet of paper without a letter being stretched. Unknown (None) is drawn as a gap and said, never as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prongsai.kernel.contracts import Period, Verdict
from prongsai.ui.forms.reading import month_names, period_name, said
from prongsai.ui.verdicts import verdict_word

Text = str | Promise
Number = int | float | Decimal


@dataclass(frozen=True)
class Table:
    """The figures of a chart. Cells that are None are not known; `total` is the last row, or empty."""

    head: tuple[Text, ...]
    rows: tuple[tuple[object, ...], ...]
    total: tuple[object, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A drawing with what it says: `title` is the finding, `text` the sentence for who cannot see it, `note` unit and source."""

    title: Text
    text: str
    svg: SafeString
    table: Table
    kind: str
    note: Text = ""


def strip(title: Text, rows: Sequence[tuple[Text, Sequence[Verdict]]], *, note: Text = "") -> Chart:
    """One mark for each statement: a labelled row for each group, sorted as given."""
    counts = [[list(marks).count(verdict) for verdict in Verdict] for _label, marks in rows]
    lines = format_html_join(
        "",
        '<li><span class="c-label">{}</span><span class="marks">{}</span></li>',
        (
            (label, format_html_join("", "{}", ((_mark(verdict),) for verdict in marks)))
            for label, marks in rows
        ),
    )
    totals = [sum(column) for column in zip(*counts, strict=True)] or [0] * len(Verdict)
    table = Table(
        head=("", *(verdict_word(verdict) for verdict in Verdict), _("Total")),
        rows=tuple((label, *count, sum(count)) for (label, _m), count in zip(rows, counts, strict=True)),
        total=(_("Total"), *totals, sum(totals)),
    )
    return Chart(
        title, _counted(totals), format_html("<ol>{}</ol>{}", lines, _legend()), table, "strip", note
    )


def bars(
    title: Text, rows: Sequence[tuple[Text, Number | None]], *, unit: Text = "", most: Number | None = None, note: Text = ""
) -> Chart:  # fmt: skip
    """Lying bars from zero with the figure at the end; `most` is the full length (the greatest value unless said)."""
    known = [value for _label, value in rows if value is not None]
    full = float(most if most is not None else max(known, default=0)) or 1.0
    lines = format_html_join(
        "",
        '<li><span class="c-label">{}</span><svg class="c-bar" aria-hidden="true" width="100%" height="24">{}</svg><b class="num">{}</b></li>',
        ((label, _bar(value, full), _figure(value)) for label, value in rows),
    )
    told = "; ".join(f"{label} {_figure(value)}" for label, value in rows)
    table = Table(head=("", unit), rows=tuple((label, value) for label, value in rows))
    return Chart(
        title, f"{told} {unit}".strip(), format_html("<ol>{}</ol>", lines), table, "bars", note or unit
    )


def _bar(value: Number | None, full: float) -> SafeString | str:
    if value is None:
        return ""
    width = min(100.0, max(0.0, 100 * float(value) / full))
    return format_html(
        '<rect class="c-ground" width="100%" height="24"/><rect class="c-value" width="{}%" height="24"/>',
        f"{width:.2f}",
    )


RULER, BASE, TICK = 72, 44, 18  # px: height, the line of the year, a tick


def ruler(title: Text, period: Period, days: Sequence[date], *, today: date, note: Text = "") -> Chart:
    """The period from its first to its last day: its months, a tick for each record on its own day, gold for today."""
    inside = [day for day in days if day in period]
    firsts = month_starts(period)
    names = month_names(short=True)
    months = format_html_join(
        "",
        '<line class="c-month{3}" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/><text class="c-name{3}" x="{0}%" y="{2}" dx="5" dy="-4">{4}</text>',
        (
            (_along(first, period), BASE, RULER, "" if at % 3 == 0 else " minor", names[first.month - 1])
            for at, first in enumerate(firsts)
        ),
    )
    ticks = format_html_join(
        "", '<line class="c-tick" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>',
        ((_along(day, period, 0.5), BASE - TICK, BASE) for day in sorted(set(inside))),
    )  # fmt: skip
    drawn = format_html(
        '<svg aria-hidden="true" width="100%" height="{0}"><line class="c-axis" x1="0" x2="100%" y1="{1}" y2="{1}"/>{2}{3}{4}</svg>',
        RULER, BASE, months, ticks, _flag(period, today),
    )  # fmt: skip
    text = ngettext(
        "%(count)s record in %(period)s", "%(count)s records in %(period)s", len(inside)
    ) % {"count": len(inside), "period": period_name(period)}  # fmt: skip
    counts = [sum(1 for day in inside if (day.year, day.month) == (m.year, m.month)) for m in firsts]
    rows = tuple((month_title(first), count) for first, count in zip(firsts, counts, strict=True))
    return Chart(
        title, text, drawn, Table((_("Month"), _("Records")), rows, (_("Total"), len(inside))), "ruler", note
    )


def _flag(period: Period, today: date) -> SafeString | str:
    if today not in period:
        return ""
    late = (today - period.start).days * 2 > period.days
    words = _("Today %(day)s") % {"day": f"{today.day} {month_names(short=True)[today.month - 1]}"}
    return format_html(
        '<line class="c-now" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/><text class="c-today" x="{0}%" y="14" dx="{2}" text-anchor="{3}">{4}</text>',
        _along(today, period, 0.5), BASE, -7 if late else 7, "end" if late else "start", words,
    )  # fmt: skip


TREND, TOP = 220, 12  # px: height of the drawing, room above the greatest value


def trend(
    title: Text, months: Sequence[date], series: Mapping[Verdict, Sequence[int | None]], *, note: Text = ""
) -> Chart:
    """How many statements had each verdict at the end of each month; None where it is not known."""
    full = max((value for values in series.values() for value in values if value is not None), default=0) or 1
    step = 100 / max(1, len(months))

    def point(at: int, value: int) -> tuple[str, str]:
        return f"{(at + 0.5) * step:.2f}%", f"{TOP + (TREND - 2 * TOP) * (1 - value / full):.1f}"

    lines = format_html_join(
        "", "{}", ((_line(verdict, series.get(verdict, ()), point),) for verdict in Verdict)
    )
    names = month_names(short=True)
    axis = format_html_join(
        "", "<li>{}</li>", ((names[month.month - 1],) for month in months)
    )  # fmt: skip
    svg = format_html(
        '<div class="c-plot"><span class="c-most">{}</span><span class="c-zero">0</span><svg aria-hidden="true" width="100%" height="{}"><line class="c-grid" x1="0" x2="100%" y1="{}" y2="{}"/><line class="c-axis" x1="0" x2="100%" y1="{}" y2="{}"/>{}</svg><ol class="c-months">{}</ol></div>{}',
        full, TREND, TOP, TOP, TREND - TOP, TREND - TOP, lines, axis, _legend(lines=True),
    )  # fmt: skip
    table = Table(
        head=(_("Month"), *(verdict_word(verdict) for verdict in Verdict)),
        rows=tuple(
            (month_title(month), *(_value(series.get(verdict, ()), at) for verdict in Verdict))
            for at, month in enumerate(months)
        ),
    )
    return Chart(title, _course(months, series), svg, table, "trend", note)


def _line(verdict: Verdict, values: Sequence[int | None], point) -> SafeString:  # type: ignore[no-untyped-def]
    """The series as segments between neighbouring months that are known, and its mark at every known month."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    pairs = [(a, b) for a, b in pairwise(known) if b[0] == a[0] + 1]
    segments = format_html_join(
        "", '<line class="c-line v-{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        ((verdict.value, *point(*a), *point(*b)) for a, b in pairs),
    )  # fmt: skip
    marks = format_html_join(
        "", '<svg class="c-mark v-{}" x="{}" y="{}" overflow="visible"><use href="#m-{}" x="-7" y="-7" width="14" height="14"/></svg>',
        ((verdict.value, *point(*each), verdict.value) for each in known),
    )  # fmt: skip
    return format_html("{}{}", segments, marks)


def _course(months: Sequence[date], series: Mapping[Verdict, Sequence[int | None]]) -> str:
    """The trend in one sentence: its latest known month, and how much is not known."""
    known = [at for at in range(len(months)) if any(_value(v, at) is not None for v in series.values())]
    if not known:
        return _("Nothing is known yet")
    last = known[-1]
    told = _counted([_value(series.get(verdict, ()), last) or 0 for verdict in Verdict])
    gaps = last + 1 - len(known)
    text = _("At the end of %(month)s: %(counts)s") % {"month": month_title(months[last]), "counts": told}
    if gaps:
        text += " " + ngettext("%(n)s month is not known", "%(n)s months are not known", gaps) % {"n": gaps}
    return text


def _value(values: Sequence[int | None], at: int) -> int | None:
    return values[at] if at < len(values) else None


def _along(day: date, period: Period, part: float = 0.0) -> str:
    return f"{100 * ((day - period.start).days + part) / period.days:.2f}"


def month_starts(period: Period) -> list[date]:
    """The first day of each month in the period; of a period that begins inside a month, its own first day."""
    found, day = [], period.start
    while day <= period.end:
        found.append(day)
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return found


def month_title(day: date) -> str:
    return said(day.replace(day=1)).split(" ", 1)[1]


def _figure(value: Number | None) -> str:
    if value is None:
        return _("not known")
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, (float, Decimal)) else f"{value:,}"


def _counted(counts: Sequence[int]) -> str:
    """`พิสูจน์แล้ว 33 รับรองโดยเจ้าหน้าที่ 13`: what is not there is not said."""
    told = [
        f"{verdict_word(verdict)} {count}" for verdict, count in zip(Verdict, counts, strict=True) if count
    ]
    return ", ".join(told) or _("none")


def _mark(verdict: Verdict) -> SafeString:
    return format_html('<svg class="mark v-{0}" aria-hidden="true"><use href="#m-{0}"/></svg>', verdict.value)


def _legend(*, lines: bool = False) -> SafeString:
    """Mark and word of each verdict; of a trend, the style of its line too."""
    drawn = '<svg class="c-key" aria-hidden="true" width="28" height="12"><line class="c-line v-{}" x1="0" x2="28" y1="6" y2="6"/></svg>'
    return format_html(
        '<ul class="legend" aria-hidden="true">{}</ul>',
        format_html_join(
            "", '<li class="verdict">{}{}<span>{}</span></li>',
            ((format_html(drawn, v.value) if lines else "", _mark(v), verdict_word(v)) for v in Verdict),
        ),
    )  # fmt: skip
