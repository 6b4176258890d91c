"""How fast the papers are made: `python -m benchmarks.papers` (or `python benchmarks/papers.py`).

Prints medians of five runs of the sample report (55 statements, six columns, two annexes), each run with data
that were not typeset before, and the ratio to LibreOffice turning the DOCX of the same report into a PDF.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from prongsai.foundation.typeset import WRITERS, issue_certificate, make_sealer, write
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.papers import canonical_statements, report_document, write_json
from prongsai.modules.measures.papers.tests.sample import sample_content

RUNS = 5
LEAST_RATIO = 3.0


def fresh(run: int) -> ReportContent:
    """The sample with every sentence changed, so that no cache of an earlier run helps."""
    content = sample_content()
    measures = tuple(
        replace(
            measure,
            statements=tuple(replace(s, printed=f"{s.printed} ครั้งที่ {run}") for s in measure.statements),
        )
        for measure in content.measures
    )
    return replace(content, measures=measures)


def timed(work: Callable[[ReportContent], object], *, first: int) -> float:
    """The median of RUNS in milliseconds, after one run that warms up."""
    work(fresh(first))
    times: list[float] = []
    for run in range(first + 1, first + 1 + RUNS):
        content = fresh(run)
        start = perf_counter()
        work(content)
        times.append((perf_counter() - start) * 1000)
    return median(times)


def side_by_side(ours: Callable[[ReportContent], object], office: str) -> tuple[float, float]:
    """Medians of ours and of LibreOffice turning the same report's DOCX into PDF, run in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "report.docx"]
        for run in range(RUNS + 1):
            content = fresh(1000 + run)
            (Path(folder) / "report.docx").write_bytes(write(report_document(content), "docx"))
            start = perf_counter()
            ours(content)
            between = perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            if run:  # the first makes LibreOffice's profile
                times[0].append((between - start) * 1000)
                times[1].append((perf_counter() - between) * 1000)
    return median(times[0]), median(times[1])


def main() -> None:
    sealer = make_sealer(*issue_certificate("องค์การบริหารส่วนตำบลตัวอย่าง"))

    def sealed(content: ReportContent) -> bytes:
        return write(report_document(content), "pdf", sealer=sealer)

    def all_formats(content: ReportContent) -> None:
        document = report_document(content)
        for name in WRITERS:
            write(document, name, sealer=sealer)
        write_json(content)

    ours = timed(sealed, first=0)
    print(f"content to sealed PDF, warm       {ours:7.0f} ms")
    for number, name in enumerate(WRITERS, 1):
        spent = timed(lambda content, name=name: write(report_document(content), name), first=100 * number)
        print(f"  {name:<31} {spent:7.0f} ms")
    print(f"  {'json':<31} {timed(write_json, first=700):7.0f} ms")
    print(f"  {'canonical form':<31} {timed(canonical_statements, first=800):7.0f} ms")
    print(f"all six formats, PDF sealed       {timed(all_formats, first=900):7.0f} ms")
    office = shutil.which("soffice")
    if office is None:
        print("LibreOffice (soffice) is not installed here: no comparison")
        return
    ours, theirs = side_by_side(sealed, office)
    print(f"side by side: ours                {ours:7.0f} ms")
    ratio = theirs / ours
    print(f"LibreOffice, DOCX to PDF          {theirs:7.0f} ms")
    print(f"ratio                             {ratio:7.1f} x (at least {LEAST_RATIO:.0f} is promised)")


if __name__ == "__main__":
    main()
