"""Verifying a report's JSON paper with nothing but the office's public key: no database, no network, no Django.

What it proves and what it does not stands in docs/reference/verification.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.leaf import (
    Told,
    canonical,
    disclosed_payload,
    head_message,
    leaf_from_citation,
    told_truly,
)
from prongsai.foundation.ledger.signatures import is_signed, public_keys_from_pem

VERIFIES, DOES_NOT_VERIFY, BAD_INPUT = 0, 1, 2
REPORT_CONTEXT = b"prongsai report v1\n"
CLOSING_KINDS = ("report_closed", "report_corrected")
WITHDRAWAL = "statement_withdrawn"
VERDICTS = {"proven", "attested", "unproven", "contradicted"}
# Many times what the largest office says in a year; more is a file that was made to keep the reader busy.
MOST_STATEMENTS, MOST_CITATIONS = 5_000, 50_000
LISTED = 100  # problems or notes that are printed
WORD = 60  # characters that are repeated of a value in the file
UNREADABLE = "ข้อมูลไม่ครบหรืออ่านไม่ได้"
# What values of another type, form or depth than a report's raise while they are judged.
BROKEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
KINDS = {"step": "ขั้นตอน", "output": "ผลการดำเนินการ", "outcome": "ผลลัพธ์"}

# Said again here rather than imported: a verifier must not need the program that prints. A test holds both equal.
_REPORT = ("organization", "short_name", "district", "province", "fiscal_year", "version", "is_sample")
_MEASURE = ("number", "title", "topic", "start", "end", "units")
_STATEMENT = ("measure", "kind", "number", "text", "printed", "verdict", "reason", "origin", "note")
_WITHDRAWN = ("measure", "kind", "number", "text", "reason", "withdrawn_on")
_CITATION = ("entry", "kind", "about", "occurred_on", "recorded_at", "origin", "title", "url")

Json = Mapping[str, Any]


class NotAReport(Exception):
    """The file is not a report's JSON paper; the text says why in Thai."""


@dataclass
class Result:
    """It verifies when `problems` is empty. `notes` say what could not be compared any more."""

    statements: int = 0
    citations: int = 0
    size: int = 0
    key_id: str = ""
    problems: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        return {
            "verifies": self.ok,
            "statements": self.statements,
            "citations": self.citations,
            "tree_size": self.size,
            "key_id": self.key_id,
            "problems": _first(self.problems, "จุด"),
            "notes": _first(self.notes, "ข้อ"),
        }


def verify_report(paper: Json, keys: Mapping[str, bytes]) -> Result:
    """Verify a JSON paper against public keys (32 raw bytes by key id).

    Raises NotAReport, also for more statements or citations than a year has; whatever else the paper holds, it
    is judged and never raises.
    """
    statements, head, gone = paper.get("statements"), paper.get("tree_head"), paper.get("withdrawn", [])
    if not isinstance(statements, list) or not isinstance(gone, list) or "tree_head" not in paper:
        raise NotAReport("แฟ้มนี้ไม่ใช่รายงานแบบ JSON ของโปร่งใส")
    every = [*statements, *gone]
    if len(every) > MOST_STATEMENTS or sum(len(_citations(s)) for s in every) > MOST_CITATIONS:
        raise NotAReport("แฟ้มมีข้อความมากกว่าที่รายงานหนึ่งปีจะมี")
    result = Result(statements=len(statements))
    result.problems += _head_problems(paper, head, keys)
    if isinstance(head, Mapping):
        result.size, result.key_id = _number(head.get("size")), _word(head.get("key_id", ""))
    for place, statement in enumerate(every):
        problems = _statement_problems if place < len(statements) else _withdrawn_problems
        for problem in _judged(problems(statement)):
            result.problems.append(f"{_name(statement)}: {problem}")
        for citation in _citations(statement):
            result.citations += 1
            _check_citation(result, _name(statement), citation, head)
    result.problems += [f"ลายมือชื่อรายงาน: {problem}" for problem in _judged(_seal_problems(paper, keys))]
    if "closing" in paper or paper.get("version"):
        _check_closing(result, paper, head)
    return result


def _judged(problems: Iterator[str]) -> Iterator[str]:
    """The problems, and one more when a value is met that cannot be judged."""
    try:
        yield from problems
    except BROKEN:
        yield UNREADABLE


# -- tree head and seal -----------------------------------------------------------------------------------------


def _head_problems(paper: Json, head: object, keys: Mapping[str, bytes]) -> Iterator[str]:
    if not isinstance(head, Mapping):
        yield "รายงานไม่มีหัวบันทึกที่ลงนามแล้ว"
        return
    try:
        message = head_message({"organization": _organization(paper), **head})
        bytes.fromhex(head["root"])
        problem = _signature_problem(keys, head, message)
    except BROKEN:
        problem = UNREADABLE
    if problem:
        yield f"หัวบันทึก: {problem}"


def _organization(paper: Json) -> str:
    """The organization's key: the paper says it, and every leaf repeats it."""
    if "organization_key" in paper:
        return paper["organization_key"]
    said = [*paper["statements"], *paper.get("withdrawn", [])]
    cited = [citation for statement in said for citation in _citations(statement)]
    return cited[0]["organization"]


def _signature_problem(keys: Mapping[str, bytes], signed: Json, message: bytes) -> str:
    raw = keys.get(signed["key_id"])
    if raw is None:
        return f"ลงนามด้วยกุญแจ {_word(signed['key_id'])} แต่กุญแจที่ใช้ตรวจคือ {', '.join(keys)}"
    signature = base64.b64decode(signed["signature"], validate=True)
    return "" if is_signed(raw, signature, message) else "ลายมือชื่อไม่ถูกต้อง"


def _seal_problems(paper: Json, keys: Mapping[str, bytes]) -> Iterator[str]:
    seal = paper.get("seal")
    if not isinstance(seal, Mapping):
        yield "รายงานไม่ได้ลงลายมือชื่อ"
        return
    digest = hashlib.sha256(canonical_statements(paper)).digest()
    if seal["digest"] != digest.hex():
        yield "ข้อความในรายงานไม่ตรงกับรหัสสรุปที่ลงนามไว้"
    if problem := _signature_problem(keys, seal, REPORT_CONTEXT + digest):
        yield problem


def canonical_statements(paper: Json) -> bytes:
    """The bytes that the report's signature covers. Raises one of BROKEN when the paper lacks them."""
    said: dict[str, Any] = {
        **{key: paper[key] for key in _REPORT},
        "measures": [{key: measure[key] for key in _MEASURE} for measure in paper["measures"]],
        "statements": [_signed(statement, _STATEMENT) for statement in paper["statements"]],
    }
    if "withdrawn" in paper:
        said["withdrawn"] = [_signed(statement, _WITHDRAWN) for statement in paper["withdrawn"]]
    return canonical(said)


def _signed(statement: Json, keys: Sequence[str]) -> dict[str, Any]:
    cited = [{key: citation[key] for key in _CITATION} for citation in statement["citations"]]
    return {**{key: statement[key] for key in keys}, "citations": cited}


# -- statements and citations -----------------------------------------------------------------------------------


def _citations(statement: object) -> list[Any]:
    cited = statement.get("citations") if isinstance(statement, Mapping) else None
    return cited if isinstance(cited, list) else []


def _name(statement: object) -> str:
    if not isinstance(statement, Mapping):
        return "ข้อความ"
    kind = KINDS.get(_word(statement.get("kind")), "ข้อความ")
    return f"มาตรการที่ {_word(statement.get('measure'))} {kind}ที่ {_word(statement.get('number'))}"


def _word(value: object) -> str:
    """A number or a short text of the file as it may stand in one line of ours, whatever somebody wrote there."""
    said = str(value) if isinstance(value, int | str) else "?"
    said = said if len(said) <= WORD else f"{said[:WORD]}…"
    return said if said.isprintable() else "?"


def _statement_problems(statement: object) -> Iterator[str]:
    """The rules that a verdict must keep by itself."""
    if not isinstance(statement, Mapping):
        yield "อ่านไม่ได้"
        return
    verdict, cited = statement.get("verdict"), _citations(statement)
    if not isinstance(verdict, str) or verdict not in VERDICTS:
        yield f"ไม่รู้จักผลการพิสูจน์ {_word(verdict)}"
    if verdict != "proven":
        return
    if not cited:
        yield "ระบุว่าพิสูจน์แล้ว แต่ไม่อ้างหลักฐาน"
    origins = [c.get("origin") for c in cited if isinstance(c, Mapping)]
    if statement.get("origin") == "word" or (origins and all(origin == "word" for origin in origins)):
        yield "ระบุว่าพิสูจน์แล้ว แต่มีเพียงคำบอกเล่า"
    if statement.get("printed") != statement.get("text"):
        yield "ระบุว่าพิสูจน์แล้ว แต่พิมพ์ข้อความต่างจากที่ประกาศไว้"


def _withdrawn_problems(statement: object) -> Iterator[str]:
    """A sentence leaves a report only with its reason and the entry of its withdrawal, which says both."""
    if not isinstance(statement, Mapping):
        yield "อ่านไม่ได้"
        return
    reason = statement.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        yield "ถอนออกโดยไม่มีเหตุผล"
    cited = [c for c in _citations(statement) if isinstance(c, Mapping) and c.get("kind") == WITHDRAWAL]
    if not cited:
        yield "ถอนออกโดยไม่อ้างรายการถอน"
        return
    payload = disclosed_payload(cited[-1])
    said = ("text", "reason", "kind")
    if payload and any(payload.get(name) != statement.get(name) for name in said):
        yield "ข้อความหรือเหตุผลไม่ตรงกับรายการถอน"


def _check_citation(result: Result, where: str, citation: object, head: object) -> None:
    number = citation.get("entry") if isinstance(citation, Mapping) else "?"
    where = f"{where} หลักฐานที่ {_word(number)}"
    try:
        problem, told = _citation_problem(citation, head)  # type: ignore[arg-type]
    except BROKEN:
        problem, told = UNREADABLE, Told.TRUE
    if problem:
        result.problems.append(f"{where}: {problem}")
    elif told is Told.ERASED:
        result.notes.append(f"{where}: เนื้อความถูกลบแล้ว จึงเทียบชื่อเรื่องกับบันทึกไม่ได้ ส่วนอื่นตรวจแล้วถูกต้อง")


def _citation_problem(citation: Json, head: Json) -> tuple[str, Told]:
    leaf = leaf_from_citation(citation)
    if leaf.hex() != citation["leaf"]:
        return "เนื้อหาไม่ตรงกับแฮชของรายการ", Told.FALSE
    if type(citation["entry"]) is not int or citation["entry"] != citation["index"] + 1:
        return "เลขหลักฐานไม่ตรงกับตำแหน่งในบันทึก", Told.FALSE
    path = [bytes.fromhex(step) for step in citation["audit_path"]]
    if not merkle.verify_inclusion(leaf, citation["index"], head["size"], path, bytes.fromhex(head["root"])):
        return "ไม่อยู่ในบันทึกที่หัวบันทึกลงนามไว้", Told.FALSE
    told = told_truly(citation)
    return ("ชื่อเรื่องหรือที่อยู่ไม่ตรงกับเนื้อความของรายการ" if told is Told.FALSE else ""), told


def _check_closing(result: Result, paper: Json, head: object) -> None:
    """A closed report's statements are those whose digest the ledger took in when the year was closed."""
    closing = paper.get("closing")
    if not isinstance(closing, Mapping):
        result.problems.append("การปิดรายงาน: รายงานระบุว่าปิดแล้ว แต่ไม่มีรายการปิดรายงาน")
        return
    before = len(result.problems)
    _check_citation(result, "การปิดรายงาน", closing, head)
    if len(result.problems) > before:
        return
    result.problems += [f"การปิดรายงาน: {problem}" for problem in _judged(_closing_problems(paper, closing))]


def _closing_problems(paper: Json, closing: Json) -> Iterator[str]:
    payload = disclosed_payload(closing) or {}
    try:
        digest = hashlib.sha256(canonical_statements(paper)).hexdigest()
    except BROKEN:
        return  # the seal has said so
    if closing.get("kind") not in CLOSING_KINDS or payload.get("content_digest") != digest:
        yield "ข้อความในรายงานไม่ใช่ฉบับที่ปิดไว้ในบันทึก"
    elif any(payload.get(name, paper.get(name)) != paper.get(name) for name in ("fiscal_year", "version")):
        yield "ปีงบประมาณหรือฉบับที่ไม่ตรงกับที่ปิดไว้ในบันทึก"


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


# -- from files to an exit code ---------------------------------------------------------------------------------


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises NotAReport; a key that stands twice is refused, since readers differ on it."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) != len(pairs):
            raise ValueError("a key stands twice")
        return values

    try:
        paper = json.loads(path.read_bytes(), object_pairs_hook=once)
        json.dumps(paper, ensure_ascii=False).encode()  # a lone surrogate can be neither hashed nor printed
    except OSError as error:
        raise NotAReport(f"เปิดแฟ้ม {path} ไม่ได้: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise NotAReport(f"แฟ้ม {path} ไม่ใช่ JSON ที่อ่านได้") from error
    if not isinstance(paper, dict):
        raise NotAReport(f"แฟ้ม {path} ไม่ใช่รายงานแบบ JSON ของโปร่งใส")
    return paper


def read_keys(path: Path) -> dict[str, bytes]:
    """The public keys of a PEM file. Raises NotAReport."""
    try:
        return public_keys_from_pem(path.read_bytes())
    except OSError as error:
        raise NotAReport(f"เปิดแฟ้มกุญแจ {path} ไม่ได้: {error.strerror}") from error
    except ValueError as error:
        raise NotAReport(f"แฟ้ม {path} ไม่ใช่กุญแจสาธารณะ Ed25519 แบบ PEM") from error


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `prongsai verify`."""
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.json", help="a report as JSON")
    parser.add_argument("--key", type=Path, metavar="KEYFILE", help="the organization's public key (PEM)")
    parser.add_argument("--organization", metavar="KEY", help="only this organization")
    parser.add_argument("--since", type=Path, metavar="OLDHEAD.json", help="prove that the log only grew")
    parser.add_argument("--json", action="store_true", help="print JSON")


def offline(arguments: list[str]) -> int | None:
    """Run `prongsai verify` with these arguments if they name a report; None when they ask for the database."""
    parser = ArgumentParser(add_help=False)
    add_arguments(parser)
    options, _ = parser.parse_known_args(arguments)
    if options.file is None:
        return None
    return run(options.file, options.key, as_json=options.json, out=sys.stdout.write, err=sys.stderr.write)


def run(
    file: Path, key: Path | None, *, as_json: bool, out: Callable[[str], object], err: Callable[[str], object]
) -> int:
    """Verify a paper and say the result. Returns 0 (verifies), 1 (does not) or 2 (bad input, one line to `err`)."""
    try:
        if key is None:
            raise NotAReport("ระบุแฟ้มกุญแจสาธารณะของหน่วยงานด้วย --key")
        result = verify_report(read_json(file), read_keys(key))
    except NotAReport as error:
        err(f"{error}\n")
        return BAD_INPUT
    if as_json:
        out(json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        out("\n".join(_lines(file, result)) + "\n")
    return VERIFIES if result.ok else DOES_NOT_VERIFY


def _lines(file: Path, result: Result) -> Iterator[str]:
    for problem in _first(result.problems, "จุด"):
        yield f"✗ {problem}"
    for note in _first(result.notes, "ข้อ"):
        yield f"• {note}"
    if result.ok:
        yield (
            f"✓ {file.name} ถูกต้อง: ข้อความ {result.statements} ข้อ หลักฐานที่อ้าง {result.citations} รายการ "
            f"อยู่ในบันทึก {result.size} รายการที่ลงนามด้วยกุญแจ {result.key_id}"
        )
    else:
        yield f"{file.name} ไม่ผ่านการตรวจ {len(result.problems)} จุด"


def _first(lines: Sequence[str], unit: str) -> list[str]:
    """As many lines as somebody reads, and how many there are besides."""
    left = len(lines) - LISTED
    return [*lines[:LISTED], *([f"และอีก {left:,} {unit}"] if left > 0 else [])]
