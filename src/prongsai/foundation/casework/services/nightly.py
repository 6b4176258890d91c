"""What an office's cases need every night. Each function works for the organization in scope and bears being repeated."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.fields.reverse_related import ForeignObjectRel

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseEvent, CaseFile
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.contents import drop_contents
from prongsai.foundation.casework.services.erasing import erase
from prongsai.foundation.casework.services.messages import put_out
from prongsai.foundation.casework.work import is_long_late
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor
from prongsai.kernel.registry import registry

CHECKS_LIVE = timedelta(days=2)
BATCH = 500  # cases in one night, so that no transaction grows without end; the next night goes on
SYSTEM = Actor.system()
AGAIN = "เจ้าหน้าที่ยังรอข้อมูลจากท่านเพื่อดำเนินการต่อ ตอบได้ที่หน้าติดตามเรื่องหรือช่องทางที่ท่านแจ้งเรื่องมา"


@transaction.atomic
def purge_checks() -> int:
    """Remove the system's own test messages that are older than two days, and what modules keep of them; returns how many."""
    old = Case.objects.filter(is_check=True, received_at__lt=clock.now() - CHECKS_LIVE)
    ids = list(old.values_list("pk", flat=True))
    files = list(CaseFile.objects.filter(case__in=ids).values_list("file_id", flat=True))
    CaseFile.objects.filter(case__in=ids).delete()
    for relation in Case._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not CaseEvent:
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
            _ = rows.update(**{relation.field.name: None}) if relation.field.null else rows.delete()
    Case.objects.filter(pk__in=ids).delete()
    drop_contents(current_organization_id(), files)
    return len(ids)


@transaction.atomic
def remind_citizens() -> int:
    """Ask once more whoever was asked and has not answered for the clock's `remind_days`; returns how many were."""
    today = clock.today()
    waiting = Case.objects.open().filter(phase=Phase.WAITING.value, reminded_on__isnull=True)
    first = waiting.order_by("waiting_since").values_list("waiting_since", flat=True).first()
    if first is None:
        return 0
    calendar, reminded = calendar_from(first), 0
    for case in waiting.select_for_update(of=("self",)).order_by("waiting_since", "pk")[:BATCH]:
        days = case_kind(case.kind).clock.remind_days
        if not days or case.waiting_since is None or calendar.between(case.waiting_since, today) < days:
            continue
        case.reminded_on = today
        case.save(update_fields=["reminded_on"])
        common.note_event(case, "reminded", actor=SYSTEM, public=True)
        put_out(case, AGAIN, actor=SYSTEM)
        reminded += 1
    return reminded


@transaction.atomic
def escalate_late() -> int:
    """Put into the history of long-late cases that the clerk has them in "my work"; returns how many."""
    today = clock.today()
    late = Case.objects.late(today).filter(escalated_on__isnull=True)
    first = late.order_by("due_on").values_list("due_on", flat=True).first()
    if first is None:
        return 0
    calendar, escalated = calendar_from(first), 0
    for case in late.select_for_update(of=("self",)).order_by("pk"):
        if is_long_late(case, today, calendar):
            case.escalated_on = today
            case.save(update_fields=["escalated_on"])
            common.note_event(case, "escalated", actor=SYSTEM)
            common.asks(case, common.LATE, actor=SYSTEM)
            escalated += 1
    return escalated


@transaction.atomic
def erase_due() -> int:
    """Erase what cases say of people when their kind's years after closing are over; returns how many."""
    due = Q()
    for years, kinds in kinds_by_retention().items():
        due |= Q(kind__in=kinds, closed_on__lt=years_before(clock.today(), years))
    if not due:
        return 0
    over = Case.objects.real().filter(due, closed_on__isnull=False, erased_at__isnull=True)
    cases = list(over.select_for_update(of=("self",)).order_by("closed_on", "pk")[:BATCH])
    for case in cases:
        years = case_kind(case.kind).retention_years
        erase(case, actor=SYSTEM, reason=f"ครบกำหนดเก็บรักษา {years} ปีหลังปิดเรื่อง")
    return len(cases)


def kinds_by_retention() -> dict[int, list[str]]:
    """The kinds of case by how many years their texts are kept after closing."""
    found: dict[int, list[str]] = {}
    for kind in registry().case_kinds.values():
        found.setdefault(kind.retention_years, []).append(kind.key)
    return found


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
