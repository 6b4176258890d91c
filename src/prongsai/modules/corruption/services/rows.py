"""Changing who can open a report without the table telling whose row it was."""

from __future__ import annotations

from collections.abc import Mapping
from random import SystemRandom

from prongsai.modules.corruption.models import Access, Report


def rewrite_access(report: Report, changed: Mapping[int, bytes]) -> None:
    """Set what these holders have of the report's key, and write every row of the report anew, in an order drawn at random.

    PostgreSQL puts a changed row in another place, and a dump lists rows by their places: one row alone out of its order
    would tell with whom a report was shared.
    """
    rows = list(Access.objects.select_for_update().filter(report=report))
    known = {row.holder_id for row in rows}  # type: ignore[attr-defined]
    rows += [Access(report=report, holder_id=pk) for pk in changed if pk not in known]
    SystemRandom().shuffle(rows)
    for row in rows:
        row.wrapped = changed.get(row.holder_id, row.wrapped)  # type: ignore[attr-defined]
        row.save()
