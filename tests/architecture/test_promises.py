"""docs/promises.md: every promise names something that exists and proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.architecture.source import ROOT, missing_test

HEADER = "| promise | proven by | figure | condition |"
# A measured figure with its unit, as the README states them.
FIGURE = re.compile(r"\b\d[\d,.]*\s?(?:ms|s|seconds?|minutes?|MB|GB|วินาที|นาที)(?![\wก-๙])")
LINK = re.compile(r"\]\((?!\w+:|#)([^)\s#]+)")


@dataclass(frozen=True)
class Promise:
    text: str
    proofs: tuple[str, ...]
    figure: str
    condition: str


def promises() -> list[Promise]:
    found: list[Promise] = []
    in_table = False
    for line in (ROOT / "docs" / "promises.md").read_text("utf-8").splitlines():
        in_table = line == HEADER or (in_table and line.startswith("|"))
        if not in_table or line == HEADER or set(line) <= set("|- "):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 4, f"four cells are needed: {line}"
        found.append(Promise(cells[0], tuple(re.findall(r"`([^`]+)`", cells[1])), cells[2], cells[3]))
    return found


def what_is_wrong(proof: str) -> str:
    """Why a proof proves nothing; empty when what it names is there."""
    if proof.startswith("make "):
        target = proof.split()[1]
        makefile = (ROOT / "Makefile").read_text("utf-8")
        return (
            ""
            if re.search(rf"^(?:[\w-]+ )*{re.escape(target)}(?: [\w-]+)*:", makefile, re.M)
            else f"{proof}: no such target"
        )
    if proof.startswith("benchmarks/"):
        return "" if (ROOT / proof.split()[0]).is_file() else f"{proof}: no such benchmark"
    return missing_test(proof)


def test_every_promise_is_proven_by_something_that_exists() -> None:
    assert len(promises()) >= 15
    assert [p.text for p in promises() if not p.proofs] == []
    assert [wrong for p in promises() for proof in p.proofs if (wrong := what_is_wrong(proof))] == []


def test_a_missing_proof_would_be_noticed() -> None:
    proofs = ["make nothing", "benchmarks/nothing.py", "tests/nothing.py::test_a", "tests/cast.py::test_a"]
    assert all(what_is_wrong(proof) for proof in proofs)


def test_every_benchmark_stands_behind_a_promise() -> None:
    named = {proof.split()[0] for promise in promises() for proof in promise.proofs}
    scripts = {f"benchmarks/{path.name}" for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
    assert scripts - named == set()


def test_every_figure_of_the_readme_stands_in_the_promises() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    known = " ".join(f"{promise.figure} {promise.condition}" for promise in promises())
    assert [figure for figure in FIGURE.findall(readme) if figure not in known] == []


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in documents
        for link in LINK.findall(path.read_text("utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_once_and_say_their_status() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers)
    status = re.compile(r"\bStatus: (proposed|accepted|replaced by \d{4})")
    assert [path.name for path in records if not status.search(path.read_text("utf-8"))] == []
