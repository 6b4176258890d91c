"""What would mend a statement that is not proven: the act, and when what proves has to have happened. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from prongsai.kernel.contracts import Origin, Period, StatementKind, Verdict
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of, short_date
from prongsai.kernel.thai.parse_dates import parse_period
from prongsai.modules.measures.notation import ProofTerm
from prongsai.modules.measures.verdicts import Claim, Finding
from prongsai.modules.measures.words import admitted, indicator_title, kind_title, of_what

NO_FIGURE = "ยังไม่มีตัวเลข"  # what needs no saying where a figure is asked for
FIGURES = {"indicator", "ratio", "figure", "zero"}
_WITHIN = re.compile(r"ภายใน(?:วันที่|เดือน|ไตรมาส|สิ้นเดือน|\s)*[^ก-๎]{0,12}.{2,40}")


@dataclass(frozen=True)
class Mend:
    """One way to mend: `act` is record (evidence), state (a figure), attest, bind (other proofs), replace (a
    record with a paper), wait (a module counts it from work) or withdraw (the statement).

    `kind`, `about` and `indicator` are what the form begins with; `window` the days that count.
    """

    sentence: str
    act: str
    kind: str = ""
    about: str = ""
    indicator: str = ""
    entry: int = 0
    window: Period | None = None
    place: tuple[int, str, int] = (0, "", 0)  # measure, kind and number of the statement

    @property
    def query(self) -> str:
        """What the address of the form carries: the place, and what the form begins with."""
        measure, kind, number = self.place
        asked = {"fact": self.kind, "about": self.about, "indicator": self.indicator}
        known = {name: value for name, value in asked.items() if value}
        return urlencode({"measure": measure, "kind": kind, "number": number, **known})


def what_would_mend(
    claim: Claim,
    terms: Sequence[ProofTerm],
    parts: Sequence[Finding],
    *,
    join: str,
    published: bool = True,
) -> tuple[Mend, ...]:
    """What is to be done, one sentence each: under "all" every one of them, under "any" one is enough.

    `parts` is what each term comes to by itself. Nothing for a proven statement. `published`: only then a statement can be withdrawn or attested.
    """
    if not terms:
        return (_mend(claim, "bind", "เลือกหลักฐานที่ใช้พิสูจน์ข้อความนี้"),)
    findings = list(zip(terms, parts, strict=True))
    if join == "any" and any(found.verdict is Verdict.PROVEN for _, found in findings):
        return ()
    ways = [way for term, found in findings for way in _ways(claim, term, found, published=published)]
    if any(found.verdict is Verdict.CONTRADICTED for _, found in findings) and published:
        ways.append(_mend(claim, "withdraw", "ถ้าตัวเลขถูกต้อง ให้พิมพ์ตามจริง หรือถอนข้อความนี้พร้อมเหตุผล"))
    return tuple(dict.fromkeys(ways))


def _ways(claim: Claim, term: ProofTerm, found: Finding, *, published: bool) -> Sequence[Mend]:
    if found.verdict is Verdict.PROVEN:
        return ()
    if term.name == "attest":
        if found.verdict is Verdict.ATTESTED:
            return ()
        sentence = "ให้ผู้มีหน้าที่รับรองข้อความนี้" if published else "รับรองข้อความนี้หลังประกาศมาตรการ"
        return (_mend(claim, "attest", sentence),)
    if term.name == "entry" and found.verdict is Verdict.UNPROVEN:
        return (_mend(claim, "bind", f"เลือกหลักฐานอื่นแทน: {found.note}"),)
    if term.name in FIGURES:
        return _figure_ways(claim, term, found)
    if found.verdict is Verdict.ATTESTED:
        return _better_paper(claim, found)
    return (_record(claim, term, found),)


def _better_paper(claim: Claim, found: Finding) -> Sequence[Mend]:
    """What only people said becomes a document when the paper is attached; outcomes need work."""
    if claim.kind is StatementKind.OUTCOME or found.origin is not Origin.WORD:
        return ()
    return tuple(
        _mend(claim, "replace", f"แนบเอกสารแทนคำบอกเล่าในหลักฐาน {number}", entry=number)
        for number in found.entries
    )


def _record(claim: Claim, term: ProofTerm, found: Finding) -> Mend:
    kind = "page_alive" if term.name == "alive" else term.key
    about = f" {of_what(term.about)}" if term.about else ""
    window = admitted(term.window, claim.period)
    when = f"ที่เกิดขึ้นระหว่าง {short_date(window.start)} ถึง {short_date(window.end)}"
    lacking = found.note.partition(": ")[2] if found.entries else ""
    sentence = f"บันทึกหลักฐาน “{kind_title(kind)}”{about} {when}" + (f" ({lacking})" if lacking else "")
    return _mend(claim, "record", sentence, kind=kind, about=term.about, window=window)


def _figure_ways(claim: Claim, term: ProofTerm, found: Finding) -> Sequence[Mend]:
    if found.verdict is Verdict.ATTESTED:
        return ()  # a figure that the office states stays attested until a module counts it
    return (_figure(claim, term, found.lacks or term.key, found),)


def _figure(claim: Claim, term: ProofTerm, key: str, found: Finding) -> Mend:
    title = indicator_title(key)
    known = registry().indicators.get(key)
    stated = found.unkept or found.origin in {Origin.WORD, Origin.DOCUMENT}
    if known is not None and not known.provisional and not stated:
        return _mend(
            claim, "wait", f"“{title}” นับจากงานที่บันทึกในระบบ: {found.note}".rstrip(": "), indicator=key
        )
    window = admitted(term.window, claim.period)
    if found.verdict is Verdict.CONTRADICTED:
        sentence = f"ตรวจตัวเลข “{title}” ถ้าแจ้งไว้ผิดให้แจ้งใหม่พร้อมเอกสาร"
    else:
        lacking = found.note.partition(": ")[2].removeprefix(NO_FIGURE)
        sentence = f"แจ้งตัวเลข “{title}”" + (f" ({lacking})" if lacking else "")
    return _mend(claim, "state", sentence, indicator=key, about=term.about, window=window)


def _mend(claim: Claim, act: str, sentence: str, **more: Any) -> Mend:
    return Mend(sentence, act, place=(claim.measure, claim.kind.value, claim.number), **more)


def due_on(text: str, period: Period) -> date:
    """When a statement has to be carried: the last day of its period, or the earlier day that its wording names."""
    found = _WITHIN.search(text)
    if found is None:
        return period.end
    named = parse_period(found.group(), fiscal_year_of(period.end))
    return named.end if named is not None and named.end in period else period.end
