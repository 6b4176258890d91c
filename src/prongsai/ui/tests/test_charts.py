"""Charts say in a sentence and a table what they draw, and never draw what is not known."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import Period, Verdict
from prongsai.ui import charts

YEAR = Period.fiscal_year(2568)
MONTHS = [date(2024 if m > 9 else 2025, m, 1) for m in (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
P, A, U, C = Verdict


def shown(chart: charts.Chart, language: str = "th", opened: bool = False) -> str:
    with translation.override(language):
        page = Template("{% load charts %}{% chart c open=opened %}")
        return page.render(Context({"c": chart, "opened": opened}))


class Plain(HTMLParser):
    """Fails on what the content policy would refuse."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        assert "style" not in names, tag
        assert not {name for name in names if name.startswith("on")}, tag
        assert tag not in {"style", "script"}


def every(language: str = "th") -> list[charts.Chart]:
    with translation.override(language):
        return [
            charts.strip("ผลตามมาตรการ", [("๑ ป้องกันการทุจริต", [P, P, A]), ("๒ <บริการ>", [P, U, C])]),
            charts.bars("เรื่องร้องเรียน", [("ถนน", 12), ("ไฟฟ้า", None), ("น้ำ", 0)], unit="เรื่อง"),
            charts.ruler("หลักฐานตลอดปี", YEAR, [date(2024, 10, 1), date(2025, 8, 3)], today=date(2025, 8, 14)),
            charts.trend(
                "แนวโน้ม", MONTHS, {P: [1, 4, None, 6], U: [9, 6, None, 4]}, note="ข้อมูลถึงหลักฐานเลขที่ 1482"
            ),
        ]


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_chart_has_a_sentence_and_a_table_and_nothing_inline(language: str) -> None:
    for chart in every(language):
        html = shown(chart, language)
        Plain().feed(html)
        assert re.search(r'role="img" aria-label="[^"]{20,}"', html)
        assert "<table" in html
        assert "<caption" in html
        assert "<บริการ>" not in html


def test_a_strip_counts_what_it_marks() -> None:
    chart = every()[0]
    assert chart.text == "พิสูจน์แล้ว 3, รับรองโดยเจ้าหน้าที่ 1, ยังไม่มีหลักฐาน 1, ข้อมูลไม่ตรง 1"
    assert chart.svg.count("<li><span") == 2
    assert chart.table.total == ("รวม", 3, 1, 1, 1, 6)


def test_a_bar_that_is_not_known_is_a_gap_and_said() -> None:
    chart = every()[1]
    assert chart.svg.count("c-value") == 2
    assert chart.text == "ถนน 12; ไฟฟ้า ไม่ทราบ; น้ำ 0 เรื่อง"
    assert '<td class="num">–</td>' in shown(chart)


@given(st.lists(st.none() | st.integers(0, 10**12), max_size=8))
def test_no_bar_is_longer_than_the_whole_and_the_greatest_fills_it(values: list[int | None]) -> None:
    chart = charts.bars("x", [(str(n), value) for n, value in enumerate(values)])
    widths = [float(w) for w in re.findall(r'c-value" width="([\d.]+)%', chart.svg)]
    assert len(widths) == sum(value is not None for value in values)
    assert all(0 <= width <= 100 for width in widths)
    if any(values):
        assert max(widths) == 100


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 1, 1))), st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_a_ruler_has_a_tick_for_each_day_inside_the_year_and_a_flag_only_then(
    days: list[date], today: date
) -> None:
    chart = charts.ruler("x", YEAR, days, today=today)
    inside = [day for day in days if day in YEAR]
    assert chart.svg.count("c-tick") == len(set(inside))
    assert chart.svg.count("c-today") == (today in YEAR)
    assert chart.table.total[1] == len(inside) == sum(int(str(row[1])) for row in chart.table.rows)
    assert all(0 <= float(x) <= 100 for x in re.findall(r'x1="([\d.]+)%', chart.svg))


def test_a_trend_has_no_line_over_a_month_that_is_not_known() -> None:
    chart = every()[3]
    assert chart.svg.count('c-line v-proven" x1="4.17%"') == 1
    assert chart.svg.count("c-line v-proven") == 2  # October to November, and the sample in the legend
    assert chart.svg.count("c-mark v-proven") == 3
    assert chart.text == "สิ้นเดือน ม.ค. 2568: พิสูจน์แล้ว 6, ยังไม่มีหลักฐาน 4 ไม่มีข้อมูล 1 เดือน"
    with translation.override("th"):
        assert charts.trend("x", [], {}).text == "ยังไม่มีข้อมูล"
