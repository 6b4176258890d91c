"""Wording becomes proofs: the sample's 55 statements as they must be carried, and other offices' wording."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from prongsai.kernel.contracts import StatementKind, Topic
from prongsai.modules.measures.notation import ProofTerm, parse_term, parse_terms, parse_window
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.suggestions import Suggested, suggest

EXAMPLES = Path(__file__).parent.parent / "examples"
LETTERS = {"S": StatementKind.STEP, "P": StatementKind.OUTPUT, "O": StatementKind.OUTCOME}


def terms(suggested: Suggested) -> frozenset[ProofTerm]:
    return frozenset(
        parse_term(e, window=parse_window(suggested.window_of(e))) for e in suggested.expressions
    )


def sample_rows() -> list[dict[str, str]]:
    with (EXAMPLES / "muangkae-2568.proofs.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sample() -> dict[str, tuple[str, StatementKind, Topic | None]]:
    report = read_report(EXAMPLES / "muangkae-2568.txt")
    return {
        f"{measure.number}.{letter}{number}": (text, LETTERS[letter], measure.topic)
        for measure in report.measures
        for letter, texts in (("S", measure.steps), ("P", measure.outputs), ("O", measure.outcomes))
        for number, text in enumerate(texts, start=1)
    }


@pytest.mark.parametrize("row", sample_rows(), ids=lambda row: row["statement"])
def test_a_sample_statement_is_carried_by_what_must_carry_it(
    row: dict[str, str], sample: dict[str, tuple[str, StatementKind, Topic | None]]
) -> None:
    text, kind, topic = sample[row["statement"]]
    suggested = suggest(text, kind=kind, topic=topic)
    expected = frozenset(
        parse_terms(row["proofs"], window=parse_window(row["window"].replace("period, ", "")))
    )
    assert terms(suggested) == expected, text
    assert suggested.join == row["join"] or len(expected) == 1


@pytest.mark.parametrize(
    ("text", "proofs"),
    [
        ("ไม่มีข้อร้องเรียน", "zero(topics=all)"),
        ("ไม่พบเรื่องร้องเรียน", "zero(topics=all)"),
        ("ไม่มีเรื่องร้องเรียนการจัดซื้อจัดจ้าง", "zero(topics=procurement)"),
        ("เทศบาลไม่มีข้อร้องเรียนเกี่ยวกับการให้บริการ", "zero(topics=service)"),
        ("ไม่มีเรื่องร้องเรียนการทุจริต", "zero(topics=anti_corruption+integrity)"),
        ("ไม่มีการร้องเรียนเรื่องการใช้รถยนต์และทรัพย์สินของทางราชการ", "zero(topics=assets)"),
        ("มีเรื่องร้องเรียน ๓ เรื่อง", "figure(complaints.received = 3)"),
        ("คู่มือประชาชน 22 กระบวนงาน", "figure(services.manuals = 22)"),
        ("จัดทำคู่มือสำหรับประชาชน จำนวน ๑๘ งานบริการ", "figure(services.manuals = 18)"),
        ("ผ่านเกณฑ์ ITA", "indicator(ita.result = pass, rule=of that year)"),
        ("ผลการประเมิน ITA อยู่ในระดับผ่านดี", "indicator(ita.result = pass, rule=of that year)"),
        ("ผลคะแนน ITA ๙๒.๔๕ คะแนน", "figure(ita.result = 92.45)"),
        (
            "ประชาชนมีความพึงพอใจในระดับมาก",
            "indicator(surveys.service_satisfaction >= high, needs=mean+sample+scale)",
        ),
    ],
)
def test_other_offices_wording_gets_sensible_proofs(text: str, proofs: str) -> None:
    suggested = suggest(text, kind=StatementKind.OUTCOME, topic=None)
    assert {t.name + t.key + str(t.threshold) + str(sorted(t.topics)) for t in terms(suggested)} == {
        t.name + t.key + str(t.threshold) + str(sorted(t.topics)) for t in parse_terms(proofs)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("จัดทำและเผยแพร่แผนปฏิบัติการป้องกันการทุจริต", "anti_corruption_plan"),
        ("ประกาศนโยบาย No Gift Policy", "no_gift_policy"),
        ("แจ้งเวียนประมวลจริยธรรมให้บุคลากรทราบ", "code_of_ethics"),
        ("เผยแพร่แผนการจัดซื้อจัดจ้างในเว็บไซต์", "procurement_plan"),
        ("ประชุมคณะกรรมการขับเคลื่อนเรื่องผลประโยชน์ทับซ้อน", "conflict_of_interest"),
    ],
)
def test_a_step_in_other_words_is_carried_by_a_fact_about_its_subject(text: str, expected: str) -> None:
    suggested = suggest(text, kind=StatementKind.STEP, topic=None)
    assert expected in {term.about for term in terms(suggested)}


def test_wording_that_says_nothing_known_gets_no_proof() -> None:
    assert suggest("ฝนตกหนัก", kind=StatementKind.OUTCOME, topic=None) == Suggested()
