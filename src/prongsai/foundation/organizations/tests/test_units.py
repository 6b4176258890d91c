"""Units come, change their names and places, and retire; none is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.organizations.units import (
    add_unit,
    change_unit,
    move_unit,
    restore_unit,
    retire_unit,
)
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import banthrai

CLERK = Actor("สมศรี ตัวอย่าง", permissions=frozenset({"office.manage"}))


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    office = banthrai()
    with scope(office.pk):
        yield office


def names() -> list[str]:
    return [unit.name for unit in Unit.objects.active()]


def unit(name: str) -> Unit:
    return Unit.objects.get(name=name)


def test_a_new_unit_stands_last(office: Organization) -> None:
    add_unit(actor=CLERK, name="  กอง  ช่าง ", short_name="กช.")
    assert names() == ["สำนักปลัด", "กองคลัง", "กอง ช่าง"]
    assert [(entry.kind, entry.unit) for entry in flush()] == [("unit_added", "กอง ช่าง")]


def test_units_change_places_and_the_ends_stay_ends(office: Organization) -> None:
    add_unit(actor=CLERK, name="กองช่าง")
    move_unit(actor=CLERK, unit=unit("กองช่าง"), up=True)
    assert names() == ["สำนักปลัด", "กองช่าง", "กองคลัง"]
    move_unit(actor=CLERK, unit=unit("กองคลัง"), up=False)
    move_unit(actor=CLERK, unit=unit("สำนักปลัด"), up=True)
    assert names() == ["สำนักปลัด", "กองช่าง", "กองคลัง"]
    assert [entry.kind for entry in flush()] == ["unit_added", "units_ordered"]


def test_a_unit_moves_past_retired_ones(office: Organization) -> None:
    add_unit(actor=CLERK, name="กองช่าง")
    retire_unit(actor=CLERK, unit=unit("กองคลัง"))
    move_unit(actor=CLERK, unit=unit("กองช่าง"), up=True)
    assert names() == ["กองช่าง", "สำนักปลัด"]
    with pytest.raises(WrongState):
        move_unit(actor=CLERK, unit=unit("กองคลัง"), up=True)


def test_a_retired_unit_keeps_its_row_and_can_come_back(office: Organization) -> None:
    retire_unit(actor=CLERK, unit=unit("กองคลัง"))
    retire_unit(actor=CLERK, unit=unit("กองคลัง"))
    assert names() == ["สำนักปลัด"]
    assert Unit.objects.count() == 2
    restore_unit(actor=CLERK, unit=unit("กองคลัง"))
    restore_unit(actor=CLERK, unit=unit("กองคลัง"))
    assert names() == ["สำนักปลัด", "กองคลัง"]
    assert [entry.kind for entry in flush()] == ["unit_retired", "unit_restored"]


def test_the_last_unit_in_use_stays(office: Organization) -> None:
    retire_unit(actor=CLERK, unit=unit("กองคลัง"))
    with pytest.raises(WrongState):
        retire_unit(actor=CLERK, unit=unit("สำนักปลัด"))


def test_a_renamed_unit_leaves_its_old_name_in_the_register(office: Organization) -> None:
    change_unit(actor=CLERK, unit=unit("กองคลัง"), name="กองการคลัง", short_name="")
    (entry,) = flush()
    assert entry.content["before"] == {"name": "กองคลัง", "short_name": ""}
    change_unit(actor=CLERK, unit=unit("กองการคลัง"), name="กองการคลัง", short_name="")
    assert flush() == []


@pytest.mark.parametrize("name", ["", "  ", "กองคลัง", "ก" * 201, "ก\0ข" + "ค" * 200])
def test_a_name_that_is_empty_long_or_taken_is_refused(office: Organization, name: str) -> None:
    for act in (
        lambda: add_unit(actor=CLERK, name=name),
        lambda: change_unit(actor=CLERK, unit=unit("สำนักปลัด"), name=name),
    ):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert refused.value.field == "name"
    assert names() == ["สำนักปลัด", "กองคลัง"]


def test_only_who_manages_the_office_touches_its_units(office: Organization) -> None:
    stranger, first = Actor("มานะ"), unit("สำนักปลัด")
    for act in (
        lambda: add_unit(actor=stranger, name="กองช่าง"),
        lambda: change_unit(actor=stranger, unit=first, name="อื่น"),
        lambda: move_unit(actor=stranger, unit=first, up=False),
        lambda: retire_unit(actor=stranger, unit=first),
        lambda: restore_unit(actor=stranger, unit=first),
    ):
        with pytest.raises(NotPermitted):
            act()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_add_the_same_unit_one_is_told() -> None:
    office, together = banthrai(), Barrier(2)

    def add(_: int) -> str:
        try:
            with working_for(office.pk):
                together.wait(10)
                add_unit(actor=CLERK, name="กองช่าง")
            return "added"
        except InvalidInput as refused:
            return refused.field
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, range(2))) == ["added", "name"]
    with working_for(office.pk):
        assert Unit.objects.filter(name="กองช่าง").count() == 1
