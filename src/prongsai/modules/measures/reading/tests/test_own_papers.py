"""Last year's report of the product itself, read back as the plan that it was printed from."""

from __future__ import annotations

from pathlib import Path

import pytest

from prongsai.foundation.typeset import write
from prongsai.kernel.contracts import StatementKind
from prongsai.modules.measures.papers.report import report_document
from prongsai.modules.measures.papers.tests.sample import sample_content
from prongsai.modules.measures.reading import read_report


def plain(texts: tuple[str, ...]) -> list[str]:
    return ["".join(text.split()) for text in texts]


@pytest.mark.parametrize("format", ["html", "docx", "xlsx", "csv", "pdf"])
def test_an_own_report_reads_back_as_its_plan(format: str, tmp_path: Path) -> None:
    content = sample_content()
    path = tmp_path / f"รายงาน.{format}"
    path.write_bytes(write(report_document(content), format))
    report = read_report(path)
    assert report.organization == content.organization
    assert report.fiscal_year == content.fiscal_year
    if format != "csv":  # its columns do not name them
        assert (report.district, report.province) == (content.district, content.province)
    assert len(report.measures) == len(content.measures)
    for found, wanted in zip(report.measures, content.measures, strict=True):
        assert (found.number, found.title) == (wanted.number, wanted.title)
        assert (found.period, found.units) == (wanted.period, wanted.units)
        for kind, texts in (
            (StatementKind.STEP, found.steps),
            (StatementKind.OUTPUT, found.outputs),
            (StatementKind.OUTCOME, found.outcomes),
        ):
            assert plain(texts) == plain(tuple(s.text for s in wanted.of(kind)))
        assert not any("/e/" in link for link in found.links)  # the evidence's own addresses
