"""A link invites one person, once, for seven days."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from prongsai.foundation.accounts.models import Invitation, Membership, User
from prongsai.foundation.accounts.selectors import invitation_by_token, invitations
from prongsai.foundation.accounts.services import accept_invitation, invite, withdraw_invitation
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import PASSWORD, SYSTEM, banthrai, donsai, member


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def invited(**changed: Any) -> str:
    details: dict[str, Any] = {
        "full_name": "มาลี ตัวอย่าง",
        "position": "นิติกร",
        "roles": ["planner"],
        "email": "malee@example.go.th",
    }
    return invite(actor=SYSTEM, **(details | changed))[1]


def test_somebody_new_becomes_a_member_with_name_and_password_of_their_own(office: Organization) -> None:
    token = invited()
    assert invitations().count() == 1
    made = accept_invitation(token=token, username="malee", password=PASSWORD)
    assert made.user.check_password(PASSWORD)
    assert not made.user.must_change_password
    assert (made.user.full_name, made.position, made.user.email) == (
        *("มาลี ตัวอย่าง", "นิติกร"),
        "malee@example.go.th",
    )
    assert "measures.draft" in made.actor().permissions
    assert invitations().count() == 0


def test_the_link_itself_is_not_kept(office: Organization) -> None:
    token = invited()
    invitation = Invitation.objects.get()
    assert token not in str(vars(invitation))
    assert invitation_by_token(token) == invitation
    assert invitation_by_token(token[:-1]) is None


def test_a_link_works_once(office: Organization) -> None:
    token = invited(email="")
    accept_invitation(token=token, username="malee", password=PASSWORD)
    with pytest.raises(WrongState, match="ใช้ไปแล้ว"):
        accept_invitation(token=token, username="other", password=PASSWORD)


def test_a_link_works_for_seven_days(office: Organization) -> None:
    token = invited()
    with clock.at(clock.now() + timedelta(days=7)), pytest.raises(WrongState, match="หมดอายุ"):
        accept_invitation(token=token, username="malee", password=PASSWORD)
    with clock.at(clock.now() + timedelta(days=6, hours=23)):
        accept_invitation(token=token, username="malee", password=PASSWORD)


def test_a_withdrawn_link_is_worthless_and_an_accepted_one_cannot_be_withdrawn(office: Organization) -> None:
    token = invited()
    withdraw_invitation(actor=SYSTEM, invitation=Invitation.objects.get())
    with pytest.raises(WrongState, match="ยกเลิก"):
        accept_invitation(token=token, username="malee", password=PASSWORD)
    token = invited()
    accept_invitation(token=token, username="malee", password=PASSWORD)
    with pytest.raises(WrongState, match="มีผู้รับแล้ว"):
        withdraw_invitation(actor=SYSTEM, invitation=Invitation.objects.first() or Invitation())


def test_a_link_of_another_office_opens_nothing_here(office: Organization) -> None:
    with scope(donsai().pk):
        token = invited()
    with pytest.raises(WrongState):
        accept_invitation(token=token, username="malee", password=PASSWORD)


def test_an_address_with_an_account_is_accepted_by_its_owner_alone(office: Organization) -> None:
    with scope(donsai().pk):
        owner = member(username="malee").user
    owner.email = "malee@example.go.th"
    owner.save()
    token = invited(email="Malee@example.go.th")
    with pytest.raises(WrongState, match="เข้าสู่ระบบก่อน"):
        accept_invitation(token=token, username="malee2", password=PASSWORD)
    made = accept_invitation(token=token, user=owner)
    assert made.user == owner
    assert User.objects.count() == 1
    with pytest.raises(WrongState, match="อยู่แล้ว"):
        accept_invitation(token=invited(), user=owner)


def test_who_left_comes_back_by_a_link_with_the_roles_it_says(office: Organization) -> None:
    left = member("audit.read", username="malee")
    left.is_active = False
    left.save()
    made = accept_invitation(token=invited(email=""), user=left.user)
    assert made.pk == left.pk
    assert "measures.draft" in made.actor().permissions
    assert "audit.read" not in made.actor().permissions


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [("ม", PASSWORD, "username"), ("malee", "short", "password"), ("malee", "qwerty123456", "password")],
)
def test_a_name_or_password_that_will_not_do_leaves_the_link_good(
    office: Organization, username: str, password: str, field: str
) -> None:
    token = invited()
    with pytest.raises(InvalidInput) as error:
        accept_invitation(token=token, username=username, password=password)
    assert error.value.field == field
    accept_invitation(token=token, username="malee", password=PASSWORD)


def test_only_who_may_manage_people_invites(office: Organization) -> None:
    nobody = Actor(name="มานะ ตัวอย่าง")
    invited()
    with pytest.raises(NotPermitted):
        invite(actor=nobody, full_name="x", position="x", roles=["head"])
    with pytest.raises(NotPermitted):
        withdraw_invitation(actor=nobody, invitation=Invitation.objects.get())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_same_link_at_once_one_becomes_a_member() -> None:
    organization = banthrai().pk
    with working_for(organization):
        token = invited(email="")
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def accept(username: str) -> None:
        try:
            with working_for(organization):
                start.wait(10)
                accept_invitation(token=token, username=username, password=PASSWORD)
            outcomes.append("member")
        except WrongState:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("malee", "mana")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["member", "refused"]
    with working_for(organization):
        assert Membership.objects.count() == 1
