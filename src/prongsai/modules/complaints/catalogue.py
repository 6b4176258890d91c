"""The module's data files as values: categories, clocks, reasons for not taking up a case."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from prongsai.kernel import clock
from prongsai.kernel.cases import Clock
from prongsai.kernel.contracts import Topic

DATA = files("prongsai.modules.complaints") / "data"
PLACES = frozenset({"ask", "offer", "none"})


@cache
def load(name: str) -> dict[str, Any]:
    """The contents of data/<name>.toml."""
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Category:
    """What a case can be about: a row of data/categories.toml."""

    key: str
    kind: str  # key of a case kind
    topic: Topic | None
    title: str
    title_en: str
    place: str
    question: str
    question_en: str
    units: tuple[str, ...]
    words: tuple[str, ...]


@cache
def categories() -> Mapping[str, Category]:
    """Every category by its key, in the order in which citizens see them."""
    found: dict[str, Category] = {}
    for key, row in load("categories").items():
        if row["place"] not in PLACES:
            raise ValueError(f"categories.toml: {key}: place must be one of {', '.join(sorted(PLACES))}")
        found[key] = Category(
            key=key,
            kind=f"complaints.{row['kind']}",
            topic=Topic(row["topic"]) if row["topic"] else None,
            title=row["title"],
            title_en=row["title_en"],
            place=row["place"],
            question=row["question"],
            question_en=row["question_en"],
            units=tuple(row["units"]),
            words=tuple(row["words"]),
        )
    return found


def categories_of(kind: str) -> tuple[Category, ...]:
    """The categories of a case kind, in order."""
    return tuple(category for category in categories().values() if category.kind == kind)


@dataclass(frozen=True)
class Terms:
    """How long a kind of case may take and how long its personal data are kept, and what says so."""

    clock: Clock
    source: str
    effective_from: date
    retention_years: int
    retention_basis: str


def terms(kind: str, on: date | None = None) -> Terms:
    """The terms of a case kind that hold on a day (today). Raises LookupError when none holds yet."""
    row = in_force(kind.removeprefix("complaints."), on)
    return Terms(
        clock=Clock(
            days=row["days"],
            basis=row["basis"],
            calendar_days=row["calendar_days"],
            acknowledge_days=row["acknowledge_days"],
            inform_days=row["inform_days"],
            inform_basis=row["inform_basis"],
            finish_basis=row["finish_basis"],
        ),
        source=row["source"],
        effective_from=row["effective_from"],
        retention_years=row["retention_years"],
        retention_basis=row["retention_basis"],
    )


def in_force(name: str, on: date | None = None) -> dict[str, Any]:
    """The newest table `name` of data/clocks.toml whose day has come. Raises LookupError when none has."""
    day = on or clock.today()
    begun = [row for row in load("clocks")[name] if row["effective_from"] <= day]
    if not begun:
        raise LookupError(f"clocks.toml says nothing of {name} on {day}")
    return max(begun, key=lambda row: row["effective_from"])


@dataclass(frozen=True)
class Ground:
    """Why a case need not be taken up."""

    key: str
    text: str
    basis: str
    appeal: bool = False  # whether who is refused on it may appeal (section 18)

    @property
    def sentence(self) -> str:
        return f"{self.text} ({self.basis})" if self.basis else self.text


def grounds(kind: str) -> tuple[Ground, ...]:
    """The grounds on which a case of `kind` may be refused, for officers to choose from."""
    rows = load("reasons").get(kind.removeprefix("complaints."), {})
    return tuple(
        Ground(key, row["text"], row["basis"], row.get("appeal", False)) for key, row in rows.items()
    )


def told_of(what: str, **more: str) -> str:
    """A text of data/information.toml for whoever asked for official information: appeal, complaint or advice."""
    return str(load("information")[what]["told"]).format(days=in_force("appeal")["days"], **more)
