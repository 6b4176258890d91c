"""Reads of remarks: by plan, by year, by what they stand on."""

from __future__ import annotations

from django.db.models import QuerySet

from prongsai.modules.measures.choices import RemarkStatus
from prongsai.modules.measures.models import Plan, Remark


def remarks_of(plan: Plan, *, open_only: bool = False) -> QuerySet[Remark]:
    """The plan's remarks in the order in which they were made."""
    found = Remark.objects.filter(plan=plan)
    return found.exclude(status=RemarkStatus.SETTLED) if open_only else found


def open_remarks(fiscal_year: int) -> QuerySet[Remark]:
    """The remarks of a year that are not settled, whichever version of the plan they were made on."""
    return (
        Remark.objects.filter(plan__fiscal_year=fiscal_year)
        .exclude(status=RemarkStatus.SETTLED)
        .select_related("plan")
    )


def remarks_on_entry(number: int) -> QuerySet[Remark]:
    """The remarks on one record as it is cited."""
    return Remark.objects.filter(entry=number)
