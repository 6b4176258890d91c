"""Months are counted from the ledger and from the cases; both figures stand where they disagree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import merge, recategorise
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.ledger.witnesses import month_of
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Topic
from prongsai.kernel.errors import WrongState
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, SUGGESTION
from prongsai.modules.complaints.selectors.figures import COUNTED, OPENED, SERIES, Told, flow, sums
from prongsai.modules.complaints.services.counting import count_due, count_month, counted
from prongsai.modules.complaints.tests.register import again, came, done
from tests.cast import SYSTEM, banthrai, donsai

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2024, 10, 1), date(2024, 11, 1)


def count(on: date) -> int:
    with clock.at(on):
        made = count_due(actor=SYSTEM)
        flush()
    return made


def standing(first: date) -> dict[str, Any]:
    entry = facts(kind=COUNTED).filter(about_start=first).with_payload().get()
    assert entry.is_public
    return entry.content


def of(first: date, kind: str = COMPLAINT) -> dict[str, Any]:
    return standing(first)["kinds"][kind]


def test_a_month_without_any_is_counted_and_says_so(registered: Organization) -> None:
    assert count(date(2024, 11, 1)) == 2  # September, in which the first channel was opened, and October
    entry = facts(kind=COUNTED).filter(about_start=OCTOBER).with_payload().get()
    assert entry.title == "นับเรื่องร้องเรียน เดือนตุลาคม 2567: รับ 0 เรื่อง ยุติ 0 เรื่อง คงค้าง 0 เรื่อง", (
        "that nobody complained is more than a month's count: the ways in were open as well"
    )
    assert entry.occurred_on == date(2024, 11, 1)
    assert of(OCTOBER)["received"] == 0
    assert standing(OCTOBER)["agrees"] == 1
    opened = facts(kind=OPENED).get()
    assert (opened.occurred_on, opened.is_public) == (date(2024, 9, 20), True)


def test_the_figures_are_those_of_the_month_and_break_nothing_down(registered: Organization) -> None:
    """Everybody may read them: of a single complaint neither subject nor way in nor finding is told by month."""
    first = came(date(2024, 10, 3))
    done(first, date(2024, 10, 10), found="true")
    late = came(date(2024, 10, 4), category="property", channel="phone")
    came(date(2024, 10, 30), category="office", channel="walk_in")
    came(date(2024, 10, 8), category="lamp")
    came(date(2024, 10, 9), category="praise", channel="line")
    done(late, date(2024, 11, 20))
    count(date(2024, 12, 1))
    october = of(OCTOBER)
    assert october == {"received": 3, "finished": 1, "pending": 2, "in_time": 1}
    assert set(standing(OCTOBER)) == {"title", "url", "actor", "kinds", "stamp", "agrees", "unsorted"}
    assert (of(OCTOBER, GRIEVANCE)["received"], of(OCTOBER, SUGGESTION)["received"]) == (1, 1)
    november = of(NOVEMBER)
    assert (november["received"], november["finished"], november["in_time"], november["pending"]) == (
        0,
        1,
        0,
        1,
    )


def test_the_self_check_of_the_system_is_counted_nowhere(registered: Organization) -> None:
    came(date(2024, 10, 3), is_check=True)
    count(date(2024, 11, 1))
    assert (of(OCTOBER)["received"], standing(OCTOBER)["agrees"]) == (0, 1)


def test_a_month_is_counted_once_and_not_before_it_is_over(registered: Organization) -> None:
    with clock.at(date(2024, 10, 31)), pytest.raises(WrongState, match="ยังไม่จบ"):
        count_month(actor=SYSTEM, month=OCTOBER)
    count(date(2024, 11, 1))
    with clock.at(date(2024, 11, 2)), pytest.raises(WrongState, match="นับเรื่องแล้ว"):
        count_month(actor=SYSTEM, month=OCTOBER)
    assert count(date(2024, 11, 2)) == 0


def test_an_office_that_keeps_nothing_here_is_not_counted() -> None:
    with scope(banthrai().pk):
        assert count(date(2024, 11, 1)) == 0
        assert not Entry.objects.filter(kind__in=[COUNTED, OPENED]).exists()


def test_what_changes_a_counted_month_has_it_counted_anew(registered: Organization) -> None:
    came(date(2024, 10, 3))
    count(date(2024, 11, 1))
    came(date(2024, 11, 5), received_on=date(2024, 10, 28))  # a letter that lay in the tray
    assert count(date(2024, 11, 6)) == 1
    assert of(OCTOBER)["received"] == 2
    withdrawn = Entry.objects.get(kind=COUNTED, about_start=OCTOBER, withdrawal__isnull=False)
    assert withdrawn.number < facts(kind=COUNTED).get(about_start=OCTOBER).number
    assert count(date(2024, 11, 7)) == 0


def test_merged_and_moved_cases_are_counted_where_they_are_now(registered: Organization) -> None:
    first, second = came(date(2024, 10, 3)), came(date(2024, 10, 4))
    moved = came(date(2024, 10, 5), category="property")
    count(date(2024, 11, 1))
    with clock.at(date(2024, 11, 3)):
        merge(actor=SYSTEM, case=second, into=first, reason="เรื่องเดียวกัน")
        recategorise(
            actor=SYSTEM, case=moved, category="procurement", topic=Topic.PROCUREMENT, reason="เป็นเรื่องจัดซื้อ"
        )
        flush()
    count(date(2024, 12, 1))
    month = month_of(OCTOBER)
    assert {topic: came.received for (_, topic), came in sums(COMPLAINT, month).items()} == {
        "service": 1,
        "procurement": 1,
    }
    assert of(OCTOBER)["received"] == 2
    assert standing(OCTOBER)["agrees"] == 1
    assert of(NOVEMBER)["pending"] == 2


def test_a_case_opened_again_is_pending_again(registered: Organization) -> None:
    case = done(came(date(2024, 10, 3)), date(2024, 10, 8))
    case = again(case, date(2024, 10, 20))
    count(date(2024, 11, 1))
    assert (of(OCTOBER)["finished"], of(OCTOBER)["pending"]) == (0, 1)
    done(case, date(2024, 11, 5))
    count(date(2024, 12, 1))
    assert (of(NOVEMBER)["finished"], of(NOVEMBER)["pending"]) == (1, 0)


def test_a_row_that_somebody_removed_or_changed_by_hand_shows_in_the_months_figures(
    registered: Organization,
) -> None:
    case = came(date(2024, 10, 3))
    count(date(2024, 11, 1))
    Case.objects.filter(pk=case.pk).update(topic="assets")
    assert count(date(2024, 11, 2)) == 1
    told = standing(OCTOBER)
    assert told["agrees"] == 0
    one = {"received": 1, "finished": 0}
    assert told["differs"] == [{"kind": COMPLAINT, "cases": one, "facts": one}], "by subject they differ"
    entry = facts(kind=COUNTED).get(about_start=OCTOBER)
    assert entry.title.endswith("ทะเบียนเรื่องกับบันทึกหลักฐานไม่ตรงกัน")
    Case.objects.filter(pk=case.pk).update(topic="service")
    assert count(date(2024, 11, 3)) == 1
    assert standing(OCTOBER)["agrees"] == 1


def test_nothing_to_count_takes_few_queries(registered: Organization) -> None:
    for day in range(1, 11):
        done(came(date(2024, 10, day)), date(2024, 10, day + 5))
    count(date(2025, 9, 1))
    with clock.at(date(2025, 9, 2)), CaptureQueriesContext(connection) as queries:
        assert count_due(actor=SYSTEM) == 0
    assert len(queries) <= 12


# -- adding up, in whatever order the facts come ------------------------------------------------------------------

KINDS = SERIES[COMPLAINT].kinds
FACTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(1, 4), st.sampled_from(["service", "assets"]), st.booleans()),
    max_size=20,
).map(
    lambda rows: [
        Told(number, kind, f"case:{case}", topic, {"in_time": int(good), "state": "done" if good else "refused"})
        for number, (kind, case, topic, good) in enumerate(rows, 1)
    ]
)  # fmt: skip


@given(FACTS, st.randoms())
def test_facts_add_up_to_the_same_in_any_order(found: list[Told], random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert flow(COMPLAINT, shuffled) == flow(COMPLAINT, found)


@given(FACTS)
def test_no_figure_is_negative_or_more_than_what_it_is_a_part_of(found: list[Told]) -> None:
    made = flow(COMPLAINT, found)
    assert 0 <= made.in_time <= made.finished <= len({each.subject for each in found})
    assert made.received == sum(each.kind == SERIES[COMPLAINT].received for each in found)


def test_a_day_belongs_to_its_calendar_month() -> None:
    assert month_of(date(2024, 2, 29)).days == 29
    assert (month_of(date(2024, 12, 31)).start, month_of(date(2024, 12, 31)).end) == (
        date(2024, 12, 1),
        date(2024, 12, 31),
    )


def test_the_present_count_says_what_stands(registered: Organization) -> None:
    came(date(2024, 10, 3))
    with clock.at(date(2024, 10, 9)):
        assert counted(month_of(OCTOBER))["kinds"][COMPLAINT]["received"] == 1


def test_every_night_the_offices_that_keep_a_register_are_counted_and_no_others(
    registered: Organization,
) -> None:
    from prongsai.modules.complaints.tasks import count_complaints, count_every_night

    silent = donsai()
    count_every_night()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'organization_id')::int FROM procrastinate_jobs WHERE task_name LIKE '%count_complaints'"
        )
        asked = [number for (number,) in cursor.fetchall()]
    assert asked == [registered.pk]
    with clock.at(date(2024, 11, 1)):
        for organization in (registered, silent):
            count_complaints(organization_id=organization.pk)
        flush()
    assert standing(OCTOBER)["agrees"] == 1
    with scope(silent.pk):
        assert not facts(kind=COUNTED).exists()
