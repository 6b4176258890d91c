"""Whoever reported the same thing is told how it ended."""

from __future__ import annotations

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.messages import put_out
from prongsai.foundation.jobs.decorators import job
from prongsai.kernel.contracts import Actor
from prongsai.kernel.thai.personal import unnamed

MOST = 500  # citizens who reported the same thing
# What citizens of joined cases are told begins so; taking one out again asks what they were told.
JOINED = "มีผู้แจ้งเรื่องเดียวกันนี้ไว้แล้ว จึงรวมเรื่องของท่านกับเรื่อง "
JOINED_AND_DONE = "ซึ่งดำเนินการแล้ว"
RESULT_OF = "เรื่องของท่านรวมอยู่ในเรื่อง "


@job()
def tell_merged(*, organization_id: int, case_id: int, under: int = 0) -> None:
    """Send the result of a closed case to those whose cases were merged into it, also by way of others.

    With `under` only to those below that case, if that is still merged. The mark that it is done commits with it.
    """
    case = Case.objects.get(pk=case_id)
    if not has_result(case) or (
        under and not Case.objects.filter(pk=under, merged_into__isnull=False).exists()
    ):
        return
    text = f"{RESULT_OF}{case.number}\n\n{for_others(case)}"
    for each in merged_below(under or case.pk):
        if each.erased_at is None:
            put_out(common.locked(each), text, actor=Actor.system())


def has_result(case: Case) -> bool:
    """Whether the case ended with something to tell: what its citizen said when they withdrew it is nothing of that."""
    return bool(case.result) and not (case.is_open or case_kind(case.kind).workflow.ended_by_wish(case.state))


def for_others(case: Case) -> str:
    """The result as those are told who reported the same: who brought this case is nobody's business but its own."""
    return unnamed(case.result, name=case.contact_name, others=(case.contact_phone, case.contact_email))


def merged_below(pk: int) -> list[Case]:
    """The cases that are counted with one: those merged into it, those merged into them, and so on. A query a level."""
    found: list[Case] = []
    level = [pk]
    while level and len(found) < MOST:
        fresh = list(Case.objects.filter(merged_into__in=level).order_by("pk")[: MOST - len(found)])
        found += fresh
        level = [each.pk for each in fresh]
    return found
