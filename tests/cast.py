"""The cast of the tests: สมศรี works for บ้านทราย, มานะ for ดอนสาย and must see nothing of บ้านทราย."""

from __future__ import annotations

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.services import add_organization
from prongsai.kernel.contracts import Actor

SYSTEM = Actor.system("ชุดทดสอบ")


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
