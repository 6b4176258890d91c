"""Kinds of case, and what the ledger keeps about casework itself. Facts of cases are of the kinds that modules name."""

from __future__ import annotations

from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import FactKind
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.registry import registry

DAY_SET = "office_day_set"
DAY_REMOVED = "office_day_removed"
CASE_PUBLISHED = "case_published"
CASE_UNPUBLISHED = "case_unpublished"
CASE_ERASED = "case_erased"

KINDS = (
    FactKind(DAY_SET, "กำหนดวันหยุดหรือวันทำการพิเศษ", "Day off or extra working day set"),
    FactKind(DAY_REMOVED, "ยกเลิกวันหยุดหรือวันทำการพิเศษ", "Day off or extra working day removed"),
    FactKind(CASE_PUBLISHED, "เผยแพร่เรื่องต่อสาธารณะ", "Case shown to the public"),
    FactKind(CASE_UNPUBLISHED, "เลิกเผยแพร่เรื่อง", "Case no longer shown to the public"),
    FactKind(CASE_ERASED, "ลบข้อมูลส่วนบุคคลของเรื่อง", "Personal data of a case erased"),
)


def case_kind(key: str) -> CaseKind:
    """The kind of case called `key`. Raises InvalidInput when no module provides it."""
    found = registry().case_kinds.get(key)
    if found is None:
        raise InvalidInput(f"ไม่รู้จักประเภทเรื่อง {key}", field="kind")
    return found


def kinds_of_module(module: str) -> list[str]:
    """The keys of the kinds of case that a module provides."""
    return [kind.key for kind in registry().case_kinds.values() if kind.module == module]
