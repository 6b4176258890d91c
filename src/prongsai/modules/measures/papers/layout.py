"""The papers' layouts: columns, the ITA items they are handed in for, and how sure that is, read from layouts/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from prongsai.foundation.typeset import Column
from prongsai.kernel.contracts import Topic

Source = Literal["title", "steps", "outputs", "outcomes", "period", "units", "indicator"]
Certainty = Literal["seen", "high", "medium", "low"]


@dataclass(frozen=True)
class Item:
    """A numbered item of one ITA year. `data` is the fiscal year whose content is handed in for it."""

    ita_year: int
    number: str
    name: str
    data: int
    source: str
    certainty: Certainty


@dataclass(frozen=True)
class ItaIndicator:
    number: int
    title: str
    topics: frozenset[Topic]


@dataclass(frozen=True)
class LayoutColumn:
    column: Column
    show: tuple[Source, ...]


@dataclass(frozen=True)
class Layout:
    """One way to lay the same content out. `title` and `head` take {organization} and {year}."""

    key: str
    name: str
    title: tuple[str, ...]
    head: str
    columns: tuple[LayoutColumn, ...]
    items: tuple[Item, ...]
    indicators: tuple[ItaIndicator, ...] = ()
    one_indicator: bool = False

    def indicator(self, number: int) -> ItaIndicator:
        """Raises KeyError for a number that the layout does not have."""
        for indicator in self.indicators:
            if indicator.number == number:
                return indicator
        raise KeyError(f"layout {self.key} has no indicator {number}")


@cache
def layouts() -> Mapping[str, Layout]:
    """Every layout by key."""
    files = sorted((Path(__file__).parent / "layouts").glob("*.toml"))
    read = [_layout(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return {layout.key: layout for layout in read}


def items(ita_year: int) -> tuple[tuple[Layout, Item], ...]:
    """The items of an ITA year that these papers answer, each with its layout."""
    return tuple(
        (layout, item) for layout in layouts().values() for item in layout.items if item.ita_year == ita_year
    )


def _layout(data: dict[str, Any]) -> Layout:
    return Layout(
        key=data["key"],
        name=data["name"],
        title=tuple(data["title"]),
        head=data["head"],
        columns=tuple(_column(column) for column in data["column"]),
        items=tuple(_item(item) for item in data.get("item", ())),
        indicators=tuple(
            ItaIndicator(i["number"], i["title"], frozenset(Topic(topic) for topic in i["topics"]))
            for i in data.get("indicator", ())
        ),
        one_indicator=data.get("one_indicator", False),
    )


def _column(data: dict[str, Any]) -> LayoutColumn:
    if unknown := set(data["show"]) - set(get_args(Source)):
        raise ValueError(f"a column cannot show {', '.join(sorted(unknown))}")
    return LayoutColumn(Column(tuple(data["title"]), data["width"]), tuple(data["show"]))


def _item(data: dict[str, Any]) -> Item:
    if data["certainty"] not in get_args(Certainty):
        raise ValueError(f"ITA {data['ita_year']} {data['number']}: unknown certainty {data['certainty']}")
    return Item(**data)
