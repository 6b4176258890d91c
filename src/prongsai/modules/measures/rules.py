"""Scales and ITA pass marks, read from `data/rules.toml` where each stands with its source."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from prongsai.modules.measures.notation import LEVELS

DATA = Path(__file__).parent / "data"


@cache
def load(name: str) -> dict[str, Any]:
    """One of the module's data files."""
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))


def level_of(mean: Decimal, scale: str) -> str | None:
    """The level (`highest` … `lowest`) of a five-point mean on the named scale; None for an unknown scale."""
    bounds = load("rules")["scales"].get(scale, {}).get("bounds")
    if bounds is None:
        return None
    return next((level for level in reversed(LEVELS) if mean >= Decimal(bounds[level])), "lowest")


def level_title(level: str) -> str:
    """มากที่สุด … น้อยที่สุด."""
    return load("rules")["levels"][level]


def scale_title(scale: str) -> str:
    """The scale as the report prints it: the span of its highest level."""
    return load("rules")["scales"].get(scale, {}).get("title", scale)


def ita_pass_mark(year: int) -> Decimal | None:
    """The total score that passes in the ITA of fiscal year `year` (พ.ศ.); None when no rule is on file."""
    for rule in load("rules")["ita"]:
        if rule["from_year"] <= year <= rule["to_year"]:
            return Decimal(rule["pass_total"])
    return None
