"""The inbox, board and calendar of all cases."""

from __future__ import annotations

from typing import Any

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Unit
from prongsai.ui.access import SIGNED_IN
from tests.cast import SYSTEM
from tests.screens import ScreenTests

EVERYTHING = tuple(f"complaints.{what}" for what in ("read", "handle", "assign", "intake", "manage", "publish"))


def a_case(**said: Any) -> Case:
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "kind": "complaints.grievance",
        "title": "ไฟสาธารณะดับ หมู่ที่ 4",
        "body": "ไฟหน้าวัดดับมาสามคืน",
        "category": "lamp",
        "channel_kind": "phone",
    }
    return services.open_case(**(given | said)).case


def many() -> list[Case]:
    """Cases of all kinds and in all phases: enough that one query a row would show."""
    unit = Unit.objects.get(name="กองคลัง")
    cases = [a_case(title=f"เรื่องที่ {number}", unit=unit) for number in range(12)]
    cases += [a_case(kind="complaints.complaint", category="service") for _ in range(6)]
    for case in cases[:4]:
        services.acknowledge(actor=SYSTEM, case=case)
    services.act(actor=SYSTEM, case=cases[0], act="finish", result="แก้แล้ว")
    services.act(actor=SYSTEM, case=cases[1], act="ask", message="เสาต้นใด")
    return cases


class OfAll(ScreenTests):
    __test__ = False
    permission = SIGNED_IN
    also = EVERYTHING

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__test__ = True  # type: ignore[attr-defined]

    def kwargs(self) -> dict[str, Any]:
        many()
        return {}


class TestCases(OfAll):
    url_name = "cases"
    query = "state=all&q=เรื่อง&unit=nobody&person=me"


class TestBoard(OfAll):
    url_name = "cases-board"


class TestCalendar(OfAll):
    url_name = "cases-calendar"
