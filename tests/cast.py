"""The cast of the tests: สมศรี works for บ้านทราย, มานะ for ดอนสาย and must see nothing of บ้านทราย."""

from __future__ import annotations

from typing import Any

from django.test import Client

from prongsai.foundation.accounts.devices import COOKIE, cookie_value
from prongsai.foundation.accounts.models import Membership, MembershipRole, Role, User
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.organizations.services import add_organization
from prongsai.kernel.contracts import Actor

SYSTEM = Actor.system("ชุดทดสอบ")
PASSWORD = "กุญแจ-ยาวๆ-ของชุดทดสอบ"


def banthrai() -> Organization:
    return add_organization(
        actor=SYSTEM,
        key="banthrai",
        name="องค์การบริหารส่วนตำบลบ้านทราย",
        district="อำเภอตัวอย่าง",
        province="จังหวัดตัวอย่าง",
        units=["สำนักปลัด", "กองคลัง"],
        is_sample=True,
    )


def donsai() -> Organization:
    return add_organization(
        actor=SYSTEM,
        key="donsai",
        name="เทศบาลตำบลดอนสาย",
        district="อำเภอตัวอย่าง",
        province="จังหวัดตัวอย่าง",
        units=["สำนักปลัด"],
        is_sample=True,
    )


def member(
    *permissions: str, username: str = "somsri", unit: str = "", position: str = "เจ้าหน้าที่"
) -> Membership:
    """An active member of the organization in scope who holds one role with exactly these permissions.

    The login is made when there is none of that name; its password is `PASSWORD`.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(username, PASSWORD, full_name=f"{username} ตัวอย่าง")
    found = Unit.objects.get_or_create(name=unit, defaults={"position": 99})[0] if unit else None
    made = Membership.objects.create(user=user, position=position, unit=found)
    key = f"test-{made.pk}"
    role = Role.objects.create(key=key, name=key, permissions=list(permissions))
    MembershipRole.objects.create(membership=made, role=role)
    return made


def signed_in_client(membership: Membership, **defaults: Any) -> Client:
    """A browser in which the member has signed in. Works for every organization the person belongs to."""
    client = Client(**defaults)
    client.force_login(membership.user)
    client.cookies[COOKIE] = cookie_value(None, membership.user)
    return client
