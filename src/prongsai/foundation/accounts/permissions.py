"""Named permissions of the foundation. Modules name theirs in `provides.py`."""

from __future__ import annotations

from prongsai.kernel.contracts import Permission
from prongsai.kernel.registry import registry

FOUNDATION = (
    Permission("office.read", "ดูข้อมูลหน่วยงาน ส่วนราชการ และรายชื่อบุคลากร"),
    Permission("office.manage", "แก้ข้อมูลหน่วยงาน ส่วนราชการ ผู้ลงนาม พยาน และกุญแจ"),
    Permission("people.manage", "เพิ่มคน กำหนดบทบาท และปิดบัญชี"),
    Permission("audit.read", "ดูบันทึกหลักฐานทั้งหมดและไฟล์ทั้งหมด"),
    Permission("ledger.erase", "ลบเนื้อความหลักฐานที่มีข้อมูลส่วนบุคคล โดยคงร่องรอยว่าลบ"),
    Permission("channels.manage", "เปิด ปิด แก้ไข และเชื่อมต่อช่องทางรับเรื่อง"),
    Permission("channels.check", "ลงชื่อตรวจโทรศัพท์ ตู้รับเรื่อง และจุดรับเรื่องประจำสัปดาห์"),
    Permission("files.publish", "เผยแพร่ไฟล์หลักฐานต่อสาธารณะ"),
)
# Whoever holds a role at all may look at the office's own work.
EVERYBODY = frozenset({"measures.read", "office.read"})


def permissions() -> dict[str, Permission]:
    """Every permission that a role may bundle, by key: the foundation's, then the modules'."""
    return {each.key: each for each in (*FOUNDATION, *registry().permissions.values())}
