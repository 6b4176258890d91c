"""A whole report of a made-up office: the 55 statements, mixed verdicts, invented evidence (ข้อมูลตัวอย่าง)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Topic, Verdict
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    Signatory,
    StatementResult,
    TreeHead,
)

_KINDS = {"S": StatementKind.STEP, "P": StatementKind.OUTPUT, "O": StatementKind.OUTCOME}
_VERDICTS = {
    "p": Verdict.PROVEN,
    "a": Verdict.ATTESTED,
    "u": Verdict.UNPROVEN,
    "c": Verdict.CONTRADICTED,
}
# One letter a statement, in report order: 38 proven, 15 attested, 1 unproven, 1 contradicted.
_PATTERN = ("pppaap", "ppppacapp", "pppappp", "ppppaaaup", "ppppppaaap", "pppaaap", "ppppapp")
_TRUE_SENTENCE = "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"


def sample_lines() -> dict[str, str]:
    """The sample's texts by key: 1.title, 1.units, 1.S1 …"""
    lines = (Path(__file__).parent / "sample-2568.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def _citation(entry: int) -> Citation:
    occurred = date(2024, 10, 1) + timedelta(days=entry % 360)
    digest = sha256(f"ข้อมูลตัวอย่าง {entry}".encode()).hexdigest()
    return Citation(
        entry=entry,
        kind="announcement_issued",
        about="integrity_measures",
        occurred_on=occurred,
        recorded_at=datetime(occurred.year, occurred.month, occurred.day, 3, 25, tzinfo=UTC)
        + timedelta(days=1),
        origin=Origin.WORK if entry % 3 else Origin.DOCUMENT,
        title=f"หลักฐานสมมติเลขที่ {entry}",
        url=f"https://www.example.go.th/e/{entry}" if entry % 2 else "",
        leaf=digest,
        index=entry - 1,
        audit_path=(digest, digest[::-1]),
        disclosed={"salt": digest[:16]},
    )


def _statement(measure: int, key: str, text: str, verdict: Verdict, first_entry: int) -> StatementResult:
    count = (
        0 if verdict is Verdict.UNPROVEN else 3 if verdict is Verdict.CONTRADICTED else 1 + first_entry % 2
    )
    notes = {
        Verdict.ATTESTED: "หัวหน้าสำนักปลัดรับรอง",
        Verdict.UNPROVEN: "จัดสำรวจความเข้าใจของประชาชน หรือให้เจ้าหน้าที่รับรองพร้อมเอกสาร",
        Verdict.CONTRADICTED: "แก้ไขข้อความในมาตรการ หรือปิดเรื่องที่ยังค้างอยู่ ๑ เรื่อง",
    }
    return StatementResult(
        measure=measure,
        kind=_KINDS[key[0]],
        number=int(key[1:]),
        text=text,
        printed=_TRUE_SENTENCE if verdict is Verdict.CONTRADICTED else text,
        verdict=verdict,
        reason=Reason.MISSING if verdict is Verdict.UNPROVEN else Reason.NONE,
        origin=Origin.WORD if verdict is Verdict.ATTESTED else Origin.WORK,
        note=notes.get(verdict, ""),
        citations=tuple(_citation(first_entry + 13 * i) for i in range(count)),
    )


def sample_measures() -> tuple[MeasureResult, ...]:
    lines = sample_lines()
    entry = 201
    measures: list[MeasureResult] = []
    for number, (pattern, topic) in enumerate(zip(_PATTERN, Topic, strict=True), 1):
        keys = [key for key in lines if key.startswith(f"{number}.") and key.split(".")[1][0] in _KINDS]
        statements: list[StatementResult] = []
        for key, letter in zip(keys, pattern, strict=True):
            statements.append(_statement(number, key.split(".")[1], lines[key], _VERDICTS[letter], entry))
            entry += 25
        units = tuple(lines[f"{number}.units"].split())
        title = lines[f"{number}.title"]
        measures.append(
            MeasureResult(number, title, topic, Period.fiscal_year(2568), units, tuple(statements))
        )
    return tuple(measures)


def sample_content(**changes: object) -> ReportContent:
    """The sample report, version 1 and sealed; keyword arguments replace fields."""
    fields: dict[str, object] = {
        "organization": "องค์การบริหารส่วนตำบลตัวอย่าง",
        "short_name": "อบต.ตัวอย่าง",
        "district": "ตัวอย่าง",
        "province": "ตัวอย่าง",
        "fiscal_year": 2568,
        "version": 1,
        "is_sample": True,
        "measures": sample_measures(),
        "tree_head": TreeHead(
            1655,
            sha256("ข้อมูลตัวอย่าง".encode()).hexdigest(),
            datetime(2025, 10, 15, 2, 0, tzinfo=UTC),
            "bGFpbW1ldWNodWV0dWF5YW5n",
            "key-1",
        ),
        "verify_url": "https://www.example.go.th/v/2568",
        "as_of": datetime(2025, 10, 15, 2, 5, tzinfo=UTC),
        "signatories": (
            Signatory("นางสาวตัวอย่าง สมมติ", "หัวหน้าสำนักปลัด"),
            Signatory(
                "นายสมมติ ตัวอย่าง",
                "ปลัดองค์การบริหารส่วนตำบล",
                "ปลัดองค์การบริหารส่วนตำบล รักษาราชการแทน นายกองค์การบริหารส่วนตำบลตัวอย่าง",
            ),
        ),
    }
    return ReportContent(**{**fields, **changes})  # type: ignore[arg-type]
