"""The JSON paper and the canonical form of what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Topic, Verdict
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    StatementResult,
    TreeHead,
)
from prongsai.modules.measures.papers import (
    canonical_statements,
    canonical_statements_from_json,
    report_json,
    write_json,
)
from prongsai.modules.measures.papers.tests.sample import sample_content

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
MOMENT = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
DAY = st.dates(date(2000, 1, 1), date(2100, 1, 1))
HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
CITATION = st.builds(
    Citation,
    entry=st.integers(1, 10**9),
    kind=TEXT,
    about=TEXT,
    occurred_on=DAY,
    recorded_at=MOMENT,
    origin=st.sampled_from(Origin),
    title=TEXT,
    url=TEXT,
    public=st.booleans(),
    leaf=HEX,
    index=st.integers(0, 10**9),
    audit_path=st.lists(HEX, max_size=2).map(tuple),
    disclosed=st.dictionaries(st.sampled_from(["v", "label", "unit"]), TEXT, max_size=2),
)
STATEMENT = st.builds(
    StatementResult,
    measure=st.integers(1, 99),
    kind=st.sampled_from(StatementKind),
    number=st.integers(1, 99),
    text=TEXT,
    printed=TEXT,
    verdict=st.sampled_from(Verdict),
    reason=st.sampled_from(Reason),
    origin=st.none() | st.sampled_from(Origin),
    note=TEXT,
    citations=st.lists(CITATION, max_size=2).map(tuple),
)
MEASURE = st.builds(
    MeasureResult,
    number=st.integers(1, 99),
    title=TEXT,
    topic=st.sampled_from(Topic),
    period=st.just(Period.fiscal_year(2568)),
    units=st.lists(TEXT, max_size=2).map(tuple),
    statements=st.lists(STATEMENT, max_size=3).map(tuple),
)
CONTENT = st.builds(
    ReportContent,
    organization=TEXT,
    short_name=TEXT,
    district=TEXT,
    province=TEXT,
    fiscal_year=st.integers(2500, 2700),
    version=st.integers(0, 9),
    is_sample=st.booleans(),
    measures=st.lists(MEASURE, max_size=2).map(tuple),
    tree_head=st.none() | st.builds(TreeHead, st.integers(0, 10**9), HEX, MOMENT, TEXT, TEXT),
    verify_url=TEXT,
    as_of=MOMENT,
)


@settings(max_examples=60, deadline=None)
@given(content=CONTENT)
def test_the_canonical_form_is_the_same_from_the_content_and_from_its_file(content: ReportContent) -> None:
    assert canonical_statements(content) == canonical_statements_from_json(json.loads(write_json(content)))


def without_proofs(citation: Citation) -> Citation:
    return replace(citation, leaf="", index=-1, audit_path=(), disclosed={})


def test_the_canonical_form_leaves_out_what_comes_after_signing() -> None:
    content = sample_content()
    bare = tuple(
        replace(
            measure,
            statements=tuple(
                replace(s, citations=tuple(map(without_proofs, s.citations))) for s in measure.statements
            ),
        )
        for measure in content.measures
    )
    before = replace(content, measures=bare, tree_head=None, signatories=(), verify_url="")
    assert canonical_statements(before) == canonical_statements(content)


@pytest.mark.parametrize(
    "change",
    [
        {"printed": "ข้อความอื่น"},
        {"text": "ข้อความอื่น"},
        {"verdict": Verdict.PROVEN},
        {"note": "อื่น"},
        {"reason": Reason.NOT_KNOWN},
        {"origin": Origin.DOCUMENT},
        {"citations": ()},
    ],
)
def test_every_change_of_what_a_statement_says_changes_the_canonical_form(change: dict[str, Any]) -> None:
    content = sample_content()
    second = content.measures[1]
    index = next(i for i, s in enumerate(second.statements) if s.verdict is Verdict.CONTRADICTED)
    statements = list(second.statements)
    statements[index] = replace(statements[index], **change)
    measures = (content.measures[0], replace(second, statements=tuple(statements)), *content.measures[2:])
    assert canonical_statements(replace(content, measures=measures)) != canonical_statements(content)


def test_the_canonical_form_is_sorted_and_without_spaces() -> None:
    text = canonical_statements(sample_content()).decode()
    assert text.startswith(
        '{"district":"ตัวอย่าง","fiscal_year":2568,"is_sample":true,"measures":[{"end":"2025-09-30",'
    )
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_a_file_without_a_statement_s_verdict_cannot_be_verified() -> None:
    paper = report_json(sample_content())
    del paper["statements"][3]["verdict"]
    with pytest.raises(KeyError, match="verdict"):
        canonical_statements_from_json(paper)


def test_the_json_paper_carries_what_recomputes_each_leaf() -> None:
    paper = json.loads(write_json(sample_content(), {"closing": {"entry": 1656}}))
    assert paper["closing"] == {"entry": 1656}
    assert paper["tree_head"]["size"] == 1655
    assert paper["tree_head"]["time"] == "2025-10-15T02:00:00.000000Z"
    assert len(paper["statements"]) == 55
    citation = paper["statements"][0]["citations"][0]
    assert citation["index"] == citation["entry"] - 1
    assert len(citation["audit_path"]) == 2
    assert citation["salt"] == citation["leaf"][:16]


def test_extra_keys_may_not_contradict_the_paper() -> None:
    assert report_json(sample_content(), {"province": "ตัวอย่าง"})["province"] == "ตัวอย่าง"
    with pytest.raises(ValueError, match="province"):
        report_json(sample_content(), {"province": "ที่อื่น"})


def test_disclosed_keys_may_not_contradict_the_citation() -> None:
    content = sample_content()
    first = content.measures[0]
    statement = first.statements[0]
    citation = replace(statement.citations[0], disclosed={"kind": "other"})
    statement = replace(statement, citations=(citation,))
    changed = replace(first, statements=(statement, *first.statements[1:]))
    with pytest.raises(ValueError, match="disclosed key kind"):
        report_json(replace(content, measures=(changed,)))


def test_the_recipe_in_the_reference_gives_the_same_digest(tmp_path: Path) -> None:
    reference = next(
        folder / "docs/reference/report-json.md"
        for folder in Path(__file__).parents
        if (folder / "docs/reference/report-json.md").exists()
    )
    recipe = reference.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    (tmp_path / "report.json").write_bytes(write_json(sample_content()))
    said = subprocess.run(
        [sys.executable, "-c", recipe], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert said.strip() == sha256(canonical_statements(sample_content())).hexdigest()
