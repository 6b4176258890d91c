"""People are hired, changed and ended by services that ask, record, and keep somebody in charge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from prongsai.foundation.accounts import kinds
from prongsai.foundation.accounts.models import Membership, MembershipRole, Role, User
from prongsai.foundation.accounts.selectors import member_of
from prongsai.foundation.accounts.services import (
    accept_invitation,
    change_member,
    correct_person,
    deactivate,
    hire,
    invite,
    reactivate,
    remove_role,
    reset_login,
    save_role,
)
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import PASSWORD, SYSTEM, banthrai, donsai, member

pytestmark = pytest.mark.django_db
NOBODY = Actor(name="มานะ ตัวอย่าง", permissions=frozenset({"office.manage"}))


@pytest.fixture
def office() -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def hired(username: str = "malee", **changed: Any) -> Membership:
    details: dict[str, Any] = {
        "full_name": "มาลี ตัวอย่าง",
        "position": "เจ้าพนักงานธุรการ",
        "roles": ["unit_officer"],
    }
    return hire(actor=SYSTEM, username=username, **(details | changed))[0]


def facts() -> list[Entry]:
    flush()
    return list(Entry.objects.order_by("number"))


def test_a_person_is_hired_with_a_password_that_works_once_and_must_be_changed(office: Organization) -> None:
    made, password = hire(
        actor=SYSTEM,
        username=" Malee ",
        full_name="นางสาวมาลี  ตัวอย่าง",
        position="เจ้าพนักงานธุรการ",
        roles=["unit_officer", "auditor"],
        unit=Unit.objects.get(name="กองคลัง"),
        email="Malee@Example.go.th",
    )
    assert made.user.username == "malee"
    assert made.user.full_name == "นางสาวมาลี ตัวอย่าง"
    assert made.user.email == "malee@example.go.th"
    assert made.user.must_change_password
    assert made.user.check_password(password)
    actor = made.actor()
    assert actor.unit == "กองคลัง"
    assert {"evidence.record", "audit.read", "measures.read"} <= actor.permissions
    (fact,) = facts()
    assert (fact.kind, fact.visibility) == (kinds.MEMBER_HIRED, "internal")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "ม"}, "username"),
        ({"username": "malee"}, "username"),
        ({"username": "MALEE"}, "username"),
        ({"full_name": "  "}, "full_name"),
        ({"position": ""}, "position"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"email": "malee@"}, "email"),
        ({"email": "Taken@example.go.th"}, "email"),
        ({"post": "king"}, "post"),
        ({"post": "clerk"}, "post"),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_is_hired(
    office: Organization, wrong: dict[str, Any], field: str
) -> None:
    hired(email="taken@example.go.th", post="clerk")
    with pytest.raises(InvalidInput) as error:
        hired(**({"username": "other"} | wrong))
    assert error.value.field == field
    assert User.objects.count() == 1


def test_another_offices_unit_is_none_of_ours(office: Organization) -> None:
    with scope(donsai().pk):
        unit = Unit.objects.get()
    with pytest.raises(InvalidInput, match="ไม่มีส่วนราชการนี้"):
        hired(unit=unit)


def test_only_who_may_manage_people_does(office: Organization) -> None:
    malee = hired()
    role = Role.objects.get(key="planner")
    acts: list[Any] = [
        lambda: hire(actor=NOBODY, username="x", full_name="x", position="x", roles=["head"]),
        lambda: change_member(actor=NOBODY, member=malee, position="x", roles=["head"]),
        lambda: deactivate(actor=NOBODY, member=malee),
        lambda: reactivate(actor=NOBODY, member=malee),
        lambda: correct_person(actor=NOBODY, member=malee, full_name="x", email=""),
        lambda: reset_login(actor=NOBODY, member=malee),
        lambda: save_role(actor=NOBODY, role=role, name="x", permissions=[]),
        lambda: remove_role(actor=NOBODY, role=role),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act()


def test_a_change_of_roles_holds_from_the_next_page_on(office: Organization) -> None:
    malee = hired()
    change_member(actor=SYSTEM, member=malee, position="ผู้อำนวยการกองคลัง", roles=["unit_head"], post="")
    found = member_of(malee.user)
    assert found is not None
    assert found.actor().position == "ผู้อำนวยการกองคลัง"
    assert "measures.attest" in found.actor().permissions
    assert MembershipRole.objects.count() == 1


def test_another_offices_member_cannot_be_changed(office: Organization) -> None:
    with scope(donsai().pk):
        stranger = member(username="mana")
    for act in (deactivate, reset_login):
        with pytest.raises(InvalidInput, match="ไม่มีบุคลากรคนนี้"):
            act(actor=SYSTEM, member=stranger)


def open_session(user: User) -> str:
    key = "s" * 30 + str(user.pk)
    Session.objects.create(session_key=key, session_data="", expire_date=clock.now() + timedelta(days=1))
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.0", user_agent="x")
    return key


def test_an_ended_membership_ends_the_sessions_and_keeps_the_person(office: Organization) -> None:
    malee = hired()
    key = open_session(malee.user)
    deactivate(actor=SYSTEM, member=malee)
    assert member_of(malee.user) is None
    assert not Session.objects.filter(session_key=key).exists()
    assert Membership.objects.filter(pk=malee.pk).exists()
    with pytest.raises(WrongState):
        change_member(actor=SYSTEM, member=malee, position="x", roles=["head"])
    reactivate(actor=SYSTEM, member=malee)
    assert member_of(malee.user) is not None
    assert [fact.kind for fact in facts()][-2:] == [kinds.MEMBER_ENDED, kinds.MEMBER_RETURNED]


def test_who_comes_back_finds_the_post_taken(office: Organization) -> None:
    first = hired(post="clerk")
    deactivate(actor=SYSTEM, member=first)
    hired("second", post="clerk")
    assert reactivate(actor=SYSTEM, member=first).post == ""


def test_one_cannot_end_oneself(office: Organization) -> None:
    malee = hired(roles=["administrator"])
    hired("second", roles=["administrator"])
    with pytest.raises(WrongState, match="ตนเอง"):
        deactivate(actor=malee.actor(), member=malee)


def test_who_leaves_takes_the_invitations_along_that_they_sent(office: Organization) -> None:
    malee = hired(roles=["administrator"])
    other = hired("second", roles=["administrator"], full_name="มานะ ตัวอย่าง")
    told = {"full_name": "ปิติ ตัวอย่าง", "position": "นิติกร", "roles": ["administrator"]}
    _, token = invite(actor=malee.actor(), **told)
    _, others = invite(actor=other.actor(), **told)
    deactivate(actor=other.actor(), member=malee)
    with pytest.raises(WrongState, match="ยกเลิก"):
        accept_invitation(token=token, user=malee.user)
    assert not Membership.objects.get(pk=malee.pk).is_active
    assert facts()[-1].content["invitations_withdrawn"] == 1
    accept_invitation(token=others, username="piti", password=PASSWORD)


def test_nobody_takes_the_address_of_another_as_a_name_nor_a_name_as_an_address(office: Organization) -> None:
    hired(email="malee@example.go.th")
    with pytest.raises(InvalidInput) as refused:
        hired("Malee@Example.go.th", full_name="คนอื่น ตัวอย่าง")
    assert refused.value.field == "username"
    own = hired("piti@example.go.th", email="piti@example.go.th")  # one's own
    with pytest.raises(InvalidInput) as refused:
        hired("mana", email="Piti@example.go.th")
    assert refused.value.field == "email"
    correct_person(actor=SYSTEM, member=own, full_name="ปิติ ตัวอย่าง", email="piti@example.go.th")


def test_another_address_of_a_member_stands_in_the_register(office: Organization) -> None:
    malee = hired(email="malee@example.go.th")
    for email, other in (("malee@example.go.th", False), ("new@example.go.th", True)):
        correct_person(actor=SYSTEM, member=malee, full_name="มาลี ตัวอย่าง", email=email)
        assert facts()[-1].content["other_address"] is other


def test_the_last_who_may_manage_people_stays(office: Organization) -> None:
    malee = hired(roles=["administrator"])
    role = Role.objects.get(key="administrator")
    for act in (
        lambda: deactivate(actor=SYSTEM, member=malee),
        lambda: change_member(actor=SYSTEM, member=malee, position="x", roles=["head"]),
        lambda: save_role(actor=SYSTEM, role=role, name=role.name, permissions=["audit.read"]),
    ):
        with pytest.raises(WrongState, match="อย่างน้อยหนึ่งคน"):
            act()
    hired("second", roles=["administrator"])
    deactivate(actor=SYSTEM, member=malee)


def test_a_lost_telephone_and_password_are_replaced_by_a_temporary_password(office: Organization) -> None:
    malee = hired()
    malee.user.must_change_password = False
    malee.user.save()
    key = open_session(malee.user)
    Authenticator.objects.create(user=malee.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    password = reset_login(actor=SYSTEM, member=malee)
    user = User.objects.get(pk=malee.user.pk)
    assert user.check_password(password)
    assert user.must_change_password
    assert Authenticator.objects.filter(user=user).exists()
    assert not Session.objects.filter(session_key=key).exists()
    reset_login(actor=SYSTEM, member=malee, second_factors=True)
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_login_that_serves_two_offices_is_changed_by_its_owner_alone(office: Organization) -> None:
    malee = hired()
    with scope(donsai().pk):
        Membership.objects.create(user=malee.user, position="เจ้าหน้าที่")
    for act in (
        lambda: reset_login(actor=SYSTEM, member=malee),
        lambda: correct_person(actor=SYSTEM, member=malee, full_name="x", email="other@example.go.th"),
    ):
        with pytest.raises(WrongState, match="หน่วยงานอื่น"):
            act()


def test_a_name_is_corrected(office: Organization) -> None:
    malee = hired(email="malee@example.go.th")
    correct_person(actor=SYSTEM, member=malee, full_name="มาลี ใหม่", email="malee@example.go.th")
    assert User.objects.get().full_name == "มาลี ใหม่"


def test_an_office_makes_edits_and_removes_roles_of_its_own(office: Organization) -> None:
    made = save_role(actor=SYSTEM, name="ธุรการ", permissions=["files.publish", "office.read"])
    assert made.permissions == ["files.publish"]
    save_role(actor=SYSTEM, role=made, name="ธุรการกลาง", description="พิมพ์และเผยแพร่", permissions=[])
    assert Role.objects.get(pk=made.pk).name == "ธุรการกลาง"
    with pytest.raises(InvalidInput, match="อยู่แล้ว"):
        save_role(actor=SYSTEM, name="ธุรการกลาง", permissions=[])
    with pytest.raises(InvalidInput, match="ไม่รู้จักสิทธิ"):
        save_role(actor=SYSTEM, name="อื่น", permissions=["everything"])
    malee = hired(roles=[made.key])
    with pytest.raises(WrongState, match="ยังมีผู้ถือ"):
        remove_role(actor=SYSTEM, role=made)
    change_member(actor=SYSTEM, member=malee, position="x", roles=["head"])
    remove_role(actor=SYSTEM, role=made)
    assert not Role.objects.filter(pk=made.pk).exists()
    with pytest.raises(WrongState, match="พื้นฐาน"):
        remove_role(actor=SYSTEM, role=Role.objects.get(key="head"))


def test_another_offices_role_cannot_be_edited(office: Organization) -> None:
    with scope(donsai().pk):
        role = Role.objects.get(key="head")
    with pytest.raises(InvalidInput, match="ไม่มีบทบาทนี้"):
        save_role(actor=SYSTEM, role=role, name="x", permissions=[])


def test_what_is_on_record_names_nobody(office: Organization) -> None:
    malee = hired(full_name="นางสาวมาลี ตัวอย่าง", email="malee@example.go.th")
    correct_person(actor=SYSTEM, member=malee, full_name="มาลี ใหม่", email="")
    for fact in facts():
        assert fact.visibility == "internal"
        said = bytes(fact.payload.body).decode()  # type: ignore[attr-defined]
        assert "มาลี" not in said, "a fact stays for ever, a name must be correctable"
        assert "malee" not in said
