"""The browser matrix: every day two variants that differ in everything, all the others in the slow set."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest


def matrix(*axes: tuple[Any, ...]) -> list[Any]:
    """Every combination of the axes; all but the first and the last are slow."""
    combinations = list(product(*axes))
    daily = {combinations[0], combinations[-1]}
    return [
        pytest.param(*each, marks=() if each in daily else pytest.mark.slow, id="-".join(map(str, each)))
        for each in combinations
    ]
