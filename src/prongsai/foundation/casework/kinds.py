"""Kinds of case, and what the ledger keeps about casework itself. Facts of cases are of the kinds that modules name."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import FactKind
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.registry import registry

DAY_SET = "office_day_set"
DAY_REMOVED = "office_day_removed"
CASE_PUBLISHED = "case_published"
CASE_UNPUBLISHED = "case_unpublished"
CASE_ERASED = "case_erased"
CASE_ANSWER_RECORDED = "case_answer_recorded"
CASE_CODE_RENEWED = "case_code_renewed"
CASE_UNMERGED = "case_unmerged"

KINDS = (
    FactKind(DAY_SET, "กำหนดวันหยุดหรือวันทำการพิเศษ", "Day off or extra working day set"),
    FactKind(DAY_REMOVED, "ยกเลิกวันหยุดหรือวันทำการพิเศษ", "Day off or extra working day removed"),
    FactKind(CASE_PUBLISHED, "เผยแพร่เรื่องต่อสาธารณะ", "Case shown to the public"),
    FactKind(CASE_UNPUBLISHED, "เลิกเผยแพร่เรื่อง", "Case no longer shown to the public"),
    FactKind(CASE_ERASED, "ลบข้อมูลส่วนบุคคลของเรื่อง", "Personal data of a case erased"),
    FactKind(
        CASE_ANSWER_RECORDED,
        "บันทึกคำตอบของผู้แจ้งว่าพอใจผลหรือไม่",
        "Citizen's answer to the closing question recorded",
    ),
    FactKind(CASE_CODE_RENEWED, "ออกรหัสติดตามเรื่องใหม่", "New tracking code of a case given out"),
    FactKind(CASE_UNMERGED, "แยกเรื่องที่รวมไว้ออก", "Joined case taken out again"),
)


def case_kind(key: str) -> CaseKind:
    """The kind of case called `key`. Raises InvalidInput when no module provides it."""
    found = registry().case_kinds.get(key)
    if found is None:
        raise InvalidInput(_("No such kind of case is known: %(kind)s") % {"kind": key}, field="kind")
    return found


class Titled(Protocol):
    """A kind, state, act, category …"""

    @property
    def title(self) -> str: ...

    @property
    def title_en(self) -> str: ...


def in_language(thai: str, english: str) -> str:
    """The Thai words, or the English ones on a page in English."""
    return thai if get_language() == "th" else english


def shown_title(thing: Titled) -> str:
    """Its title in the language of whoever reads."""
    return in_language(thing.title, thing.title_en)


def kinds_of_module(module: str) -> list[str]:
    """The keys of the kinds of case that a module provides."""
    return [kind.key for kind in registry().case_kinds.values() if kind.module == module]
