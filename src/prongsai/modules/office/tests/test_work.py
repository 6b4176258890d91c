"""My work: what is mine, and whether it is late, near, far or waits for my decision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import WorkItem
from prongsai.modules.office.tests.conftest import Desk
from prongsai.modules.office.work import Task, item_of, sorted_work, tasks_by_day, week_of, work
from tests.cast import member

TODAY = date(2025, 8, 14)


def item(key: str, due: int | None = None, **more: object) -> WorkItem:
    """Work that is due so many days from today."""
    return WorkItem(
        key, f"งาน {key}", f"/{key}/", TODAY + timedelta(days=due) if due is not None else None, **more
    )  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(-400, 400) | st.none(), st.booleans())))
def test_every_item_stands_in_exactly_one_group(dues: list[tuple[int | None, bool]]) -> None:
    items = [item(str(n), due, approval=approval) for n, (due, approval) in enumerate(dues)]
    found = sorted_work(items, TODAY)
    groups = (found.late, found.near, found.far, found.approvals)
    assert sorted(task.item.key for group in groups for task in group) == sorted(i.key for i in items)
    assert all(task.days is not None and task.days < 0 for task in found.late)
    assert all(task.days is not None and 0 <= task.days <= 7 for task in found.near)
    assert all(task.days is None or task.days > 7 for task in found.far)


@pytest.mark.parametrize(
    ("due", "tone", "left"),
    [
        (-3, "late", "เลยมา 3 วัน"),
        (-1, "late", "เลยมา 1 วัน"),
        (0, "soon", "วันนี้"),
        (1, "soon", "พรุ่งนี้"),
        (7, "soon", "อีก 7 วัน"),
        (8, "", "อีก 8 วัน"),
        (None, "", ""),
    ],
)
def test_a_task_says_how_many_days_are_left(due: int | None, tone: str, left: str) -> None:
    task = Task(item("x", due), TODAY)
    assert (task.tone, task.left) == (tone, left)


def test_the_year_ends_on_the_thirtieth_of_september() -> None:
    assert sorted_work([], TODAY).days_left == 47
    assert sorted_work([], date(2025, 9, 30)).days_left == 0
    assert sorted_work([], date(2025, 10, 1)).days_left == 364


def test_the_pressing_is_what_is_late_near_or_has_to_be_decided_soon() -> None:
    items = [
        item("late", -1),
        item("near", 7),
        item("far", 8),
        item("asked", 2, approval=True),
        item("calm", approval=True),
    ]
    assert {task.item.key for task in sorted_work(items, TODAY).pressing} == {"late", "near", "asked"}


def test_a_member_sees_what_belongs_to_their_unit_person_and_permissions(
    office: Organization, desk: Desk
) -> None:
    somsri = member("evidence.record", username="somsri", unit="สำนักปลัด")
    desk.put(
        item("all"),
        item("mine", unit="สำนักปลัด"),
        item("theirs", unit="กองคลัง"),
        item("permitted", permission="evidence.record"),
        item("forbidden", permission="measures.approve"),
        item("me", user_id=somsri.user_id),  # type: ignore[attr-defined]
        item("other", user_id=somsri.user_id + 1),  # type: ignore[attr-defined]
    )
    found = work(somsri.actor(), office)
    assert {task.item.key for task in found.far} == {"all", "mine", "permitted", "me"}
    assert item_of("theirs", office) is not None
    assert item_of("nothing", office) is None


def test_work_is_in_order_of_its_days(office: Organization, desk: Desk) -> None:
    with clock.at(TODAY):
        desk.put(item("c", 5), item("a", 1), item("b", 1), item("undated"))
        found = work(member("office.read").actor(), office)
    assert [task.item.key for task in (*found.near, *found.far)] == ["a", "b", "c", "undated"]


def test_a_week_runs_from_monday_to_sunday_and_each_day_has_its_work() -> None:
    week = week_of(TODAY)
    assert (week.start, week.end) == (date(2025, 8, 11), date(2025, 8, 17))
    tasks = [Task(item("a", 0), TODAY), Task(item("b", 1), TODAY), Task(item("c", 9), TODAY)]
    days = dict(tasks_by_day(tasks, week))
    assert len(days) == 7
    assert [task.item.key for task in days[TODAY]] == ["a"]
    assert sum(map(len, days.values())) == 2
