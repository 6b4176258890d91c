"""The browser matrix: every day one variant, all the others in the slow set."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest


def matrix(*axes: tuple[Any, ...]) -> list[Any]:
    """Every combination of the axes; all but the first are slow."""
    combinations = list(product(*axes))
    return [
        pytest.param(
            *each, marks=() if each == combinations[0] else pytest.mark.slow, id="-".join(map(str, each))
        )
        for each in combinations
    ]
