""" "No complaints": a counted zero, the channels it came through, and the figures of offices that count elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from prongsai.kernel.contracts import (
    FactKind,
    Indicator,
    Origin,
    Provides,
    Question,
    Reading,
    Reason,
    StatementKind,
    Verdict,
)
from prongsai.kernel.registry import Registry, registry
from prongsai.modules.measures import figures
from prongsai.modules.measures.mending import what_would_mend
from prongsai.modules.measures.notation import parse_terms
from prongsai.modules.measures.provides import PROVIDES as MEASURES
from prongsai.modules.measures.tests.test_verdicts import YEAR, fact, figure, verdict
from prongsai.modules.measures.verdicts import Claim, facts_needed, pickable

Plug = Callable[..., None]
ALL = "zero(topics=all)"
COUNTED = "months_counted"


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Plugs in a module that reads complaints and open channels from records."""

    def plug(
        received: Reading,
        *,
        open_days: int | None = 365,
        longest_gap: int | None = 0,
        of: int | None = 365,
        carriers: tuple[str, ...] = (),
    ) -> None:
        def read_coverage(question: Question) -> Reading:
            if open_days is None:
                return Reading(None, as_of=question.period.end, note="ยังไม่มีช่องทางในทะเบียน")
            parts = {} if longest_gap is None else {"longest_gap_days": Decimal(longest_gap)}
            opened, days = Decimal(open_days), None if of is None else Decimal(of)
            return Reading(opened, of=days, as_of=question.period.end, entries=(23,), parts=parts)

        def say(question: Question, reading: Reading) -> str:
            return f"มีเรื่องร้องเรียน {reading.value} เรื่อง"

        def say_open(question: Question, reading: Reading) -> str:
            return f"เปิดรับ ๒ ช่องทาง ได้แก่ เว็บไซต์และตู้รับเรื่อง เปิดใช้ได้ {reading.value} วัน"

        filled = Registry()
        filled.plug(MEASURES)
        kinds = (
            FactKind(COUNTED, "นับรายเดือน", "Months counted"),
            FactKind("complaint_closed", "ยุติเรื่องร้องเรียน", "Complaint closed", private=True),
        )
        indicators = (
            Indicator("complaints.received", "เรื่องร้องเรียน", "", lambda q: received, say, carriers=carriers),
            Indicator("channels.coverage", "ช่องทางที่เปิด", "", read_coverage, say_open),
        )
        filled.plug(Provides(module="counting", fact_kinds=kinds, indicators=indicators))
        monkeypatch.setattr("prongsai.kernel.registry._registry", filled)

    return plug


def counted(value: int | None, **more: object) -> Reading:
    given = {"entries": (21, 22), **more}
    return Reading(None if value is None else Decimal(value), as_of=YEAR.end, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("open_days", "longest_gap", "expected"),
    [
        (365, 0, Verdict.PROVEN),
        (365, None, Verdict.PROVEN),  # every day open leaves no gap
        (347, 3, Verdict.PROVEN),  # 95.06 %
        (347, None, Verdict.UNPROVEN),  # nobody says how long they were closed
        (346, 3, Verdict.UNPROVEN),  # 94.79 %
        (360, 4, Verdict.UNPROVEN),
        (None, 0, Verdict.UNPROVEN),
    ],
)
def test_a_counted_zero_is_proven_only_while_the_channels_were_open(
    counting: Plug, open_days: int | None, longest_gap: int | None, expected: Verdict
) -> None:
    counting(counted(0), open_days=open_days, longest_gap=longest_gap)
    found = verdict(ALL, kind=StatementKind.OUTCOME)
    assert found.verdict is expected
    if expected is Verdict.PROVEN:
        assert found.entries == (21, 22, 23)
        assert found.note.startswith("เปิดรับ ๒ ช่องทาง ได้แก่ เว็บไซต์และตู้รับเรื่อง")
    else:
        assert (found.reason, found.lacks) == (Reason.NOT_KNOWN, "channels.coverage")


def test_a_share_below_the_rule_is_not_rounded_up_to_it(counting: Plug) -> None:
    counting(counted(0), open_days=346, longest_gap=3)
    assert "ร้อยละ 94.79 ของวัน ขาดช่วงติดกันนานสุด 3 วัน" in verdict(ALL, kind=StatementKind.OUTCOME).note


@pytest.mark.parametrize("days", [1, 365])
def test_days_open_of_nobody_knows_how_many_are_no_share_of_the_year(counting: Plug, days: int) -> None:
    counting(counted(0), open_days=days, of=None)
    found = verdict(ALL, kind=StatementKind.OUTCOME)
    assert (found.verdict, found.reason, found.lacks) == (
        Verdict.UNPROVEN,
        Reason.NOT_KNOWN,
        "channels.coverage",
    )
    assert "ไม่ทราบว่าช่องทางร้องเรียนเปิดใช้ได้ตลอดหรือไม่" in found.note


def test_why_the_channels_are_not_known_is_said(counting: Plug) -> None:
    counting(counted(0), open_days=None)
    assert "ยังไม่มีช่องทางในทะเบียน" in verdict(ALL, kind=StatementKind.OUTCOME).note


def test_a_figure_that_no_entry_carries_proves_nothing(counting: Plug) -> None:
    counting(counted(0, entries=()))
    for proofs in ("figure(complaints.received = 0)", ALL):
        found = verdict(proofs, kind=StatementKind.OUTCOME)
        assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)


def test_a_counted_complaint_contradicts_however_open_the_channels_were(counting: Plug) -> None:
    counting(counted(1), open_days=None)
    found = verdict("zero(topics=service)", kind=StatementKind.OUTCOME)
    assert (found.verdict, found.sentence) == (Verdict.CONTRADICTED, "มีเรื่องร้องเรียน 1 เรื่อง")


# -- offices that count elsewhere ---------------------------------------------------------------------------


def test_where_nobody_counts_in_the_system_the_stated_figure_stands(counting: Plug) -> None:
    def never(question: Question) -> Reading:
        raise AssertionError("the ledger has nothing of it, so nothing is read")

    counting(counted(0), carriers=(COUNTED,))
    known = registry().indicators
    known["complaints.received"] = Indicator(
        "complaints.received", "", "", never, lambda q, r: "", carriers=(COUNTED,)
    )
    stated = figure("complaints.received", value="0", on=YEAR.end)
    assert verdict(ALL, stated, kind=StatementKind.OUTCOME).verdict is Verdict.ATTESTED
    nothing = verdict(ALL, kind=StatementKind.OUTCOME)
    assert (nothing.reason, nothing.unkept) == (Reason.NOT_KNOWN, True)


def test_where_it_is_counted_a_stated_figure_is_not_looked_at(counting: Plug) -> None:
    counting(counted(2), carriers=(COUNTED,))
    stated = figure("complaints.received", value="0", on=YEAR.end)
    found = verdict(ALL, stated, fact(COUNTED, "complaints"), kind=StatementKind.OUTCOME)
    assert (found.verdict, found.origin) == (Verdict.CONTRADICTED, Origin.WORK)


@pytest.mark.parametrize(
    ("known", "stated", "expected", "origin"),
    [
        (0, "0", Verdict.ATTESTED, Origin.DOCUMENT),
        (0, None, Verdict.UNPROVEN, None),
        (0, "2", Verdict.CONTRADICTED, Origin.DOCUMENT),
        (2, "0", Verdict.CONTRADICTED, Origin.WORK),  # a record outweighs what is stated
        (2, "3", Verdict.CONTRADICTED, Origin.DOCUMENT),
    ],
)
def test_of_a_year_that_is_counted_in_part_the_stated_figure_is_never_less_than_the_records(
    counting: Plug, known: int, stated: str | None, expected: Verdict, origin: Origin | None
) -> None:
    counting(counted(None, unkept=True, note="เปิดทะเบียนเมื่อ 1 ก.พ. 2568", parts={"known": Decimal(known)}))
    facts = [figure("complaints.received", value=stated, on=YEAR.end)] if stated else []
    found = verdict(ALL, *facts, kind=StatementKind.OUTCOME)
    assert (found.verdict, found.origin) == (expected, origin)
    if expected is Verdict.UNPROVEN:
        assert (found.unkept, "1 ก.พ. 2568" in found.note) == (True, True)
    else:
        assert found.entries


def test_a_register_that_disagrees_with_the_ledger_is_not_covered_up_by_a_statement(counting: Plug) -> None:
    counting(counted(None, note="ทะเบียนกับบันทึกไม่ตรงกัน"))
    found = verdict(ALL, figure("complaints.received", value="0", on=YEAR.end), kind=StatementKind.OUTCOME)
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)


# -- what would mend it --------------------------------------------------------------------------------------


def mend(proofs: str) -> list[tuple[str, str]]:
    claim = Claim(measure=1, kind=StatementKind.OUTCOME, text="ข้อความ", period=YEAR)
    terms = parse_terms(proofs)
    found = [verdict(proofs, kind=StatementKind.OUTCOME)]
    return [(way.act, way.indicator) for way in what_would_mend(claim, terms, found, join="all")]


def test_an_office_outside_the_module_is_asked_for_the_figure_and_another_waits(counting: Plug) -> None:
    counting(counted(None), carriers=(COUNTED,))
    assert mend(ALL) == [("state", "complaints.received")]
    counting(counted(None, note="ยังไม่นับเดือน ก.ย. 2568"))
    assert mend(ALL) == [("wait", "complaints.received")]
    counting(counted(0), open_days=None)
    assert mend(ALL) == [("wait", "channels.coverage")]


def test_what_may_be_stated_stays_so_when_a_module_reads_it_for_others(counting: Plug) -> None:
    counting(counted(0))
    assert figures.may_be_stated("complaints.received")
    assert figures.may_be_stated("ita.result")
    assert not figures.may_be_stated("measures.evidence_recorded")


def test_counts_are_loaded_with_the_evidence_and_picked_by_nobody(counting: Plug) -> None:
    counting(counted(0), carriers=(COUNTED,))
    assert (COUNTED, "") in facts_needed(parse_terms(ALL))
    assert not pickable(COUNTED)
    assert pickable("channel_opened")


def test_a_single_citizens_matter_carries_no_statement(counting: Plug) -> None:
    """Its day, subject and unit would be printed, and stand in the report that everybody may download."""
    counting(counted(0))
    assert not pickable("complaint_closed")
    found = verdict("fact(complaint_closed)", fact("complaint_closed"))
    assert (found.verdict, found.reason, found.entries) == (Verdict.UNPROVEN, Reason.MISSING, ())
