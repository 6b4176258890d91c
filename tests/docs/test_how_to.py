"""The code in the how-to for module authors runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.test import RequestFactory

from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.registry import Registry, registry
from prongsai.modules.measures.provides import PROVIDES as MEASURES
from tests.cast import member
from tests.sample_year import build

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-module.md"


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_example_module_plugs_in_and_takes_over_what_was_provisional() -> None:
    names: dict[str, Any] = {}
    exec(blocks()[0], names)
    for order in ((MEASURES, names["PROVIDES"]), (names["PROVIDES"], MEASURES)):
        filled = Registry()
        for provides in order:
            filled.plug(provides)
        assert not filled.fact_kinds["meeting_held"].provisional
        assert filled.indicators["meetings.held"].title == "จำนวนการประชุม"
    assert registry().fact_kinds["meeting_held"].provisional


def test_the_example_service_compiles_against_the_ledger() -> None:
    names: dict[str, Any] = {}
    exec(blocks()[1], names)
    assert callable(names["hold_meeting"])


def test_the_example_list_shows_its_rows_and_takes_ten_lines(db: None, rf: RequestFactory) -> None:
    names: dict[str, Any] = {}
    exec(blocks()[2], names)
    screen_class = names["Meetings"]
    body = blocks()[2].split("class Meetings(ListScreen):\n")[1]
    assert sum(bool(re.search(r"\w", line)) for line in body.splitlines()) <= 10
    office = build()
    with scope(office.pk):
        found = member("meetings.read")
        request = rf.get("/banthrai/work/meetings/?held_from=1/10/2567&sort=-occurred_on")
        request.organization, request.actor, request.member = office, found.actor(), found  # type: ignore[attr-defined]
        screen = screen_class()
        screen.setup(request, organization=office.key)
        shown = screen.get(request).content.decode()
    assert "<caption" in shown
    assert re.search(r'<span class="ev">หลักฐาน <b>\d+</b></span>', shown)
