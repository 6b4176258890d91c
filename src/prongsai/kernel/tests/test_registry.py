"""What modules provide comes together under permanent keys."""

from __future__ import annotations

import pytest

from prongsai.kernel.contracts import About, FactKind, Indicator, Provides, Reading
from prongsai.kernel.registry import Registry, module_names, registry
from prongsai.kernel.tests.test_cases import errand

HELD = FactKind("meeting_held", "จัดประชุม", "Meeting held")
ISSUED = FactKind("announcement_issued", "ออกประกาศ", "Announcement issued")
PLACEHOLDER = FactKind("meeting_held", "ประชุม", "Meeting", provisional=True)


def meetings() -> Provides:
    return Provides(module="meetings", fact_kinds=(HELD,), abouts=(About("plan", "แผน", "Plan"),))


def test_what_a_module_provides_is_found_by_its_key() -> None:
    plugged = Registry()
    plugged.plug(meetings())
    assert plugged.fact_kinds == {"meeting_held": HELD}
    assert list(plugged.keys()) == ["fact_kinds:meeting_held", "abouts:plan"]


def test_a_key_that_another_module_has_is_refused() -> None:
    plugged = Registry()
    plugged.plug(meetings())
    with pytest.raises(ValueError, match="documents provides the key meeting_held, which is taken"):
        plugged.plug(Provides(module="documents", fact_kinds=(ISSUED, HELD)))


def test_a_key_twice_in_one_module_is_refused() -> None:
    with pytest.raises(ValueError, match="meeting_held"):
        Registry().plug(Provides(module="meetings", fact_kinds=(HELD, HELD)))


def test_a_refused_module_leaves_nothing_behind() -> None:
    plugged = Registry()
    plugged.plug(meetings())
    before = list(plugged.keys())
    with pytest.raises(ValueError):
        plugged.plug(
            Provides(module="documents", fact_kinds=(ISSUED,), abouts=(About("plan", "แผน", "Plan"),))
        )
    assert list(plugged.keys()) == before
    assert set(plugged.modules) == {"meetings"}


def test_a_module_is_plugged_in_once() -> None:
    plugged = Registry()
    plugged.plug(meetings())
    with pytest.raises(ValueError, match="plugged in already"):
        plugged.plug(Provides(module="meetings"))


def test_the_same_word_may_be_a_key_of_two_kinds() -> None:
    plugged = Registry()
    plugged.plug(
        Provides(module="a", fact_kinds=(HELD,), abouts=(About("meeting_held", "ประชุม", "Meeting"),))
    )
    assert len(list(plugged.keys())) == 2


@pytest.mark.parametrize("provisional_first", [True, False])
def test_a_provisional_definition_gives_way_in_either_order(provisional_first: bool) -> None:
    both = [
        Provides(module="measures", fact_kinds=(PLACEHOLDER,)),
        Provides(module="meetings", fact_kinds=(HELD,)),
    ]
    plugged = Registry()
    for provides in both if provisional_first else reversed(both):
        plugged.plug(provides)
    assert plugged.fact_kinds == {"meeting_held": HELD}


@pytest.mark.parametrize("provisional_first", [True, False])
def test_an_indicator_that_gave_way_stays_for_offices_that_go_on_stating_it(provisional_first: bool) -> None:
    def made(*, provisional: bool) -> Indicator:
        read, say = (lambda question: Reading(None, question.period.end)), (lambda question, reading: "")
        return Indicator("meetings.held", "จำนวนการประชุม", "Meetings", read, say, provisional=provisional)

    stated, counted = made(provisional=True), made(provisional=False)
    order = (stated, counted) if provisional_first else (counted, stated)
    plugged = Registry()
    for number, indicator in enumerate(order):
        plugged.plug(Provides(module=f"m{number}", indicators=(indicator,)))
    assert plugged.indicators == {"meetings.held": counted}
    assert plugged.stated == {"meetings.held": stated}


def test_kinds_of_case_are_collected_and_their_keys_kept_for_ever() -> None:
    plugged = Registry()
    plugged.plug(Provides(module="testing", case_kinds=(errand(),)))
    assert list(plugged.case_kinds) == ["testing.errand"]
    assert list(plugged.keys()) == ["case_kinds:testing.errand"]
    with pytest.raises(ValueError, match="taken"):
        plugged.plug(Provides(module="other", case_kinds=(errand(),)))


def test_every_folder_below_modules_is_a_module() -> None:
    assert "measures" in module_names()
    assert module_names() == sorted(module_names())


def test_the_products_registry_is_filled_once() -> None:
    assert registry() is registry()
    assert list(registry().keys())
