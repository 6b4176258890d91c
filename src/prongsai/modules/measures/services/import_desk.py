"""A report that was read and is being checked: kept on the desk of whoever checks it, a measure at a time.

One reading for each member. Nothing here is a record: the plan comes into being when `finish` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.desk import services as desk
from prongsai.foundation.desk.models import Draft
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, StatementKind
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.services.importing import ImportPreview, PreviewMeasure, import_preview

KEY = "plan-import"


@dataclass(frozen=True)
class Line:
    """A measure in the list of what was read."""

    number: int
    title: str
    counts: Mapping[str, int]  # statements by kind
    warnings: int
    unbound: int  # statements that no proof is suggested for
    checked: bool = False
    left_out: bool = False

    @property
    def statements(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Reading:
    """What a file said, without its measures' text: those are fetched one at a time (`measure`)."""

    preview: ImportPreview  # without measures
    file: Mapping[str, Any] = field(default_factory=dict[str, Any])
    lines: tuple[Line, ...] = ()

    @property
    def checked(self) -> int:
        return sum(line.checked for line in self.lines)

    @property
    def next(self) -> Line | None:
        """The first measure that nobody has looked at."""
        return next((line for line in self.lines if not line.checked), None)


def _line(number: int, measure: PreviewMeasure, *, checked: bool = False, left_out: bool = False) -> Line:
    kinds = [statement.kind for statement in measure.statements]
    unbound = sum(
        not any(proof.chosen for proof in statement.proofs or ()) for statement in measure.statements
    )
    return Line(
        number=number,
        title=measure.title,
        counts={kind.value: kinds.count(kind) for kind in StatementKind},
        warnings=len(measure.warnings),
        unbound=unbound,
        checked=checked,
        left_out=left_out,
    )


def _key(number: int) -> str:
    return f"{KEY}:{number}"


def _json(measure: PreviewMeasure) -> dict[str, Any]:
    return ImportPreview("", "", "", "", None, (measure,)).to_json()["measures"][0]


def _measure(body: Mapping[str, Any]) -> PreviewMeasure:
    return ImportPreview.from_json({"measures": [dict(body)]}).measures[0]


@transaction.atomic
def start(*, member: Membership, preview: ImportPreview, file: Mapping[str, Any]) -> Reading:
    """Put what was read on the member's desk, in place of an earlier reading."""
    drop(member=member)
    lines = tuple(_line(number, measure) for number, measure in enumerate(preview.measures, start=1))
    now = clock.now()
    Draft.objects.bulk_create(
        Draft(member=member, key=_key(number), body=_json(measure), updated_at=now)
        for number, measure in enumerate(preview.measures, start=1)
    )
    reading = Reading(replace(preview, measures=()), dict(file), lines)
    _keep(member, reading)
    return reading


def _keep(member: Membership, reading: Reading) -> None:
    body = {
        "preview": reading.preview.to_json(),
        "file": dict(reading.file),
        "lines": [vars(line) for line in reading.lines],
    }
    desk.keep_draft(member=member, key=KEY, body=body)


def reading_of(member: Membership) -> Reading | None:
    """What lies on the member's desk. One query."""
    kept = desk.draft(member, KEY)
    if kept is None:
        return None
    body = kept.body
    return Reading(
        ImportPreview.from_json(body["preview"]), body["file"], tuple(Line(**line) for line in body["lines"])
    )


def measure(member: Membership, number: int) -> PreviewMeasure | None:
    """One measure of what was read, as it was corrected so far. One query."""
    kept = desk.draft(member, _key(number))
    return _measure(kept.body) if kept else None


@transaction.atomic
def keep_measure(
    *, member: Membership, number: int, measure: PreviewMeasure, left_out: bool = False
) -> Reading:
    """Keep a measure as it was corrected; it counts as checked. Raises WrongState when nothing is being read."""
    reading = _present(member)
    desk.keep_draft(member=member, key=_key(number), body=_json(measure))
    fresh = _line(number, measure, checked=True, left_out=left_out)
    lines = tuple(fresh if line.number == number else line for line in reading.lines)
    reading = replace(reading, lines=lines)
    _keep(member, reading)
    return reading


def _present(member: Membership) -> Reading:
    Draft.objects.select_for_update().filter(member=member, key=KEY).first()
    reading = reading_of(member)
    if reading is None:
        raise WrongState(_("No file is being read. Choose a file again"))
    return reading


def drop(*, member: Membership) -> None:
    """Forget what was read, with everything typed about it."""
    Draft.objects.filter(member=member, key__startswith=KEY).delete()


@transaction.atomic
def finish(*, actor: Actor, member: Membership, fiscal_year: int) -> Plan:
    """Write what was read as the draft of a plan and clear the desk.

    For another year than the file's, periods and wording move to it (`import_preview`). Raises InvalidInput (every measure was left out, or as `import_preview`), WrongState when the year has a plan.
    """
    reading = _present(member)
    wanted = [_key(line.number) for line in reading.lines if not line.left_out]
    if not wanted:
        raise InvalidInput(_("There is no measure to import. Take at least one measure back in"))
    bodies = dict(Draft.objects.filter(member=member, key__in=wanted).values_list("key", "body"))
    measures = [_measure(bodies[key]) for key in wanted if key in bodies]
    whole = replace(reading.preview, measures=tuple(measures))
    plan = import_preview(
        actor=actor, preview=whole, fiscal_year=fiscal_year, source_file=reading.file or None
    )
    drop(member=member)
    return plan
