"""Keys of facts, indicators and the rest stand in ledger entries for ever."""

from __future__ import annotations

import re

import pytest

from prongsai.kernel.registry import module_names, registry
from tests.golden.files import keep, kept, updating


@pytest.fixture(scope="module")
def keys() -> set[str]:
    """What is registered now; `make golden` adds to the file, and only a hand takes a key out of it."""
    present = set(registry().keys())
    if updating():
        keep("registry", sorted(present | set(kept("registry", []))))
    return present


def test_no_registered_key_has_vanished(keys: set[str]) -> None:
    assert set(kept("registry", [])) - keys == set(), "a key that was given out stays for ever"


def test_every_registered_key_stands_in_the_golden_file(keys: set[str]) -> None:
    assert keys - set(kept("registry", [])) == set(), "new keys: run `make golden` and commit tests/golden"


def test_every_module_that_provides_is_plugged_in_under_its_own_name() -> None:
    assert set(registry().modules) <= set(module_names())


def test_keys_are_plain_lower_case_words(keys: set[str]) -> None:
    names = [key.split(":", 1)[1] for key in keys]
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*([_.][a-z0-9]+)*", name)] == []
