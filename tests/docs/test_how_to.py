"""The code in the how-to for module authors runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from prongsai.kernel.registry import Registry, registry
from prongsai.modules.measures.provides import PROVIDES as MEASURES

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
