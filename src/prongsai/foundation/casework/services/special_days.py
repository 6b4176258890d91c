"""The office's own days: off when others work, open when others rest. Last days of open cases move with them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import DAY_REMOVED, DAY_SET, case_kind
from prongsai.foundation.casework.models import Case, SpecialDay
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.moving import COUNTED, count_days
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.dates import long_date

PERMISSION = "office.manage"
BATCH = 500


@transaction.atomic
def add_special_day(
    *, actor: Actor, day: date, name: str, is_holiday: bool = True, source: str = ""
) -> SpecialDay:
    """Say that the office is closed on a day, or open on one on which others are not; said again, the later word holds.

    `source` is what says so (มติคณะรัฐมนตรี, ประกาศจังหวัด, คำสั่งสำนักงาน). Last days of open cases are counted anew. Needs
    office.manage. Raises InvalidInput, NotPermitted.
    """
    actor.require(PERMISSION)
    said = {
        "is_holiday": is_holiday,
        "name": common.line(name, "name", needed=gettext("Enter the name of the day")),
        "source": common.line(source, "source", limit=300),
    }
    special, _ = SpecialDay.objects.update_or_create(day=day, defaults=said)
    what = "หยุด" if is_holiday else "ทำการ"
    _put_on_record(actor, DAY_SET, special, f"กำหนดให้{long_date(day)} เป็นวัน{what}: {special.name}")
    count_again(day)
    return special


@transaction.atomic
def remove_special_day(*, actor: Actor, special: SpecialDay) -> None:
    """Take back what was said of a day. Needs office.manage. Raises InvalidInput for a day of no one here, NotPermitted."""
    actor.require(PERMISSION)
    current = SpecialDay.objects.select_for_update().filter(pk=special.pk).first()
    if current is None:
        raise InvalidInput(gettext("There is no such day in this office's calendar"), field="day")
    _put_on_record(actor, DAY_REMOVED, current, f"ยกเลิกวันพิเศษ {long_date(current.day)}: {current.name}")
    current.delete()
    count_again(current.day)


def count_again(day: date) -> int:
    """Count afresh what hangs on `day` in open cases: last days, and days waited; returns how many cases changed."""
    later = Q(due_on__gte=day) | Q(inform_by__gte=day) | ~Q(pauses=[])  # a pause may lie behind the last day
    return _count(Case.objects.open().filter(later, clock_started_on__lte=day))


@transaction.atomic
def count_by_calendar() -> int:
    """Count all open cases by the calendar as it is now; returns how many cases changed.

    The country's holidays come with a release: what the cabinet added since, and what is found to be no holiday.
    """
    return _count(Case.objects.open())


def _count(running: QuerySet[Case]) -> int:
    first = running.order_by("clock_started_on").values_list("clock_started_on", flat=True).first()
    if first is None:
        return 0
    calendar, moved = calendar_from(first), list[Case]()
    for case in running.select_for_update(of=("self",)).order_by("pk"):
        before = [getattr(case, name) for name in COUNTED]
        count_days(case, case_kind(case.kind), calendar)
        if [getattr(case, name) for name in COUNTED] != before:
            moved.append(case)
    Case.objects.bulk_update(moved, COUNTED, batch_size=BATCH)
    return len(moved)


def _put_on_record(actor: Actor, kind: str, special: SpecialDay, title: str) -> None:
    record(
        actor=actor,
        kind=kind,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("casework", "day", special.pk),
        title=title,
        payload={
            "day": special.day.isoformat(),
            "is_holiday": int(special.is_holiday),
            "name": special.name,
            "source": special.source,
        },
    )
