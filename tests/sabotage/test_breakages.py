"""The list of breakages keeps up with the code; `make sabotage` tries them."""

from __future__ import annotations

from scripts.sabotage import breakages, places
from tests.architecture.source import missing_test


def test_every_breakage_still_has_its_one_place_in_the_code() -> None:
    assert [f"{b.name}: {places(b)} places" for b in breakages() if places(b) != 1] == []


def test_every_breakage_changes_something_and_has_its_own_name() -> None:
    all_ = breakages()
    assert len({b.name for b in all_}) == len(all_) >= 15
    assert [b.name for b in all_ if b.find == b.replace or not b.tests] == []


def test_the_tests_that_must_notice_exist() -> None:
    assert [wrong for b in breakages() for test in b.tests if (wrong := missing_test(test))] == []
