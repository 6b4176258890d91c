"""What the ledger keeps about people: internal, and by their places, since a fact stays for ever."""

from __future__ import annotations

from prongsai.kernel.contracts import FactKind

MEMBER_HIRED = "member_added"
MEMBER_CHANGED = "member_changed"
MEMBER_ENDED = "member_ended"
MEMBER_RETURNED = "member_returned"
PASSWORD_SET = "member_password_set"  # noqa: S105 (a fact's kind, no password)
INVITED = "invitation_sent"
INVITATION_WITHDRAWN = "invitation_withdrawn"
ROLE_SAVED = "role_saved"
ROLE_REMOVED = "role_removed"
ACTING_APPOINTED = "acting_appointed"
ACTING_ENDED = "acting_ended"
ABSENCE_NOTED = "absence_noted"
ABSENCE_REMOVED = "absence_removed"

KINDS = (
    FactKind(MEMBER_HIRED, "เพิ่มบุคลากร", "Member added"),
    FactKind(MEMBER_CHANGED, "แก้ไขตำแหน่งหรือบทบาทของบุคลากร", "Member's position or roles changed"),
    FactKind(MEMBER_ENDED, "ปิดบัญชีบุคลากร", "Member deactivated"),
    FactKind(MEMBER_RETURNED, "เปิดบัญชีบุคลากรอีกครั้ง", "Member reactivated"),
    FactKind(PASSWORD_SET, "ตั้งรหัสผ่านชั่วคราวให้บุคลากร", "Temporary password set for a member"),
    FactKind(INVITED, "ส่งคำเชิญเข้าใช้ระบบ", "Invitation sent"),
    FactKind(INVITATION_WITHDRAWN, "ยกเลิกคำเชิญเข้าใช้ระบบ", "Invitation withdrawn"),
    FactKind(ROLE_SAVED, "กำหนดบทบาทและสิทธิ", "Role and its permissions set"),
    FactKind(ROLE_REMOVED, "ลบบทบาท", "Role removed"),
    FactKind(ACTING_APPOINTED, "แต่งตั้งผู้รักษาราชการแทนหรือปฏิบัติราชการแทน", "Acting signatory appointed"),
    FactKind(ACTING_ENDED, "สิ้นสุดการรักษาราชการแทนหรือปฏิบัติราชการแทน", "Acting signatory's order ended"),
    FactKind(ABSENCE_NOTED, "บันทึกวันที่ไม่อยู่ปฏิบัติราชการ", "Absence noted"),
    FactKind(ABSENCE_REMOVED, "ยกเลิกวันที่ไม่อยู่ปฏิบัติราชการ", "Absence removed"),
)
