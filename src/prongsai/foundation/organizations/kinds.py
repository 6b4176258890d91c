"""Facts about the office itself."""

from __future__ import annotations

from prongsai.kernel.contracts import FactKind

PROFILE_CHANGED = "office_profile_changed"
SEAL_SET = "office_seal_set"
UNIT_ADDED = "unit_added"
UNIT_CHANGED = "unit_changed"
UNITS_ORDERED = "units_ordered"
UNIT_RETIRED = "unit_retired"
UNIT_RESTORED = "unit_restored"

KINDS = (
    FactKind(PROFILE_CHANGED, "แก้ไขข้อมูลหน่วยงาน", "Office profile changed"),
    FactKind(SEAL_SET, "กำหนดตราหน่วยงาน", "Office seal set"),
    FactKind(UNIT_ADDED, "เพิ่มส่วนราชการ", "Unit added"),
    FactKind(UNIT_CHANGED, "แก้ไขส่วนราชการ", "Unit changed"),
    FactKind(UNITS_ORDERED, "จัดลำดับส่วนราชการ", "Units put in order"),
    FactKind(UNIT_RETIRED, "เลิกใช้ส่วนราชการ", "Unit retired"),
    FactKind(UNIT_RESTORED, "นำส่วนราชการกลับมาใช้", "Unit restored"),
)
