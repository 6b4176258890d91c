"""A paper verifies with the public key alone, and no value that it states can be changed unnoticed."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.keys import public_keys, sign
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import citation_proofs, cited_title, disclosed_fields
from prongsai.foundation.ledger.services import erase_payload, flush, record
from prongsai.foundation.ledger.signatures import public_pem
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import (
    Actor,
    FactKind,
    Origin,
    Period,
    Provides,
    StatementKind,
    Verdict,
    Visibility,
)
from prongsai.kernel.registry import Registry
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    StatementResult,
    TreeHead,
)
from prongsai.modules.measures.papers import canonical_statements_from_json, report_json
from prongsai.modules.measures.papers.record import citation_json
from prongsai.modules.measures.verify_report import (
    BAD_INPUT,
    DOES_NOT_VERIFY,
    LISTED,
    MOST_CITATIONS,
    MOST_STATEMENTS,
    REPORT_CONTEXT,
    VERIFIES,
    NotAReport,
    Result,
    canonical_statements,
    offline,
    run,
    verify_report,
)
from tests.cast import banthrai

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("ชุดทดสอบ")
DAY = date(2025, 2, 3)
UNSIGNED = {"as_of", "verify_url"}  # printed for convenience; docs/reference/verification.md says so
Paper = dict[str, Any]


@pytest.fixture(autouse=True)
def _registry_of_the_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    own = Registry()
    kinds = (FactKind("tested", "ทดสอบ", "Tested"), FactKind("report_closed", "ปิดรายงาน", "Report closed"))
    own.plug(Provides("testing", fact_kinds=kinds))
    monkeypatch.setattr("prongsai.kernel.registry._registry", own)
    settings.KEYS_FOLDER = tmp_path / "keys"


def recorded(title: str, visibility: Visibility, **more: Any) -> None:
    values = {"actor": SYSTEM, "kind": "tested", "occurred_on": DAY, "origin": Origin.WORK}
    record(**(values | {"title": title, "visibility": visibility} | more))  # type: ignore[arg-type]


def cited(number: int, size: int) -> Citation:
    entry = Entry.objects.with_payload().get(log="main", number=number)
    index, leaf, path = citation_proofs([entry], size)[number]
    title, url = cited_title(entry)
    return Citation(
        entry=number, kind=entry.kind, about=entry.about, occurred_on=entry.occurred_on,
        recorded_at=entry.recorded_at, origin=Origin(entry.origin), title=title, url=url, public=entry.is_public,
        leaf=leaf, index=index, audit_path=path, disclosed=disclosed_fields(entry),
    )  # fmt: skip


def content(size: int, version: int, head: TreeHead | None) -> ReportContent:
    def said(
        number: int, verdict: Verdict, *cites: int, origin: Origin | None = Origin.WORK
    ) -> StatementResult:
        citations = tuple(cited(n, size) for n in cites)
        text = f"ข้อความที่ {number} (ข้อมูลตัวอย่าง)"
        return StatementResult(
            1, StatementKind.STEP, number, text, text, verdict, origin=origin, citations=citations
        )

    statements = (
        said(1, Verdict.PROVEN, 1, 2),
        said(2, Verdict.PROVEN, 3),
        said(3, Verdict.UNPROVEN, origin=None),
        said(4, Verdict.ATTESTED, 4, origin=Origin.WORD),
    )
    period = Period.fiscal_year(2568)
    measure = MeasureResult(1, "มาตรการตัวอย่าง", "service", period, ("สำนักปลัด",), statements)
    return ReportContent(
        "องค์การบริหารส่วนตำบลบ้านทราย", "อบต.บ้านทราย", "อำเภอตัวอย่าง", "จังหวัดตัวอย่าง", 2568, version,
        True, (measure,), head, "https://example.invalid/v", clock.now(),
    )  # fmt: skip


def made(*, version: int) -> Paper:
    """A paper as the office prints it: seven facts, three of them cited publicly, one internal."""
    with working_for(banthrai().pk):
        for n in range(1, 4):
            recorded(f"เรื่องที่ {n} (ข้อมูลตัวอย่าง)", Visibility.PUBLIC, url=f"https://example.invalid/{n}")
        recorded("นางสาวตัวอย่าง", Visibility.INTERNAL, origin=Origin.WORD)
        recorded("อีกเรื่อง", Visibility.PUBLIC)
        flush()
        digest = hashlib.sha256(
            canonical_statements_from_json(report_json(content(5, version, None)))
        ).digest()
        if version:
            payload = {"content_digest": digest.hex(), "fiscal_year": 2568, "version": version}
            recorded("ปิดรายงาน", Visibility.PUBLIC, kind="report_closed", payload=payload)
        head = sign_head(actor=SYSTEM)
        signed = sign(REPORT_CONTEXT, digest)
        shown = TreeHead(head.size, head.root_hex, head.time, head.signature_base64, head.key_id)
        extra: Paper = {
            "organization_key": "banthrai",
            "seal": {"digest": digest.hex(), "signature": signed.base64, "key_id": signed.key_id},
        }
        if version:
            extra["closing"] = citation_json(cited(6, head.size))
        return json.loads(json.dumps(report_json(content(head.size, version, shown), extra)))


@pytest.fixture(params=[0, 1], ids=["live", "closed"])
def paper(request: pytest.FixtureRequest) -> Paper:
    return made(version=request.param)


@pytest.fixture
def closed() -> Paper:
    return made(version=1)


def keys() -> dict[str, bytes]:
    with working_for(Organization.objects.get().pk):
        return {key.key_id: bytes(key.raw) for key in public_keys()}


def verified(paper: Paper) -> Result:
    return verify_report(paper, keys())


def test_a_paper_as_it_was_printed_verifies(paper: Paper) -> None:
    result = verified(paper)
    assert (result.problems, result.notes) == ([], [])
    assert (result.statements, result.citations) == (4, 4)


def test_both_canonical_forms_are_the_same_bytes(paper: Paper) -> None:
    assert canonical_statements(paper) == canonical_statements_from_json(paper)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value below `value`, lists and objects included."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def changed(value: Any) -> list[Any]:
    """Other values of the same and of another type."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, int):
        return [value + 1, -value - 1, None]
    if isinstance(value, str):
        return [value + "0", value[:-1] or "x", ("0" if value[:1] != "0" else "1") + value[1:], 7]
    if isinstance(value, list):
        return [[*value, *value[-1:]] if value else ["x"], value[:-1] if value else "x", None]
    return [None] if isinstance(value, dict) else ["x"]


def test_no_value_can_be_changed_unnoticed(closed: Paper) -> None:
    held, tried = keys(), 0
    for path in places(closed):
        if path[0] in UNSIGNED:
            continue
        for value in changed(at(closed, path)):
            bent = copy.deepcopy(closed)
            at(bent, path[:-1])[path[-1]] = value
            if bent == closed:
                continue
            tried += 1
            assert noticed(bent, held), f"{path} = {value!r} went unnoticed"
    assert tried > 500


def test_nothing_can_be_left_out_unnoticed(closed: Paper) -> None:
    held = keys()
    for path in places(closed):
        if path[0] in UNSIGNED or path == ("organization_key",):  # the leaves repeat the key
            continue
        bent = copy.deepcopy(closed)
        del at(bent, path[:-1])[path[-1]]
        if path[0] == "statements" and path[-1] == "payload":
            assert verify_report(bent, held).notes, path  # looks like an erased payload, and is said
        else:
            assert noticed(bent, held), f"{path} was left out unnoticed"


def noticed(paper: Paper, held: dict[str, bytes]) -> bool:
    try:
        return not verify_report(paper, held).ok
    except NotAReport:
        return True


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"verdict": "proven", "citations": []}, "ไม่อ้างหลักฐาน"),
        ({"verdict": "proven", "origin": "word"}, "คำบอกเล่า"),
        ({"verdict": "certain"}, "ไม่รู้จัก"),
        ({"printed": "อย่างอื่น"}, "พิมพ์ข้อความต่าง"),
    ],
)
def test_verdicts_keep_their_rules_even_in_a_well_signed_paper(
    closed: Paper, changes: dict[str, Any], problem: str
) -> None:
    closed["statements"][0].update(changes)
    assert any(problem in said for said in verified(closed).problems)


def test_a_paper_signed_again_after_the_closing_is_not_the_closed_one(closed: Paper) -> None:
    """What an insider with the key can still sign, the entry of the closing contradicts."""
    closed["statements"][2]["note"] = "เพิ่มภายหลัง"
    digest = hashlib.sha256(canonical_statements(closed)).digest()
    with working_for(Organization.objects.get().pk):
        signed = sign(REPORT_CONTEXT, digest)
    closed["seal"] = {"digest": digest.hex(), "signature": signed.base64, "key_id": signed.key_id}
    (problem,) = verified(closed).problems
    assert "ไม่ใช่ฉบับที่ปิดไว้" in problem


def test_an_erased_payload_is_a_note_and_no_fault() -> None:
    paper = made(version=1)
    with working_for(Organization.objects.get().pk):
        erase_payload(actor=SYSTEM, entry=Entry.objects.get(number=1), reason="ทดสอบ")
        now = disclosed_fields(Entry.objects.with_payload().get(number=1))
    citation = paper["statements"][0]["citations"][0]
    for key in ("payload", "salt"):
        assert key not in now
        del citation[key]
    result = verified(paper)
    assert result.ok
    assert len(result.notes) == 1


def test_another_offices_key_does_not_verify(paper: Paper) -> None:
    raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert any("กุญแจ" in problem for problem in verify_report(paper, {"21fe31dfa154a261": raw}).problems)


# -- the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def files(closed: Paper, tmp_path: Path) -> tuple[Path, Path]:
    paper, key = tmp_path / "report.json", tmp_path / "key.pem"
    paper.write_text(json.dumps(closed, ensure_ascii=False))
    key.write_text("".join(public_pem(raw) for raw in keys().values()))
    return paper, key


def test_the_command_needs_no_database_and_no_data_folder(files: tuple[Path, Path], tmp_path: Path) -> None:
    paper, key = files
    program = "import sys; from prongsai.modules.measures.verify_report import offline; sys.exit(offline(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(paper), "--key", str(key)],
        capture_output=True, text=True, cwd=tmp_path, check=False,
        env={"PATH": os.environ["PATH"], "PRONGSAI_HOME": str(tmp_path / "home"), "DATABASE_URL": "nonsense"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (VERIFIES, "")
    assert done.stdout.startswith("✓ report.json ถูกต้อง")
    assert not (tmp_path / "home").exists()


def test_the_verifier_loads_neither_django_nor_a_database_driver() -> None:
    program = (
        "import sys, prongsai.modules.measures.verify_report; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'django', 'psycopg', 'typst', 'lxml'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_exit_codes_tell_a_forged_paper_from_a_wrong_file(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    paper, key = files
    text = paper.read_text()
    assert offline([str(paper), "--key", str(key), "--json"]) == VERIFIES
    assert json.loads(capsys.readouterr().out)["verifies"] is True
    paper.write_text(text.replace("ข้อความที่ 1", "ข้อความที่ ๑"))
    assert offline([str(paper), "--key", str(key)]) == DOES_NOT_VERIFY
    assert "✗" in capsys.readouterr().out
    assert offline(["--organization", "banthrai"]) is None


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("no key", "--key"), ("key missing", "เปิดแฟ้มกุญแจ"), ("key garbled", "ไม่ใช่กุญแจ"), ("missing", "เปิดแฟ้ม"),
        ("not json", "ไม่ใช่ JSON"), ("a list", "ไม่ใช่รายงาน"), ("another json", "ไม่ใช่รายงาน"), ("twice", "ไม่ใช่ JSON"),
    ],
)  # fmt: skip
def test_bad_input_is_said_in_one_line(
    files: tuple[Path, Path], harm: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paper, key = files
    arguments = [str(paper), "--key", str(key)]
    if harm == "no key":
        arguments = [str(paper)]
    elif harm == "key missing":
        key.unlink()
    elif harm == "key garbled":
        key.write_text("x")
    elif harm == "missing":
        paper.unlink()
    else:
        texts = {"not json": "x", "a list": "[]", "another json": "{}"}
        paper.write_text(texts.get(harm) or paper.read_text().replace("{", '{"version": 1, ', 1))
    assert offline(arguments) == BAD_INPUT
    said = capsys.readouterr()
    assert words in said.err
    assert (len(said.err.splitlines()), said.out) == (1, "")


# -- files that somebody made to do harm ----------------------------------------------------------------------

HARMFUL = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\ud800", "\x1b[2J", float("inf"), 10**4000]
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | HARMFUL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def judged(paper: Path, key: Path, *, as_json: bool = False) -> tuple[int, str]:
    """The exit code and all that was said, as bytes that a terminal or a file can take."""
    said: list[str] = []
    code = run(paper, key, as_json=as_json, out=said.append, err=said.append)
    return code, "".join(said).encode().decode()


def test_any_value_in_any_place_gives_findings_or_a_refusal(files: tuple[Path, Path]) -> None:
    paper, key = files
    text = paper.read_text()
    spots = list(places(json.loads(text)))

    @settings(max_examples=300, deadline=None)
    @given(st.sampled_from(spots), ANY_JSON, st.booleans())
    @example(("statements", 0, "verdict"), [], False)
    @example(("statements", 0, "verdict"), "\ud800", False)
    @example(("statements", 0, "citations", 0, "origin"), [], False)
    @example(("statements", 0, "citations", 0, "recorded_at"), "0001-01-01T00:00:00+14:00", True)
    @example(("tree_head", "time"), "0001-01-01T00:00:00+14:00", True)
    def holds(path: tuple[Any, ...], value: Any, as_json: bool) -> None:
        bent = json.loads(text)
        at(bent, path[:-1])[path[-1]] = value
        paper.write_text(json.dumps(bent))
        code, said = judged(paper, key, as_json=as_json)
        assert code in {VERIFIES, DOES_NOT_VERIFY, BAD_INPUT}
        assert "\x1b" not in said

    holds()


@pytest.mark.parametrize(
    "text",
    [
        '{"statements": [], "tree_head": {}}',
        '{"statements": [{"verdict": []}], "tree_head": null}',
        '{"statements": [{"verdict": "proven", "citations": [{"origin": []}]}], "tree_head": null}',
        '{"statements": [{"verdict": "\\ud800"}], "tree_head": null}',
    ],
)
def test_a_small_harmful_file_does_not_pass(files: tuple[Path, Path], text: str) -> None:
    paper, key = files
    paper.write_text(text)
    code, said = judged(paper, key)
    assert code in {DOES_NOT_VERIFY, BAD_INPUT}
    assert said


@pytest.mark.parametrize("depth", [300, 600, 900, 950, 980, 100_000])
@pytest.mark.parametrize(
    "path",
    [
        ("statements", 0, "verdict"),
        ("statements", 0, "number"),
        ("tree_head", "key_id"),
        ("seal", "key_id"),
        ("version",),
    ],
)
def test_lists_within_lists_give_findings_or_a_refusal(
    files: tuple[Path, Path], depth: int, path: tuple[Any, ...]
) -> None:
    paper, key = files
    bent = json.loads(paper.read_text())
    at(bent, path[:-1])[path[-1]] = "DEEP"
    paper.write_text(json.dumps(bent).replace('"DEEP"', "[" * depth + "]" * depth))
    assert judged(paper, key)[0] in {DOES_NOT_VERIFY, BAD_INPUT}


def test_more_than_a_year_can_say_is_refused_unread(files: tuple[Path, Path]) -> None:
    paper, key = files
    many: list[Any] = [
        {"tree_head": None, "statements": [0] * (MOST_STATEMENTS + 1)},
        {"tree_head": None, "statements": [{"citations": [0] * MOST_CITATIONS}, {"citations": [0]}]},
    ]
    for bent in many:
        paper.write_text(json.dumps(bent))
        assert judged(paper, key) == (BAD_INPUT, "แฟ้มมีข้อความมากกว่าที่รายงานหนึ่งปีจะมี\n")


def test_the_list_of_problems_stays_readable(files: tuple[Path, Path]) -> None:
    paper, key = files
    endless = {"measure": "1" * 10_000, "citations": [0] * 10}
    paper.write_text(json.dumps({"tree_head": None, "statements": [endless] * 1000}))
    for as_json in (False, True):
        code, said = judged(paper, key, as_json=as_json)
        assert code == DOES_NOT_VERIFY
        assert "และอีก" in said
        assert len(said.splitlines()) < LISTED + 20
        assert len(said) < 50_000
