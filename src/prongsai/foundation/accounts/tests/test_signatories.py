"""Who signs for the clerk's and the head's posts on which day, and what acting lets one do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from prongsai.foundation.accounts.models import Acting, ActingMode, Membership
from prongsai.foundation.accounts.selectors import actings_of, member_of, signatory
from prongsai.foundation.accounts.services import (
    appoint_acting,
    deactivate,
    end_acting,
    hire,
    note_absence,
    remove_absence,
)
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import SYSTEM, banthrai, donsai, member

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 16)
WEEK = timedelta(days=7)


@pytest.fixture
def office() -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def person(username: str, position: str, role: str = "unit_head", post: str = "") -> Membership:
    return hire(
        actor=SYSTEM,
        username=username,
        full_name=f"{username} ตัวอย่าง",
        position=position,
        roles=[role],
        post=post,
    )[0]


def clerk() -> Membership:
    return person("clerk", "ปลัดองค์การบริหารส่วนตำบล", "clerk", post="clerk")


def deputy(number: int = 1) -> Membership:
    return person(f"deputy{number}", f"รองปลัดองค์การบริหารส่วนตำบล คนที่ {number}")


def acts(who: Membership, mode: ActingMode = ActingMode.ACTING, **changed: Any) -> Acting:
    details: dict[str, Any] = {"post": "clerk", "order_number": "คำสั่งที่ 12/2568", "starts_on": DAY - WEEK}
    return appoint_acting(actor=SYSTEM, member=who, mode=mode, **(details | changed))


def away(who: Membership, start: date = DAY, end: date = DAY) -> None:
    note_absence(actor=SYSTEM, member=who, starts_on=start, ends_on=end)


def signs(on: date = DAY, post: str = "clerk") -> str:
    found = signatory(post, on)
    return found.name.split()[0] if found else ""


def test_the_holder_signs_with_the_own_position(office: Organization) -> None:
    clerk()
    found = signatory("clerk", DAY)
    assert found is not None
    assert found.lines == ("(clerk ตัวอย่าง)", "ปลัดองค์การบริหารส่วนตำบล")
    assert found.acting == ""


def test_nobody_signs_for_an_empty_post_without_an_order(office: Organization) -> None:
    assert signatory("clerk", DAY) is None


def test_a_vacant_post_is_signed_for_by_whoever_acts_as_it_is_printed(office: Organization) -> None:
    acts(deputy())
    found = signatory("clerk", DAY)
    assert found is not None
    assert found.lines == (
        "(deputy1 ตัวอย่าง)",
        "รองปลัดองค์การบริหารส่วนตำบล คนที่ 1 รักษาราชการแทน",
        "ปลัดองค์การบริหารส่วนตำบลบ้านทราย",
    )
    assert (found.acting, found.order_number) == ("acting", "คำสั่งที่ 12/2568")


def test_the_holder_who_is_there_comes_before_who_acts(office: Organization) -> None:
    holder, second = clerk(), deputy()
    acts(second)
    assert signs() == "clerk"
    away(holder)
    assert signs() == "deputy1"
    assert signs(DAY + timedelta(days=1)) == "clerk"
    assert signs(DAY - timedelta(days=1)) == "clerk"


def test_the_first_in_order_who_is_there_acts(office: Organization) -> None:
    first, second = deputy(1), deputy(2)
    acts(second, rank=2)
    acts(first, rank=1)
    assert signs() == "deputy1"
    away(first)
    assert signs() == "deputy2"
    away(second)
    assert signs() == ""


def test_of_two_with_the_same_rank_the_later_order_holds(office: Organization) -> None:
    acts(deputy(1), starts_on=DAY - 2 * WEEK)
    acts(deputy(2), starts_on=DAY - WEEK)
    assert signs() == "deputy2"


def test_an_order_holds_on_its_first_and_last_day_and_not_beyond(office: Organization) -> None:
    order = acts(deputy(), starts_on=DAY, ends_on=DAY + WEEK)
    assert [signs(day) != "" for day in (DAY - timedelta(days=1), DAY, DAY + WEEK)] == [False, True, True]
    assert signs(DAY + WEEK + timedelta(days=1)) == ""
    end_acting(actor=SYSTEM, acting=order, on=DAY)
    assert [signs(DAY), signs(DAY + timedelta(days=1))] == ["deputy1", ""]
    with pytest.raises(WrongState):
        end_acting(actor=SYSTEM, acting=order, on=DAY + WEEK)


def test_an_order_that_has_not_begun_is_taken_back(office: Organization) -> None:
    order = acts(deputy(), starts_on=DAY)
    end_acting(actor=SYSTEM, acting=order, on=DAY - timedelta(days=1))
    assert not Acting.objects.exists()


def test_who_is_delegated_signs_beside_the_holder_and_not_without_one(office: Organization) -> None:
    holder = clerk()
    acts(deputy(), ActingMode.DELEGATED)
    found = signatory("clerk", DAY)
    assert found is not None
    assert found.position[0].endswith("ปฏิบัติราชการแทน")
    hire(actor=SYSTEM, username="admin", full_name="ผู้ดูแล", position="นิติกร", roles=["administrator"])
    deactivate(actor=SYSTEM, member=holder)
    assert signs() == ""


def test_who_acts_comes_before_who_is_delegated_while_the_holder_is_away(office: Organization) -> None:
    holder = clerk()
    acts(deputy(1), ActingMode.DELEGATED)
    acts(deputy(2))
    assert signs() == "deputy1"
    away(holder)
    assert signs() == "deputy2"


def test_acting_lends_the_posts_permissions_for_its_days_and_is_named(office: Organization) -> None:
    first, second = deputy(1), deputy(2)
    acts(second, rank=2)
    acts(first, rank=1, ends_on=DAY)

    def actor(of: Membership, on: date) -> Actor:
        with clock.at(on):
            found = member_of(of.user)
            assert found is not None
            return found.actor()

    assert "measures.review" in actor(first, DAY).permissions
    assert actor(first, DAY).position == "รองปลัดองค์การบริหารส่วนตำบล คนที่ 1 รักษาราชการแทนปลัด"
    assert "measures.review" not in actor(second, DAY).permissions
    assert "measures.review" not in actor(first, DAY + timedelta(days=1)).permissions
    assert "measures.review" in actor(second, DAY + timedelta(days=1)).permissions


def test_the_posts_of_two_offices_have_nothing_to_do_with_one_another(office: Organization) -> None:
    clerk()
    with scope(donsai().pk):
        assert signatory("clerk", DAY) is None


def test_the_head_of_a_municipality_is_called_by_its_name() -> None:
    with scope(donsai().pk):
        acts(deputy(), post="head")
        found = signatory("head", DAY)
        assert found is not None
        assert found.position[1] == "นายกเทศมนตรีตำบลดอนสาย"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"post": "king"}, "post"),
        ({"mode": "sometimes"}, "mode"),
        ({"order_number": " "}, "order_number"),
        ({"ends_on": DAY - 2 * WEEK}, "ends_on"),
        ({"rank": 0}, "rank"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    office: Organization, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        acts(deputy(), **wrong)
    assert error.value.field == field


def test_the_holder_needs_no_order_and_a_vacant_post_delegates_nothing(office: Organization) -> None:
    with pytest.raises(WrongState, match="ไม่มีผู้มอบอำนาจ"):
        acts(deputy(), ActingMode.DELEGATED)
    with pytest.raises(InvalidInput, match="ลงนามได้เอง"):
        acts(clerk())


def test_only_who_may_manage_the_office_appoints_and_one_may_note_ones_own_absence(
    office: Organization,
) -> None:
    holder, other = clerk(), deputy()
    order = acts(other)
    absence = note_absence(actor=other.actor(), member=other, starts_on=DAY, ends_on=DAY)
    nobody = Actor(name="มานะ ตัวอย่าง", user_id=0, permissions=frozenset({"people.manage"}))
    for act in (
        lambda: appoint_acting(
            actor=nobody, member=other, post="clerk", mode="acting", order_number="1", starts_on=DAY
        ),
        lambda: end_acting(actor=nobody, acting=order, on=DAY),
        lambda: note_absence(actor=nobody, member=holder, starts_on=DAY, ends_on=DAY),
        lambda: remove_absence(actor=nobody, absence=absence),
    ):
        with pytest.raises(NotPermitted):
            act()
    remove_absence(actor=other.actor(), absence=absence)
    with pytest.raises(InvalidInput):
        note_absence(actor=SYSTEM, member=holder, starts_on=DAY, ends_on=DAY - WEEK)


def test_another_offices_orders_cannot_be_touched(office: Organization) -> None:
    with scope(donsai().pk):
        order = acts(deputy())
        stranger = member(username="mana")
        absence = note_absence(actor=SYSTEM, member=stranger, starts_on=DAY, ends_on=DAY)
    for act in (
        lambda: end_acting(actor=SYSTEM, acting=order, on=DAY),
        lambda: acts(stranger),
        lambda: remove_absence(actor=SYSTEM, absence=absence),
    ):
        with pytest.raises(InvalidInput):
            act()


ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["acting", "delegated"]),
        st.integers(1, 3),  # rank
        st.integers(-1, 1),  # first day
        st.integers(0, 2),  # how many days more
        st.booleans(),  # away today
    ),
    min_size=1,
    max_size=3,
)


def cast_of(orders: list[tuple[str, int, int, int, bool]]) -> list[Membership]:
    """One person for each order, away today where it says so."""
    people: list[Membership] = []
    for number, (mode, rank, first, days, gone) in enumerate(orders):
        who = member(username=f"p{number}")
        start = DAY + timedelta(days=first)
        end = start + timedelta(days=days)
        Acting.objects.create(
            member=who, post="clerk", mode=mode, rank=rank, order_number="1", starts_on=start, ends_on=end
        )
        if gone:
            away(who)
        people.append(who)
    return people


def holder_of(post: str, *, absent: bool) -> Membership:
    holder = member(username="holder")
    holder.post = post
    holder.save()
    if absent:
        away(holder)
    return holder


@settings(max_examples=30)
@given(orders=ORDERS, held=st.booleans(), absent=st.booleans())
def test_whoever_signs_is_there_and_holds_the_post_or_an_order_in_force(
    orders: list[tuple[str, int, int, int, bool]], held: bool, absent: bool
) -> None:
    with transaction.atomic(), scope(banthrai().pk):
        holder = holder_of("clerk", absent=absent) if held else None
        people = cast_of(orders)
        valid = [
            (mode, rank, who.user.pk)
            for who, (mode, rank, first, days, gone) in zip(people, orders, strict=True)
            if first <= 0 <= first + days and not gone and (held or mode == "acting")
        ]
        acting = [each for each in valid if each[0] == "acting"] if absent or not held else []
        candidates = acting or [each for each in valid if each[0] == "delegated"]
        found = signatory("clerk", DAY)
        if candidates:
            best = min(rank for _, rank, _ in candidates)
            assert found is not None
            assert found.user_id in {user for _, rank, user in candidates if rank == best}
            assert sum(len(actings_of(who, DAY)) for who in people) == 1
        elif holder is not None and not absent:
            assert found is not None
            assert found.user_id == holder.user.pk
        else:
            assert found is None
        transaction.set_rollback(True)
