"""A person finds their own memberships before any organization is in scope, and nobody else's."""

from __future__ import annotations

import pytest

from prongsai.foundation.accounts.models import Membership, User
from prongsai.foundation.tenancy.scope import scope, user_scope
from prongsai.kernel.errors import NotPermitted
from tests.cast import banthrai, donsai

pytestmark = pytest.mark.django_db


def member(username: str, *organizations: int, permissions: tuple[str, ...] = ()) -> User:
    user = User.objects.create_user(username, "กุญแจ-ยาวๆ", full_name=username)
    for organization in organizations:
        with scope(organization):
            Membership.objects.create(user=user, position="เจ้าหน้าที่", permissions=list(permissions))
    return user


def test_a_user_sees_own_memberships_everywhere_and_nobody_elses() -> None:
    first, second = banthrai(), donsai()
    somsri = member("somsri", first.pk, second.pk)
    mana = member("mana", second.pk)
    assert not Membership.objects.exists()
    with user_scope(somsri.pk):
        assert {m.organization_id for m in Membership.objects.all()} == {first.pk, second.pk}  # type: ignore[attr-defined]
    with user_scope(mana.pk):
        assert [m.user_id for m in Membership.objects.all()] == [mana.pk]  # type: ignore[attr-defined]


def test_seeing_a_membership_is_not_changing_it() -> None:
    first = banthrai()
    somsri = member("somsri", first.pk)
    with user_scope(somsri.pk):
        assert Membership.objects.update(permissions=["measures.approve"]) == 0
    with scope(first.pk):
        assert Membership.objects.get().permissions == []


def test_a_members_permissions_are_asked_and_end_with_the_membership() -> None:
    first = banthrai()
    member("somsri", first.pk, permissions=("measures.draft",))
    with scope(first.pk):
        membership = Membership.objects.get()
        membership.actor().require("measures.draft")
        with pytest.raises(NotPermitted):
            membership.actor().require("measures.approve")
        membership.is_active = False
        with pytest.raises(NotPermitted):
            membership.actor().require("measures.draft")
