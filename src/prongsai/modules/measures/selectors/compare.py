"""What a version of a plan says otherwise than another: statements that came, went and changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from prongsai.kernel.contracts import StatementKind
from prongsai.kernel.thai.dates import short_date
from prongsai.modules.measures.models import Measure, Plan

Change = Literal["added", "removed", "changed"]
ALIKE = 0.5  # below this share of common letters two sentences are two sentences
NEAR = 3  # a changed sentence is looked for this many places up and down


@dataclass(frozen=True)
class Difference:
    """One line of the comparison. `kind` is empty for the measure's own title, period and units."""

    change: Change
    kind: str
    number: int
    before: str
    after: str


@dataclass(frozen=True)
class MeasureDifference:
    """A measure that is not the same in both versions. `number` is that of the newer one, where it has one."""

    number: int
    title: str
    change: Change
    lines: tuple[Difference, ...]


def compare(old: Plan, new: Plan) -> list[MeasureDifference]:
    """The measures that differ, in the order of the newer version. Six queries for any size."""
    pairs = list(_paired(_tree(old), _tree(new)))
    return [found for before, after in pairs if (found := _difference(before, after))]


def _tree(plan: Plan) -> list[Measure]:
    return list(plan.measures.prefetch_related("statements", "responsible__unit"))  # type: ignore[attr-defined]


def _paired(old: list[Measure], new: list[Measure]) -> Iterator[tuple[Measure | None, Measure | None]]:
    """Measures of the same title belong together; of the others those with the same number."""
    left = {measure.pk: measure for measure in old}
    partner: dict[int, Measure] = {}
    for same in (lambda a, b: a.title == b.title, lambda a, b: a.number == b.number):
        for after in new:
            if after.pk in partner:
                continue
            found = next((before for before in left.values() if same(before, after)), None)
            if found:
                partner[after.pk] = left.pop(found.pk)
    for after in new:
        yield partner.get(after.pk), after
    for before in left.values():
        yield before, None


def _difference(before: Measure | None, after: Measure | None) -> MeasureDifference | None:
    shown = after or before
    assert shown is not None
    lines = [*_heads(before, after)]
    for kind in StatementKind:
        lines += _lines(kind, _texts(before, kind), _texts(after, kind))
    if before and after and not lines:
        return None
    change: Change = "changed" if before and after else "added" if after else "removed"
    return MeasureDifference(shown.number, shown.title, change, tuple(lines))


def _texts(measure: Measure | None, kind: StatementKind) -> list[str]:
    return [s.text for s in measure.statements.all() if s.kind == kind] if measure else []  # type: ignore[attr-defined]


def _heads(before: Measure | None, after: Measure | None) -> Iterator[Difference]:
    if before is None or after is None:
        return
    if before.title != after.title:
        yield Difference("changed", "title", after.number, before.title, after.title)
    if before.period != after.period:
        yield Difference("changed", "period", after.number, _span(before), _span(after))
    if _units(before) != _units(after):
        yield Difference("changed", "units", after.number, _units(before), _units(after))


def _span(measure: Measure) -> str:
    return f"{short_date(measure.period_start)} ถึง {short_date(measure.period_end)}"


def _units(measure: Measure) -> str:
    return ", ".join(r.unit.name for r in measure.responsible.all())  # type: ignore[attr-defined]


def _lines(kind: StatementKind, old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = list(range(a, b)), list(range(c, d))
        for at in list(come):
            near = (g for g in gone if abs((g - a) - (at - c)) <= NEAR)
            like = next((g for g in near if _alike(old[g], new[at])), None)
            if like is not None:
                gone.remove(like)
                come.remove(at)
                yield Difference("changed", kind.value, at + 1, old[like], new[at])
        yield from (Difference("removed", kind.value, g + 1, old[g], "") for g in gone)
        yield from (Difference("added", kind.value, n + 1, "", new[n]) for n in come)


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
