"""The states that plans, frozen reports and remarks can be in, and how proofs join."""

from __future__ import annotations

from django.db import models


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "ร่าง"
    SUBMITTED = "submitted", "เสนอแล้ว"
    REVIEWED = "reviewed", "ปลัดเห็นชอบแล้ว"
    APPROVED = "approved", "อนุมัติแล้ว"
    PUBLISHED = "published", "ประกาศแล้ว"
    CLOSED = "closed", "ปิดปีแล้ว"
    SUPERSEDED = "superseded", "มีฉบับใหม่แทน"
    DISCARDED = "discarded", "ยกเลิกร่าง"


class CandidateStatus(models.TextChoices):
    """A frozen report on its way to publication."""

    FROZEN = "frozen", "รออนุมัติ"
    APPROVED = "approved", "อนุมัติแล้ว รอเผยแพร่"
    SENT_BACK = "sent_back", "ส่งกลับแก้ไข"
    PUBLISHED = "published", "เผยแพร่แล้ว"


class RemarkStatus(models.TextChoices):
    OPEN = "open", "รอคำชี้แจง"
    ANSWERED = "answered", "ชี้แจงแล้ว"
    SETTLED = "settled", "ปิดข้อสังเกตแล้ว"


class Join(models.TextChoices):
    ALL = "all", "ทุกข้อ"
    ANY = "any", "ข้อใดข้อหนึ่ง"
