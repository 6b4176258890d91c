"""What would mend a statement that is not proven: the act, and when what proves has to have happened.

Each way is said in Thai and in English where it is found. The reasons of a verdict are Thai, as reports print them: English
quotes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import get_language, override

from prongsai.kernel.contracts import Origin, Period, StatementKind, Verdict
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of, short_date
from prongsai.kernel.thai.parse_dates import parse_period
from prongsai.modules.measures.claims import lacking
from prongsai.modules.measures.notation import ProofTerm, parse_term
from prongsai.modules.measures.verdicts import Claim, Finding
from prongsai.modules.measures.words import (
    admitted,
    describe,
    english_title,
    indicator_title,
    kind_title,
    of_what,
)

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
    sentence_en: str
    act: str
    kind: str = ""
    about: str = ""
    indicator: str = ""
    entry: int = 0
    window: Period | None = None
    place: tuple[int, str, int] = (0, "", 0)  # measure, kind and number of the statement

    @property
    def said(self) -> str:
        """The sentence in the reader's language."""
        return self.sentence if get_language() == "th" else self.sentence_en

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
        return (
            _mend(
                claim, "bind", "เลือกหลักฐานที่ใช้พิสูจน์ข้อความนี้", "Choose the evidence that proves this statement"
            ),
        )
    findings = list(zip(terms, parts, strict=True))
    if asked := lacking(claim.text, terms, join):
        named = " ".join(f"“{describe(parse_term(each))}”" for each in asked)
        thai, english = f"ผูกหลักฐาน {named} กับข้อความนี้", f"Bind {named} to this statement"
        return (_mend(claim, "bind", thai, english),)
    if join == "any" and any(found.verdict is Verdict.PROVEN for _, found in findings):
        return ()
    ways = [way for term, found in findings for way in _ways(claim, term, found, published=published)]
    if any(found.verdict is Verdict.CONTRADICTED for _, found in findings) and published:
        thai = "ถ้าตัวเลขถูกต้อง ให้พิมพ์ตามจริง หรือถอนข้อความนี้พร้อมเหตุผล"
        english = "If the figure is right, let the report print it, or withdraw the statement with a reason"
        ways.append(_mend(claim, "withdraw", thai, english))
    return tuple(dict.fromkeys(ways))


def _ways(claim: Claim, term: ProofTerm, found: Finding, *, published: bool) -> Sequence[Mend]:
    if found.verdict is Verdict.PROVEN:
        return ()
    if term.name == "attest":
        if found.verdict is Verdict.ATTESTED:
            return ()
        return (_attest(claim, published=published),)
    if term.name == "entry" and found.verdict is Verdict.UNPROVEN:
        thai, english = f"เลือกหลักฐานอื่นแทน: {found.note}", f"Choose other evidence instead: “{found.note}”"
        return (_mend(claim, "bind", thai, english),)
    if term.name in FIGURES:
        return _figure_ways(claim, term, found)
    if found.verdict is Verdict.ATTESTED:
        return _better_paper(claim, found)
    return (_record(claim, term, found),)


def _attest(claim: Claim, *, published: bool) -> Mend:
    if published:
        return _mend(
            claim, "attest", "ให้ผู้มีหน้าที่รับรองข้อความนี้", "Have whoever answers for it attest this statement"
        )
    english = "Attest this statement once the measures are announced"
    return _mend(claim, "attest", "รับรองข้อความนี้หลังประกาศมาตรการ", english)


def _better_paper(claim: Claim, found: Finding) -> Sequence[Mend]:
    """What only people said becomes a document when the paper is attached; outcomes need work."""
    if claim.kind is StatementKind.OUTCOME or found.origin is not Origin.WORD:
        return ()
    return tuple(
        _mend(
            claim,
            "replace",
            f"แนบเอกสารแทนคำบอกเล่าในหลักฐาน {number}",
            f"Attach a paper in place of what was only said in record {number}",
            entry=number,
        )
        for number in found.entries
    )


def _record(claim: Claim, term: ProofTerm, found: Finding) -> Mend:
    kind = "page_alive" if term.name == "alive" else term.key
    about, of = "", ""
    if term.about:
        about, of = f" {of_what(term.about)}", f" about “{english_title(registry().abouts, term.about)}”"
    window = admitted(term.window, claim.period)
    thai, english = _with_reason(
        f"บันทึกหลักฐาน “{kind_title(kind)}”{about} ที่เกิดขึ้นระหว่าง {short_date(window.start)} ถึง {short_date(window.end)}",
        f"Put on record “{english_title(registry().fact_kinds, kind)}”{of} that happened from {_day(window.start)} to {_day(window.end)}",
        found.note.partition(": ")[2] if found.entries else "",
    )
    return _mend(claim, "record", thai, english, kind=kind, about=term.about, window=window)


def _with_reason(thai: str, english: str, reason: str) -> tuple[str, str]:
    """Both sentences with what the verdict says is lacking."""
    return (f"{thai} ({reason})", f"{english} (“{reason}”)") if reason else (thai, english)


@lru_cache(1024)  # the statements of a plan mostly share their days
def _day(on: date) -> str:
    """14 Aug 2025, whatever language is spoken while statements are judged: what they come to is kept for everyone."""
    with override("en"):
        return date_format(on, "j M Y")


def _figure_ways(claim: Claim, term: ProofTerm, found: Finding) -> Sequence[Mend]:
    if found.verdict is Verdict.ATTESTED:
        return ()  # a figure that the office states stays attested until a module counts it
    return (_figure(claim, term, found.lacks or term.key, found),)


def _figure(claim: Claim, term: ProofTerm, key: str, found: Finding) -> Mend:
    title, title_en = indicator_title(key), english_title(registry().indicators, key)
    known = registry().indicators.get(key)
    stated = found.unkept or found.origin in {Origin.WORD, Origin.DOCUMENT}
    if known is not None and not known.provisional and not stated:
        thai, english = (
            f"“{title}” นับจากงานที่บันทึกในระบบ",
            f"“{title_en}” is counted from the work in the system",
        )
        if found.note:
            thai, english = f"{thai}: {found.note}", f"{english}: “{found.note}”"
        return _mend(claim, "wait", thai, english, indicator=key)
    window = admitted(term.window, claim.period)
    if found.verdict is Verdict.CONTRADICTED:
        thai = f"ตรวจตัวเลข “{title}” ถ้าแจ้งไว้ผิดให้แจ้งใหม่พร้อมเอกสาร"
        english = f"Check the figure “{title_en}”. If it was stated wrong, state it again with a paper"
    else:
        reason = found.note.partition(": ")[2].removeprefix(NO_FIGURE)
        thai, english = _with_reason(f"แจ้งตัวเลข “{title}”", f"State the figure “{title_en}”", reason)
    return _mend(claim, "state", thai, english, indicator=key, about=term.about, window=window)


def _mend(claim: Claim, act: str, thai: str, english: str, **more: Any) -> Mend:
    return Mend(thai, english, act, place=(claim.measure, claim.kind.value, claim.number), **more)


def due_on(text: str, period: Period) -> date:
    """When a statement has to be carried: the last day of its period, or the earlier day that its wording names."""
    found = _WITHIN.search(text)
    if found is None:
        return period.end
    named = parse_period(found.group(), fiscal_year_of(period.end))
    return named.end if named is not None and named.end in period else period.end
