"""From proofs and evidence to verdicts. Pure: everything comes in as values.

Rules (docs/adr): steps and outputs are proven by facts of origin work or document, outcomes and figures by work
alone; what somebody says or types is attested at best; a joined proof is as good as its worst part; records that say
otherwise contradict, and nobody's word can outweigh them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import eq, ge, gt, le, lt

from prongsai.kernel.contracts import Origin, Period, Question, Reading, Reason, StatementKind, Verdict
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of, short_date
from prongsai.kernel.zero import why_not_zero
from prongsai.modules.measures import rules
from prongsai.modules.measures.claims import lacking
from prongsai.modules.measures.evidence import Evidence, Fact
from prongsai.modules.measures.figures import STATED, sentence, share_of, stated_reading
from prongsai.modules.measures.notation import LEVELS, ProofTerm, parse_term
from prongsai.modules.measures.words import describe

ATTESTED = "statement_attested"
SHORTFALL = "shortfall_reported"
COVERAGE = "channels.coverage"
KNOWN = "known"  # the part of a reading that says: no less than this
OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {">=": ge, "<=": le, "=": eq, ">": gt, "<": lt}

_WORST_LAST = (Verdict.PROVEN, Verdict.ATTESTED, Verdict.UNPROVEN, Verdict.CONTRADICTED)
# Under "any", a record that contradicts outweighs somebody's word, and only a proof outweighs the record.
_BEST_FIRST = (Verdict.PROVEN, Verdict.CONTRADICTED, Verdict.ATTESTED, Verdict.UNPROVEN)
_ORIGIN_WORST_LAST = (Origin.WORK, Origin.DOCUMENT, Origin.WORD)


@dataclass(frozen=True)
class Claim:
    """What is being judged: a statement with its place, wording and period."""

    measure: int
    kind: StatementKind
    text: str
    period: Period
    number: int = 0


@dataclass(frozen=True)
class Finding:
    """What one term, or a joined proof, comes to."""

    verdict: Verdict
    reason: Reason = Reason.NONE
    origin: Origin | None = None
    entries: tuple[int, ...] = ()
    note: str = ""
    sentence: str = ""  # the true figure, when contradicted
    lacks: str = ""  # the indicator that is not known
    unkept: bool = False  # nobody keeps it in the system: the office may state it


def unproven(reason: Reason, note: str) -> Finding:
    return Finding(Verdict.UNPROVEN, reason=reason, note=note)


def judge(claim: Claim, terms: Sequence[ProofTerm], *, join: str, evidence: Evidence) -> Finding:
    """The verdict on a claim. A claim without any proof is unproven (missing)."""
    return together(claim, terms, judge_each(claim, terms, evidence=evidence), join=join)


def judge_each(claim: Claim, terms: Sequence[ProofTerm], *, evidence: Evidence) -> list[Finding]:
    """What each term comes to by itself."""
    return [_TERMS[term.name](claim, term, evidence) for term in terms]


def together(claim: Claim, terms: Sequence[ProofTerm], findings: Sequence[Finding], *, join: str) -> Finding:
    """What the terms come to together: the verdict on the claim.

    A wording that says that nobody complained is proven by a zero of all that it speaks of, and by no other record.
    """
    found = joined(findings, join=join)
    if found.verdict is not Verdict.PROVEN or not (asked := lacking(claim.text, terms, join)):
        return found
    named = " ".join(f"“{describe(parse_term(each))}”" for each in asked)
    return unproven(Reason.MISSING, f"ข้อความกล่าวว่าไม่มีเรื่องร้องเรียน แต่หลักฐานที่ผูกไว้ไม่ได้พิสูจน์ข้อนี้ ต้องผูก {named}")


def joined(findings: Sequence[Finding], *, join: str) -> Finding:
    """What findings come to together, whatever the wording says. Without any it is unproven (missing)."""
    if not findings:
        return unproven(Reason.MISSING, "ยังไม่ได้ผูกหลักฐานกับข้อความนี้")
    return _any(findings) if join == "any" else _all(findings)


def _all(findings: Sequence[Finding]) -> Finding:
    worst = max(findings, key=lambda f: _WORST_LAST.index(f.verdict))
    same = [f for f in findings if f.verdict == worst.verdict]
    return replace(
        worst,
        origin=_worst_origin(findings),
        entries=_merged(f.entries for f in findings),
        note=_joined((f.note for f in same), " · "),
        sentence=_joined((f.sentence for f in same), " "),
    )


def _any(findings: Sequence[Finding]) -> Finding:
    best = min(findings, key=lambda f: _BEST_FIRST.index(f.verdict))
    same = [f for f in findings if f.verdict == best.verdict]
    if best.verdict is Verdict.UNPROVEN:
        return replace(best, note=_joined((f.note for f in same), " หรือ"))
    return replace(best, entries=_merged(f.entries for f in same), origin=_worst_origin(same))


def _worst_origin(findings: Sequence[Finding]) -> Origin | None:
    origins = [f.origin for f in findings if f.origin is not None]
    return max(origins, key=_ORIGIN_WORST_LAST.index) if origins else None


def _merged(groups: Sequence[tuple[int, ...]] | object) -> tuple[int, ...]:
    return tuple(sorted({number for group in groups for number in group}))  # type: ignore[attr-defined]


def _joined(parts: object, glue: str) -> str:
    return glue.join(dict.fromkeys(part for part in parts if part))  # type: ignore[attr-defined]


# -- facts ------------------------------------------------------------------------------------------------


def _fact(claim: Claim, term: ProofTerm, evidence: Evidence) -> Finding:
    what = _what(term)
    found = [] if registry().is_private(term.key) else evidence.of(term.key, term.about)
    if not found:
        return unproven(Reason.MISSING, f"ยังไม่มีบันทึก: {what}")
    inside = [
        f
        for f in found
        if term.window.admits(occurred_on=f.occurred_on, about=f.about_period, period=claim.period)
    ]
    if not inside:
        days = ", ".join(short_date(f.occurred_on) for f in found[-3:])
        return unproven(Reason.OUTSIDE_WINDOW, f"มีบันทึก {what} เมื่อ {days} แต่อยู่นอกช่วงเวลาที่ใช้พิสูจน์ได้")
    return _carried(claim, term, inside, evidence)


def _entry(claim: Claim, term: ProofTerm, evidence: Evidence) -> Finding:
    """A record that somebody picked. Of what is internal nothing is said but its number."""
    what = f"หลักฐาน {term.entry}"
    fact = evidence.picked.get(term.entry)
    if fact is None:
        return unproven(Reason.MISSING, f"{what} ไม่อยู่ในทะเบียนหรือถูกถอนแล้ว")
    if not pickable(fact.kind):
        return unproven(Reason.MISSING, f"{what} เป็นบันทึกขั้นตอนของระบบ ใช้พิสูจน์ข้อความไม่ได้")
    if not term.window.admits(occurred_on=fact.occurred_on, about=fact.about_period, period=claim.period):
        day = short_date(fact.occurred_on)
        return unproven(Reason.OUTSIDE_WINDOW, f"{what} เกิดเมื่อ {day} อยู่นอกช่วงเวลาที่ใช้พิสูจน์ได้")
    return _carried(claim, term, [fact], evidence)


def pickable(kind: str) -> bool:
    """Whether a record of this kind may be picked: work and papers, not figures, words, the plan's own acts or a citizen's
    single matter."""
    known = registry()
    module = known.modules.get("measures")
    own = {each.key for each in module.fact_kinds if not each.provisional} if module else set()
    counts = {carrier for indicator in known.indicators.values() for carrier in indicator.carriers}
    return kind in known.fact_kinds and not known.is_private(kind) and kind not in own | counts


def _carried(claim: Claim, term: ProofTerm, inside: Sequence[Fact], evidence: Evidence) -> Finding:
    """Facts that fit: those good enough to prove must meet the term by themselves; nobody's word fills them up."""
    accepted = (Origin.WORK,) if claim.kind is StatementKind.OUTCOME else (Origin.WORK, Origin.DOCUMENT)
    if term.share is not None:
        accepted = (Origin.WORK,)  # a share on paper is a figure typed by hand
    good = [f for f in inside if f.origin in accepted]
    if good and not _falls_short(term, good, evidence):
        return Finding(Verdict.PROVEN, origin=_worst(good), entries=tuple(f.number for f in good))
    entries = tuple(f.number for f in inside)
    short = _falls_short(term, inside, evidence)
    if short:
        shown = short if all(f.public for f in inside) else "ยังไม่ครบตามที่กล่าว"  # nothing of what is internal
        return replace(unproven(Reason.MISSING, f"{_what(term)}: {shown}"), entries=entries)
    worst = _worst(inside)
    note = "มีเพียงคำบอกเล่า ยังไม่มีเอกสาร" if worst is Origin.WORD else "บันทึกจากเอกสาร ไม่ได้เกิดจากงานในระบบ"
    return Finding(Verdict.ATTESTED, origin=worst, entries=entries, note=note)


def _worst(facts: Sequence[Fact]) -> Origin:
    return max((f.origin for f in facts), key=_ORIGIN_WORST_LAST.index)


def _falls_short(term: ProofTerm, inside: Sequence[Fact], evidence: Evidence) -> str:
    """What is still lacking beside the facts being there; empty when nothing is."""
    if len(inside) < term.minimum:
        return f"มี {len(inside)} ครั้ง ต้องมี {term.minimum} ครั้ง"
    if term.share is not None:
        best = max((_acknowledged(f) for f in inside), default=Decimal(0))
        if best < term.share:
            return f"รับทราบแล้วร้อยละ {best * 100:.0f} ต้องถึงร้อยละ {term.share * 100:.0f}"
    if term.channels:
        channels = {channel for f in inside for channel in f.payload.get("channels", ())}
        if len(channels) < term.channels:
            return f"ผ่าน {len(channels)} ช่องทาง ต้องมีอย่างน้อย {term.channels} ช่องทาง"
    if term.every_unit:
        covered = {f.unit for f in inside} | {u for f in inside for u in f.payload.get("units", ())}
        lacking = sorted(evidence.units - covered)
        if lacking or not evidence.units:
            return f"ยังขาด {', '.join(lacking)}" if lacking else "ยังไม่มีส่วนราชการในระบบ"
    return ""


def _acknowledged(fact: Fact) -> Decimal:
    of = Decimal(str(fact.payload.get("of") or 0))
    return Decimal(str(fact.payload.get("acknowledged") or 0)) / of if of else Decimal(0)


def _what(term: ProofTerm) -> str:
    """The kind and the thing in Thai: ออกประกาศ แนวทางการประพฤติตนทางจริยธรรม."""
    known = registry()
    kind = known.fact_kinds[term.key].title if term.key in known.fact_kinds else term.key
    about = known.abouts[term.about].title if term.about in known.abouts else term.about
    return f"{kind} {about}".strip()


def _attest(claim: Claim, term: ProofTerm, evidence: Evidence) -> Finding:
    mine = [
        f
        for f in evidence.of(ATTESTED)
        if (f.payload.get("measure"), f.payload.get("kind"), f.payload.get("text"))
        == (claim.measure, claim.kind.value, claim.text)
        and f.about_period is not None
        and f.about_period.overlaps(claim.period)
    ]
    if not mine:
        return unproven(Reason.MISSING, "ยังไม่มีผู้รับรองข้อความนี้")
    by = mine[-1].payload.get("position") or "เจ้าหน้าที่"
    return Finding(Verdict.ATTESTED, origin=Origin.WORD, entries=(mine[-1].number,), note=f"{by}รับรอง")


# -- figures ----------------------------------------------------------------------------------------------


def _read(term: ProofTerm, key: str, question: Question, evidence: Evidence) -> Reading:
    """The indicator's reading from records; where the office keeps none in the system, the figure that it stated."""
    known = registry()
    indicator = known.indicators.get(key)
    if indicator is None:
        return Reading(None, as_of=question.period.end, note=f"ไม่รู้จักตัวชี้วัด {key}")
    if indicator.provisional:
        return stated_reading(evidence, key, question, term.window)
    if key not in known.stated:
        return indicator.read(question)
    if indicator.carriers and not any(evidence.of(kind) for kind in indicator.carriers):
        return replace(stated_reading(evidence, key, question, term.window), unkept=True)
    reading = indicator.read(question)
    return (
        _standing_in(reading, stated_reading(evidence, key, question, term.window))
        if reading.unkept
        else reading
    )


def _standing_in(reading: Reading, stated: Reading) -> Reading:
    """What the office stated, for a period of which the system has a part; never less than that part."""
    if stated.value is None or stated.value < reading.parts.get(KNOWN, Decimal(0)):
        return reading
    return replace(stated, unkept=True)


def _title(key: str) -> str:
    indicator = registry().indicators.get(key)
    return indicator.title if indicator else key


def _not_known(key: str, reading: Reading) -> Finding:
    found = unproven(Reason.NOT_KNOWN, f"{_title(key)}: {reading.note or 'ไม่มีข้อมูล'}")
    return replace(found, lacks=key, unkept=reading.unkept)


def _comparison(claim: Claim, term: ProofTerm, evidence: Evidence) -> Finding:
    question = Question(claim.period, topics=term.topics, about=term.about)
    reading = _read(term, term.key, question, evidence)
    if reading.value is None:
        return _not_known(term.key, reading)
    lacking = _lacking(term, reading)
    if lacking:
        return unproven(Reason.NOT_KNOWN, f"{_title(term.key)}: ไม่ได้ระบุ{lacking}")
    holds = _holds(term, reading, claim.period)
    if holds is None:
        return unproven(Reason.NOT_KNOWN, f"{_title(term.key)}: เทียบเกณฑ์ไม่ได้")
    if holds:
        return _figure_carries(reading)
    if term.or_reported:
        reported = [
            f for f in evidence.of(SHORTFALL)
            if term.window.admits(occurred_on=f.occurred_on, about=f.about_period, period=claim.period)
        ]  # fmt: skip
        if reported:
            carried = _figure_carries(reading)
            return replace(carried, entries=_merged([carried.entries, tuple(f.number for f in reported)]))
    return Finding(
        Verdict.CONTRADICTED,
        origin=reading.origin,
        entries=reading.entries,
        sentence=sentence(term.key, question, reading),
    )


def _figure_carries(reading: Reading) -> Finding:
    if not reading.entries:
        return unproven(Reason.NOT_KNOWN, "ตัวเลขนี้ไม่มีรายการในทะเบียนรองรับ")
    if reading.origin is Origin.WORK:
        return Finding(Verdict.PROVEN, origin=Origin.WORK, entries=reading.entries)
    return Finding(Verdict.ATTESTED, origin=reading.origin, entries=reading.entries, note="ตัวเลขที่หน่วยงานแจ้ง")


def _lacking(term: ProofTerm, reading: Reading) -> str:
    """What a survey figure must state and does not: the sample size, the named scale."""
    names = []
    if "sample" in term.needs and not reading.sample:
        names.append("จำนวนผู้ตอบ")
    if ("scale" in term.needs or term.threshold in LEVELS) and not reading.scale:
        names.append("เกณฑ์แปลผล")
    return "และ".join(names)


def _holds(term: ProofTerm, reading: Reading, period: Period) -> bool | None:
    """Whether the reading meets the threshold; None when it cannot be compared."""
    assert reading.value is not None
    compare = OPERATORS[term.operator]
    if term.threshold in LEVELS:
        level = rules.level_of(reading.value, reading.scale)
        if level is None:
            return None
        return compare(Decimal(LEVELS.index(level)), Decimal(LEVELS.index(str(term.threshold))))
    if term.threshold == "pass":
        mark = rules.ita_pass_mark(fiscal_year_of(period.end))
        return None if mark is None else reading.value >= mark
    threshold = Decimal(str(term.threshold))
    if term.name == "ratio" and reading.of is None:
        return None  # a ratio without its denominator says nothing of "every"
    is_share = term.name == "ratio" or threshold != threshold.to_integral()
    value = share_of(reading) if is_share else reading.value
    return None if value is None else compare(value, threshold)


def _figure(claim: Claim, term: ProofTerm, evidence: Evidence) -> Finding:
    """A figure in the wording: equal to what the indicator counts (a denominator does not matter here)."""
    question = Question(claim.period, topics=term.topics, about=term.about)
    reading = _read(term, term.key, question, evidence)
    if reading.value is None:
        return _not_known(term.key, reading)
    if OPERATORS[term.operator](reading.value, Decimal(str(term.threshold))):
        return _figure_carries(reading)
    return Finding(
        Verdict.CONTRADICTED,
        origin=reading.origin,
        entries=reading.entries,
        sentence=sentence(term.key, question, reading),
    )


def _zero(claim: Claim, term: ProofTerm, evidence: Evidence) -> Finding:
    """No complaints: a count of zero while the channels were open. Not known is not zero."""
    question = Question(claim.period, topics=term.topics)
    received = _read(term, term.key, question, evidence)
    at_least = received.parts.get(KNOWN, Decimal(0)) if received.value is None else received.value
    if at_least > 0:
        return Finding(
            Verdict.CONTRADICTED,
            origin=received.origin,
            entries=received.entries,
            note=received.note,
            sentence=sentence(term.key, question, replace(received, value=at_least)),
        )
    if received.value is None:
        return _not_known(term.key, received)
    if received.origin is not Origin.WORK:
        return _figure_carries(received)
    counted = _figure_carries(received)
    counted = replace(counted, note=counted.note or received.note)  # what the zero leaves out stands with it
    return _all([counted, _while_open(term, question, evidence)])


def _while_open(term: ProofTerm, question: Question, evidence: Evidence) -> Finding:
    """Whether the channels were open enough for a zero to mean that nobody wrote; proven, it says through which."""
    coverage = _read(term, COVERAGE, question, evidence)
    if why := why_not_zero(coverage):
        return replace(unproven(Reason.NOT_KNOWN, ""), lacks=COVERAGE, unkept=coverage.unkept, note=why)
    carried = _figure_carries(coverage)
    return replace(carried, note=carried.note or sentence(COVERAGE, question, coverage))


_TERMS: dict[str, Callable[[Claim, ProofTerm, Evidence], Finding]] = {
    "fact": _fact,
    "indicator": _comparison,
    "ratio": _comparison,
    "figure": _figure,
    "zero": _zero,
    "entry": _entry,
    "alive": _fact,  # a page or channel found working is a fact like any other
    "attest": _attest,
}


def facts_needed(terms: Sequence[ProofTerm]) -> set[tuple[str, str]]:
    """The facts that judging these terms looks at: kind, and what they are about ("" for anything)."""
    needed = {(term.key, term.about) for term in terms if term.name in {"fact", "alive"}}
    figures = {term.key for term in terms if term.name in {"indicator", "ratio", "figure", "zero"}}
    if any(term.name == "zero" for term in terms):
        figures.add(COVERAGE)
    needed |= {(STATED, key) for key in figures}
    known = registry().indicators
    needed |= {(kind, "") for key in figures if key in known for kind in known[key].carriers}
    if any(term.name == "attest" for term in terms):
        needed.add((ATTESTED, ""))
    if any(term.or_reported for term in terms):
        needed.add((SHORTFALL, ""))
    return needed


def numbers_needed(terms: Sequence[ProofTerm]) -> set[int]:
    """The records that these terms pick by number."""
    return {term.entry for term in terms if term.entry}
