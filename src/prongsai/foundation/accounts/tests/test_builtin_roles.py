"""What a later release adds to the roles that every office has: given once, and never given back after it was taken."""

from __future__ import annotations

import pytest

from prongsai.foundation.accounts.builtin import builtin_roles
from prongsai.foundation.accounts.kinds import ROLE_SAVED
from prongsai.foundation.accounts.models import Role
from prongsai.foundation.accounts.services import offer_builtin_roles, organizations_to_offer, save_role
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from tests.cast import SYSTEM, banthrai, donsai

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_office() -> Organization:
    """An office that began before anybody took complaints, and edited the role of its unit officers."""
    office = banthrai()
    donsai()
    with scope(office.pk):
        Role.objects.filter(key="complaints_officer").delete()
        held = {"permissions": ["files.publish"], "offered": ["evidence.record"]}
        Role.objects.filter(key="unit_officer").update(**held)
    return office


def role(office: Organization, key: str) -> Role:
    with scope(office.pk):
        return Role.objects.get(key=key)


def test_an_office_that_has_everything_is_not_offered_anything() -> None:
    banthrai()
    assert organizations_to_offer() == []


def test_what_a_release_adds_is_given_once_and_is_on_record(old_office: Organization) -> None:
    assert organizations_to_offer() == [old_office.pk]
    offer_builtin_roles(organization_id=old_office.pk)
    assert organizations_to_offer() == []
    grown, told = role(old_office, "unit_officer"), builtin_roles()["unit_officer"]["permissions"]
    assert set(grown.permissions) == {"files.publish", *told} - {"evidence.record"}, "taken away stays away"
    assert role(old_office, "complaints_officer").is_builtin
    with scope(old_office.pk):
        facts = Entry.objects.filter(kind=ROLE_SAVED).with_payload()
        assert {fact.content["key"] for fact in facts} == {"unit_officer", "complaints_officer"}


def test_what_the_office_took_away_afterwards_is_not_given_again(old_office: Organization) -> None:
    offer_builtin_roles(organization_id=old_office.pk)
    with scope(old_office.pk):
        grown = Role.objects.get(key="unit_officer")
        save_role(actor=SYSTEM, role=grown, name=grown.name, permissions=["evidence.record"])
    assert organizations_to_offer() == []
    offer_builtin_roles(organization_id=old_office.pk)
    assert role(old_office, "unit_officer").permissions == ["evidence.record"]


def test_an_office_keeps_its_own_role_of_the_same_name(old_office: Organization) -> None:
    name = builtin_roles()["complaints_officer"]["name"]
    with scope(old_office.pk):
        save_role(actor=SYSTEM, name=name, permissions=["files.publish"])
    offer_builtin_roles(organization_id=old_office.pk)
    assert role(old_office, "complaints_officer").name == f"{name} (พื้นฐาน)"
