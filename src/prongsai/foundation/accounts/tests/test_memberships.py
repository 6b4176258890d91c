"""A person finds their own memberships before any organization is in scope, and nobody else's."""

from __future__ import annotations

import pytest

from prongsai.foundation.accounts.models import Membership, Role
from prongsai.foundation.accounts.permissions import EVERYBODY, permissions
from prongsai.foundation.accounts.selectors import member_of, memberships_of
from prongsai.foundation.tenancy.scope import scope, user_scope
from prongsai.kernel.errors import NotPermitted
from tests.cast import banthrai, donsai, member

pytestmark = pytest.mark.django_db


def test_a_user_sees_own_memberships_everywhere_and_nobody_elses() -> None:
    first, second = banthrai(), donsai()
    for organization in (first, second):
        with scope(organization.pk):
            somsri = member(username="somsri").user
    with scope(second.pk):
        mana = member(username="mana").user
    assert not Membership.objects.exists()
    assert [m.organization for m in memberships_of(somsri.pk)] == [second, first]
    assert [m.organization for m in memberships_of(mana.pk)] == [second]
    with user_scope(mana.pk):
        assert [m.user_id for m in Membership.objects.all()] == [mana.pk]  # type: ignore[attr-defined]


def test_seeing_a_membership_is_not_changing_it() -> None:
    first = banthrai()
    with scope(first.pk):
        somsri = member()
    with user_scope(somsri.user.pk):
        assert Membership.objects.update(position="นายก") == 0
        assert not Role.objects.exists()
    with scope(first.pk):
        assert Membership.objects.get().position == "เจ้าหน้าที่"


def test_a_members_permissions_are_those_of_all_roles_and_end_with_the_membership() -> None:
    with scope(banthrai().pk):
        somsri = member("measures.draft")
        actor = somsri.actor()
        assert actor.permissions == {"measures.draft", "measures.read", "office.read"}
        with pytest.raises(NotPermitted):
            actor.require("measures.approve")
        somsri.is_active = False
        somsri.save()
        assert somsri.actor().permissions == frozenset()
        assert member_of(somsri.user) is None


def test_an_organization_starts_with_the_roles_of_every_office() -> None:
    with scope(banthrai().pk):
        assert list(Role.objects.filter(is_builtin=True).values_list("key", flat=True)) == [
            *("planner", "unit_officer", "unit_head", "complaints_officer", "clerk", "head"),
            *("auditor", "administrator"),
        ]


def test_roles_bundle_only_permissions_that_exist_and_each_is_in_one() -> None:
    with scope(banthrai().pk):
        bundled = {key: set(role.permissions) for role in Role.objects.all() for key in [role.key]}
    assert set().union(*bundled.values()) == permissions().keys() - EVERYBODY
    # The head of a small office signs by pen: the clerk carries out what was approved, and approves nothing.
    assert {"measures.publish", "measures.close"} <= bundled["clerk"]
    assert [key for key, held in bundled.items() if "measures.approve" in held] == ["head"]
    # Who decides about the sealed channel reads nothing that comes by it.
    assert not [key for key, held in bundled.items() if {"corruption.manage", "corruption.receive"} <= held]
    assert [key for key, held in bundled.items() if "ledger.erase" in held] == ["administrator"]


def test_session_user_and_membership_take_one_query_for_the_membership(
    django_assert_num_queries: object,
) -> None:
    with scope(banthrai().pk):
        user = member("measures.draft", unit="กองคลัง").user
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = member_of(user)
            assert found is not None
            assert found.actor().unit == "กองคลัง"
            assert "measures.draft" in found.actor().permissions
