"""Writes to an organization's units (ส่วนราชการภายใน). A unit is retired, never deleted: facts and plans name it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations import kinds
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref
from prongsai.kernel.errors import InvalidInput, WrongState

PERMISSION = "office.manage"


@transaction.atomic
def add_unit(*, actor: Actor, name: str, short_name: str = "") -> Unit:
    """Add a unit at the end of the list. Needs office.manage. Raises InvalidInput for a name that is empty or taken."""
    actor.require(PERMISSION)
    unit = Unit(name=_name(name), short_name=_short(short_name))
    unit.position = (Unit.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    _save(unit)
    _record(actor, kinds.UNIT_ADDED, unit, f"เพิ่มส่วนราชการ {unit.name}")
    return unit


@transaction.atomic
def change_unit(*, actor: Actor, unit: Unit, name: str, short_name: str = "") -> Unit:
    """Correct a unit's names; facts recorded before keep the name that it had. Needs office.manage. Raises InvalidInput."""
    actor.require(PERMISSION)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    before = {"name": unit.name, "short_name": unit.short_name}
    unit.name, unit.short_name = _name(name), _short(short_name)
    if before == {"name": unit.name, "short_name": unit.short_name}:
        return unit
    _save(unit)
    _record(actor, kinds.UNIT_CHANGED, unit, f"แก้ไขส่วนราชการ {unit.name}", before=before)
    return unit


@transaction.atomic
def move_unit(*, actor: Actor, unit: Unit, up: bool) -> None:
    """Exchange a unit's place with that of its neighbour in use; at the end of the list nothing happens. Needs office.manage."""
    actor.require(PERMISSION)
    ordered = list(Unit.objects.select_for_update().order_by("position", "id"))
    active = [other for other in ordered if other.is_active]
    here = next((at for at, other in enumerate(active) if other.pk == unit.pk), None)
    if here is None:
        raise WrongState(_("Only units that are in use can be put in order"))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(active):
        return
    one, other = ordered.index(active[here]), ordered.index(active[there])
    ordered[one], ordered[other] = ordered[other], ordered[one]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    Unit.objects.bulk_update(ordered, ["position"])
    _record(
        actor,
        kinds.UNITS_ORDERED,
        active[here],
        f"เลื่อนลำดับ{unit.name}",
        order=[each.name for each in ordered],
    )


@transaction.atomic
def retire_unit(*, actor: Actor, unit: Unit) -> Unit:
    """Offer the unit no more; what names it stays. Needs office.manage. Raises WrongState for the last one in use."""
    actor.require(PERMISSION)
    locked = {each.pk: each for each in Unit.objects.select_for_update().order_by("id")}
    unit = locked[unit.pk]
    if not unit.is_active:
        return unit
    if sum(each.is_active for each in locked.values()) == 1:
        raise WrongState(_("The office needs at least one unit that is in use"))
    unit.is_active = False
    unit.save(update_fields=["is_active"])
    _record(actor, kinds.UNIT_RETIRED, unit, f"เลิกใช้ส่วนราชการ {unit.name}")
    return unit


@transaction.atomic
def restore_unit(*, actor: Actor, unit: Unit) -> Unit:
    """Use a retired unit again. Needs office.manage."""
    actor.require(PERMISSION)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.is_active:
        return unit
    unit.is_active = True
    unit.save(update_fields=["is_active"])
    _record(actor, kinds.UNIT_RESTORED, unit, f"นำส่วนราชการ {unit.name} กลับมาใช้")
    return unit


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidInput(_("Enter the name of the unit"), field="name")
    if len(name) > 200 or "\0" in name:
        raise InvalidInput(_("The name of the unit has more than 200 characters"), field="name")
    return name


def _short(text: str) -> str:
    short = " ".join(text.split())
    if len(short) > 100 or "\0" in short:
        raise InvalidInput(_("The short name has more than 100 characters"), field="short_name")
    return short


def _save(unit: Unit) -> None:
    """Two people may add the same name at the same moment: the database decides who was first."""
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise InvalidInput(
            _("There is a unit called %(name)s already") % {"name": unit.name}, field="name"
        ) from error


def _record(actor: Actor, kind: str, unit: Unit, title: str, **extra: object) -> None:
    record(
        actor=actor,
        kind=kind,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("organizations", "unit", unit.pk),
        unit=unit.name,
        title=title,
        payload={"name": unit.name, "short_name": unit.short_name} | extra,
    )
