"""The rules that make the report honest, one by one, on plain values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import (
    Origin,
    Period,
    Reason,
    StatementKind,
    Verdict,
)
from prongsai.modules.measures.evidence import Evidence, Fact
from prongsai.modules.measures.notation import parse_terms, parse_window
from prongsai.modules.measures.verdicts import Claim, Finding, judge

YEAR = Period.fiscal_year(2568)
INSIDE = date(2025, 3, 1)


def fact(
    fact_kind: str,
    fact_about: str = "",
    /,
    *,
    on: date = INSIDE,
    origin: Origin = Origin.WORK,
    number: int = 1,
    period: Period | None = None,
    unit: str = "",
    **payload: Any,
) -> Fact:
    return Fact(
        number=number,
        kind=fact_kind,
        about=fact_about,
        occurred_on=on,
        about_period=period,
        origin=origin,
        unit=unit,
        title="",
        url="",
        public=True,
        recorded_at=datetime(2025, 3, 2, tzinfo=UTC),
        payload=payload,
    )


def verdict(
    proofs: str,
    *facts: Fact,
    kind: StatementKind = StatementKind.STEP,
    join: str = "all",
    window: str = "inside",
    units: tuple[str, ...] = (),
    text: str = "ข้อความ",
) -> Finding:
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    for each in facts:
        by_kind[each.kind].append(each)
    claim = Claim(measure=1, kind=kind, text=text, period=YEAR)
    terms = parse_terms(proofs, window=parse_window(window))
    return judge(claim, terms, join=join, evidence=Evidence(by_kind, frozenset(units)))


def figure(
    key: str, *, number: int = 9, on: date = INSIDE, origin: Origin = Origin.DOCUMENT, **payload: Any
) -> Fact:
    return fact("figure_stated", key, on=on, origin=origin, number=number, period=YEAR, **payload)


MEETING = "fact(meeting_held, about=service)"


@pytest.mark.parametrize("join", ["all", "any"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ประชุมแล้ว", Verdict.PROVEN),
        ("ประชุมแล้ว ไม่มีเรื่องร้องเรียน", Verdict.UNPROVEN),
        ("ประชุมแล้ว ไม่ปรากฏว่ามีผู้ใดร้องเรียน", Verdict.UNPROVEN),
    ],
)
def test_that_nobody_complained_is_proven_by_no_other_record_however_it_came_to_be_bound(
    text: str, expected: Verdict, join: str
) -> None:
    found = verdict(MEETING, fact("meeting_held", "service"), text=text, join=join)
    assert found.verdict is expected
    if expected is Verdict.UNPROVEN:
        assert found.reason is Reason.MISSING
        assert "ต้องผูก “ไม่มีเรื่องร้องเรียน" in found.note


@pytest.mark.parametrize(
    ("origin", "kind", "expected"),
    [
        (Origin.WORK, StatementKind.STEP, Verdict.PROVEN),
        (Origin.DOCUMENT, StatementKind.STEP, Verdict.PROVEN),
        (Origin.WORD, StatementKind.STEP, Verdict.ATTESTED),
        (Origin.DOCUMENT, StatementKind.OUTPUT, Verdict.PROVEN),
        (Origin.WORD, StatementKind.OUTPUT, Verdict.ATTESTED),
        (Origin.WORK, StatementKind.OUTCOME, Verdict.PROVEN),
        (Origin.DOCUMENT, StatementKind.OUTCOME, Verdict.ATTESTED),
        (Origin.WORD, StatementKind.OUTCOME, Verdict.ATTESTED),
    ],
)
def test_steps_and_outputs_are_proven_by_work_or_paper_and_outcomes_by_work_alone(
    origin: Origin, kind: StatementKind, expected: Verdict
) -> None:
    found = verdict(MEETING, fact("meeting_held", "service", origin=origin), kind=kind)
    assert (found.verdict, found.origin, found.entries) == (expected, origin, (1,))


def test_a_statement_without_proofs_is_missing_them() -> None:
    assert (verdict("").verdict, verdict("").reason) == (Verdict.UNPROVEN, Reason.MISSING)


def test_nothing_on_record_is_missing() -> None:
    found = verdict(MEETING, fact("meeting_held", "spending_plan"))
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.MISSING)
    assert "จัดประชุม การให้บริการประชาชน" in found.note


@pytest.mark.parametrize(
    ("window", "on", "holds"),
    [
        ("inside", date(2024, 9, 30), False),
        ("inside", date(2024, 10, 1), True),
        ("inside", date(2025, 9, 30), True),
        ("inside", date(2025, 10, 1), False),
        ("about -90..+45", date(2024, 7, 3), True),
        ("about -90..+45", date(2024, 7, 2), False),
        ("about -90..+45", date(2025, 11, 14), True),
        ("about -90..+45", date(2025, 11, 15), False),
    ],
)
def test_a_window_holds_to_the_day(window: str, on: date, holds: bool) -> None:
    found = verdict(MEETING, fact("meeting_held", "service", on=on, period=YEAR), window=window)
    assert (found.verdict is Verdict.PROVEN) is holds
    if not holds:
        assert found.reason is Reason.OUTSIDE_WINDOW


def test_a_paper_about_another_year_proves_nothing_of_this_one() -> None:
    other = fact("plan_adopted", "hr_plan", period=Period.fiscal_year(2567))
    found = verdict("fact(plan_adopted, about=hr_plan)", other, window="about -90..+0")
    assert found.reason is Reason.OUTSIDE_WINDOW


@pytest.mark.parametrize(
    ("proofs", "details", "verdict_expected"),
    [
        ("fact(circular_acknowledged, about=x, share>=0.9)", {"acknowledged": 9, "of": 10}, Verdict.PROVEN),
        ("fact(circular_acknowledged, about=x, share>=0.9)", {"acknowledged": 8, "of": 10}, Verdict.UNPROVEN),
        ("fact(circular_acknowledged, about=x, share>=0.9)", {}, Verdict.UNPROVEN),
        (
            "fact(circular_acknowledged, about=x, channels>=2)",
            {"channels": ["เว็บไซต์", "LINE"]},
            Verdict.PROVEN,
        ),
        ("fact(circular_acknowledged, about=x, channels>=2)", {"channels": ["LINE"]}, Verdict.UNPROVEN),
        ("fact(circular_acknowledged, about=x, by=every unit)", {"units": ["ก", "ข"]}, Verdict.PROVEN),
        ("fact(circular_acknowledged, about=x, by=every unit)", {"units": ["ก"]}, Verdict.UNPROVEN),
        ("fact(circular_acknowledged, about=x, min=2)", {}, Verdict.UNPROVEN),
    ],
)
def test_a_fact_must_carry_what_the_proof_asks_of_it(
    proofs: str, details: dict[str, Any], verdict_expected: Verdict
) -> None:
    found = verdict(proofs, fact("circular_acknowledged", "x", **details), units=("ก", "ข"))
    assert found.verdict is verdict_expected


def test_a_joined_proof_is_as_good_as_its_worst_part() -> None:
    proofs = f"{MEETING}; fact(order_issued, about=spending_tracking)"
    meeting = fact("meeting_held", "service", number=1)
    assert verdict(proofs, meeting).verdict is Verdict.UNPROVEN
    word = fact("order_issued", "spending_tracking", origin=Origin.WORD, number=2)
    found = verdict(proofs, meeting, word)
    assert (found.verdict, found.origin, found.entries) == (Verdict.ATTESTED, Origin.WORD, (1, 2))


def test_either_of_two_proofs_is_enough_under_any() -> None:
    proofs = f"{MEETING}; fact(order_issued, about=spending_tracking)"
    found = verdict(proofs, fact("meeting_held", "service"), join="any")
    assert (found.verdict, found.entries) == (Verdict.PROVEN, (1,))


def test_nobodys_word_outweighs_a_record_that_contradicts() -> None:
    attested = fact("statement_attested", period=YEAR, measure=1, kind="outcome", text="ข้อความ", number=4)
    low = figure("surveys.public_understanding_property", value="2.10", scale="A", sample=50)
    proofs = "indicator(surveys.public_understanding_property >= high); attest()"
    found = verdict(proofs, attested, low, kind=StatementKind.OUTCOME, join="any")
    assert found.verdict is Verdict.CONTRADICTED
    assert "๒.๑" in found.sentence


def test_an_attestation_holds_for_the_wording_it_was_given_for() -> None:
    given_for = fact(
        "statement_attested", period=YEAR, measure=1, kind="step", text="ข้อความ", position="ปลัด อบต."
    )
    other = fact("statement_attested", period=YEAR, measure=1, kind="step", text="ข้อความอื่น")
    found = verdict("attest()", given_for)
    assert (found.verdict, found.note) == (Verdict.ATTESTED, "ปลัด อบต.รับรอง")
    assert verdict("attest()", other).reason is Reason.MISSING


# -- no complaints ----------------------------------------------------------------------------------------


def test_not_known_is_not_zero() -> None:
    found = verdict("zero(topics=all)", kind=StatementKind.OUTCOME)
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)


def test_a_stated_zero_is_attested_and_never_proven() -> None:
    stated = figure("complaints.received", value="0", on=YEAR.end)
    found = verdict("zero(topics=all)", stated, kind=StatementKind.OUTCOME)
    assert (found.verdict, found.entries) == (Verdict.ATTESTED, (9,))


def test_a_zero_of_the_first_days_says_nothing_of_the_rest_of_the_year() -> None:
    early = figure("complaints.received", value="0", on=date(2024, 10, 2))
    found = verdict("zero(topics=all)", early, kind=StatementKind.OUTCOME)
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)
    some = figure("complaints.received", value="1", on=date(2024, 10, 2))
    assert verdict("zero(topics=all)", some, kind=StatementKind.OUTCOME).verdict is Verdict.CONTRADICTED


def test_last_years_figure_does_not_speak_for_this_year() -> None:
    late = fact(
        "figure_stated",
        "complaints.received",
        on=date(2024, 10, 15),
        period=Period.fiscal_year(2567),
        value="5",
    )
    found = verdict("zero(topics=all)", late, kind=StatementKind.OUTCOME)
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)


@pytest.mark.parametrize(
    ("proofs", "papers", "words"),
    [
        ("fact(circular_acknowledged, about=x, min=2)", {}, {}),
        ("fact(circular_acknowledged, about=x, by=every unit)", {"units": ["ก"]}, {"units": ["ข"]}),
        (
            "fact(circular_acknowledged, about=x, channels>=2)",
            {"channels": ["LINE"]},
            {"channels": ["เว็บไซต์"]},
        ),
        ("fact(circular_acknowledged, about=x, share>=0.9)", {}, {"acknowledged": 10, "of": 10}),
        ("fact(circular_acknowledged, about=x, share>=0.9)", {"acknowledged": 10, "of": 10}, {}),
    ],
)
def test_nobodys_word_fills_up_what_papers_lack(
    proofs: str, papers: dict[str, Any], words: dict[str, Any]
) -> None:
    paper = fact("circular_acknowledged", "x", origin=Origin.DOCUMENT, number=1, **papers)
    word = fact("circular_acknowledged", "x", origin=Origin.WORD, number=2, **words)
    found = verdict(proofs, paper, word, units=("ก", "ข"))
    assert (found.verdict, found.origin) == (Verdict.ATTESTED, Origin.WORD)


def test_a_ratio_without_its_denominator_says_nothing() -> None:
    found = verdict("ratio(services.with_manual = 1)", figure("services.with_manual", value="1"))
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)


def test_notes_say_no_figures_of_internal_records() -> None:
    inside = replace(fact("circular_acknowledged", "x", acknowledged=3, of=10), public=False)
    found = verdict("fact(circular_acknowledged, about=x, share>=0.9)", inside)
    assert "30" not in found.note


def test_complaints_on_record_contradict_and_the_true_figure_is_said() -> None:
    stated = figure("complaints.received", value="3", parts={"finished": "2"}, on=YEAR.end)
    found = verdict("zero(topics=all)", stated, kind=StatementKind.OUTCOME)
    assert found.verdict is Verdict.CONTRADICTED
    assert found.sentence == "มีเรื่องร้องเรียน ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"


def test_a_claim_about_one_subject_is_tested_against_that_subject_alone() -> None:
    stated = figure(
        "complaints.received",
        on=YEAR.end,
        value="3",
        parts={"finished": "2"},
        topics={"service": {"value": "3", "finished": "2"}, "procurement": {"value": "0", "finished": "0"}},
    )
    about_service = verdict("zero(topics=service)", stated, kind=StatementKind.OUTCOME)
    assert about_service.sentence == "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"
    assert verdict("zero(topics=procurement)", stated, kind=StatementKind.OUTCOME).verdict is Verdict.ATTESTED
    unqualified = verdict("zero(topics=all)", stated, kind=StatementKind.OUTCOME)
    assert unqualified.verdict is Verdict.CONTRADICTED
    people = verdict("zero(topics=people)", stated, kind=StatementKind.OUTCOME)
    assert people.reason is Reason.NOT_KNOWN  # the total does not say of which subject


# -- figures ----------------------------------------------------------------------------------------------

SATISFACTION = "indicator(surveys.service_satisfaction = highest, needs=mean+sample+scale)"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"value": "4.56", "scale": "A", "sample": 320}, Verdict.ATTESTED),
        ({"value": "4.30", "scale": "A", "sample": 320}, Verdict.CONTRADICTED),
        ({"value": "4.30", "scale": "B", "sample": 320}, Verdict.ATTESTED),
        ({"value": "4.56", "scale": "A"}, Verdict.UNPROVEN),
        ({"value": "4.56", "sample": 320}, Verdict.UNPROVEN),
        ({"value": "4.56", "scale": "Z", "sample": 320}, Verdict.UNPROVEN),
    ],
)
def test_the_highest_satisfaction_needs_mean_sample_and_the_named_scale(
    stated: dict[str, Any], expected: Verdict
) -> None:
    found = verdict(
        SATISFACTION, figure("surveys.service_satisfaction", **stated), kind=StatementKind.OUTCOME
    )
    assert found.verdict is expected
    if expected is Verdict.CONTRADICTED:
        assert found.sentence == "ผู้รับบริการมีความพึงพอใจในระดับมาก ค่าเฉลี่ย ๔.๓๐ จากผู้ตอบ ๓๒๐ คน เกณฑ์ ๔.๕๑–๕.๐๐"


@pytest.mark.parametrize(
    ("score", "expected"), [("85.00", Verdict.ATTESTED), ("84.99", Verdict.CONTRADICTED)]
)
def test_passing_the_ita_needs_the_score_of_that_years_rule(score: str, expected: Verdict) -> None:
    stated = figure("ita.result", value=score, on=date(2025, 8, 18))
    found = verdict("indicator(ita.result = pass, rule=of that year)", stated, kind=StatementKind.OUTCOME)
    assert found.verdict is expected


@pytest.mark.parametrize(("said", "expected"), [(22, Verdict.ATTESTED), (21, Verdict.CONTRADICTED)])
def test_a_figure_in_the_wording_is_compared_with_its_indicator(said: int, expected: Verdict) -> None:
    found = verdict(f"figure(services.manuals = {said})", figure("services.manuals", value="22"))
    assert found.verdict is expected
    if expected is Verdict.CONTRADICTED:
        assert found.sentence == "มีคู่มือสำหรับประชาชน ๒๒ กระบวนงาน"


def test_every_service_means_all_of_them() -> None:
    all_of_them = figure("services.with_manual", value="18", of="18")
    most_of_them = figure("services.with_manual", value="17", of="18")
    assert verdict("ratio(services.with_manual = 1)", all_of_them).verdict is Verdict.ATTESTED
    found = verdict("ratio(services.with_manual = 1)", most_of_them)
    assert found.sentence == "มีคู่มือการให้บริการประชาชน ๑๗ งานบริการ จากทั้งหมด ๑๘ งานบริการ"


def test_what_is_missing_and_reported_is_not_held_against_the_office() -> None:
    proofs = "indicator(assets.missing = 0 or reported)"
    missing = figure("assets.missing", value="2")
    assert verdict(proofs, missing, kind=StatementKind.OUTPUT).verdict is Verdict.CONTRADICTED
    reported = fact("shortfall_reported", number=12)
    found = verdict(proofs, missing, reported, kind=StatementKind.OUTPUT)
    assert (found.verdict, found.entries) == (Verdict.ATTESTED, (9, 12))


def test_a_figure_at_the_end_is_not_taken_from_the_middle_of_the_year() -> None:
    early = figure("channels.alive", value="5", on=date(2024, 12, 1))
    late = figure("channels.alive", value="5", on=date(2025, 9, 30))
    proofs = "indicator(channels.alive >= 4)"
    assert verdict(proofs, early, window="at end", kind=StatementKind.OUTCOME).reason is Reason.NOT_KNOWN
    assert verdict(proofs, late, window="at end", kind=StatementKind.OUTCOME).verdict is Verdict.ATTESTED


# -- what must hold for any proof ---------------------------------------------------------------------------

PARTS = [MEETING, "zero(topics=all)", "figure(services.manuals = 22)", "attest()", SATISFACTION]
FACTS = [
    fact("meeting_held", "service", number=1),
    fact("meeting_held", "service", number=2, origin=Origin.WORD),
    fact("meeting_held", "service", number=3, on=date(2023, 1, 1)),
    figure("complaints.received", number=4, value="0", on=YEAR.end),
    figure("complaints.received", number=5, value="2", on=date(2025, 4, 1)),
    figure("services.manuals", number=6, value="22"),
    fact("statement_attested", period=YEAR, measure=1, kind="step", text="ข้อความ", number=7),
]


@given(
    st.lists(st.sampled_from(PARTS), max_size=4),
    st.lists(st.sampled_from(FACTS), unique_by=lambda f: f.number),
    st.sampled_from(["all", "any"]),
    st.sampled_from(StatementKind),
)
def test_proven_always_has_a_citation_and_never_rests_on_a_word(
    parts: list[str], facts: list[Fact], join: str, kind: StatementKind
) -> None:
    found = verdict("; ".join(parts), *facts, join=join, kind=kind)
    if found.verdict is Verdict.PROVEN:
        assert found.entries
        assert found.origin in {Origin.WORK, Origin.DOCUMENT}
    if found.verdict is Verdict.CONTRADICTED:
        assert found.sentence
        assert found.entries
    assert (found.verdict is Verdict.UNPROVEN) == (found.reason is not Reason.NONE)
    assert set(found.entries) <= {f.number for f in facts}
