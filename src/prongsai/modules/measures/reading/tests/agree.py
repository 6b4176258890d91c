"""Comparing what was read with what was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from prongsai.kernel.contracts import Period
from prongsai.modules.measures.reading import ParsedReport
from prongsai.modules.measures.reading.tests.offices import SAMPLES, Sample

YEAR = Period(date(2024, 10, 1), date(2025, 9, 30))


def squeezed(texts: Sequence[str]) -> list[str]:
    return [re.sub(r"\s", "", text) for text in texts]


def assert_agrees(
    report: ParsedReport,
    samples: Sequence[Sample] = SAMPLES,
    *,
    exact: bool = True,
    period: Period = YEAR,
    office: str = "เทศบาลตำบลสวนสนตัวอย่าง",
) -> None:
    """Every field of every measure; `exact` also compares white space (PDF cannot tell it at line ends)."""
    same = list if exact else squeezed
    assert report.organization == office
    assert (report.district, report.province, report.fiscal_year) == ("สมมุติ", "ขอนแก่น", 2568)
    assert [m.number for m in report.measures] == [s.number for s in samples]
    for measure, sample in zip(report.measures, samples, strict=True):
        assert same([measure.title]) == same([sample.title])
        assert same(measure.steps) == same(sample.steps)
        assert same(measure.outputs) == same(sample.outputs)
        assert same(measure.outcomes) == same(sample.outcomes)
        assert measure.units == sample.units
        assert measure.period == period
