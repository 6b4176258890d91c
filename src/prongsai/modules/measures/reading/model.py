"""What is read from a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prongsai.kernel.contracts import Period, Topic


@dataclass(frozen=True)
class ParseWarning:
    """Something a person should look at. `where` names the row, measure or page; `message` is Thai."""

    where: str
    message: str

    def to_json(self) -> dict[str, str]:
        return {"where": self.where, "message": self.message}


@dataclass(frozen=True)
class ParsedMeasure:
    """One measure: statements stand without their numbers, `links` are the addresses of its anchors.

    `where` and `source` say where it stood and, by column, what was written there: for whoever checks the reading.
    """

    number: int
    title: str
    topic: Topic | None
    period: Period | None
    units: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    where: str = field(default="", compare=False)
    source: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)

    def to_json(self) -> dict[str, Any]:
        period = self.period
        return {
            "number": self.number,
            "title": self.title,
            "topic": self.topic.value if self.topic else None,
            "period": {"start": period.start.isoformat(), "end": period.end.isoformat()} if period else None,
            "units": list(self.units),
            "steps": list(self.steps),
            "outputs": list(self.outputs),
            "outcomes": list(self.outcomes),
            "links": list(self.links),
        }


@dataclass(frozen=True)
class ParsedReport:
    """A report as read. What the paper does not say is empty (`fiscal_year` None), with a warning."""

    organization: str
    district: str
    province: str
    fiscal_year: int | None
    measures: tuple[ParsedMeasure, ...]
    warnings: tuple[ParseWarning, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return {
            "organization": self.organization,
            "district": self.district,
            "province": self.province,
            "fiscal_year": self.fiscal_year,
            "measures": [measure.to_json() for measure in self.measures],
            "warnings": [warning.to_json() for warning in self.warnings],
        }
