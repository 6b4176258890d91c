"""The states a plan can be in, and how proofs join."""

from __future__ import annotations

from django.db import models


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "ร่าง"
    SUBMITTED = "submitted", "เสนอแล้ว"
    APPROVED = "approved", "อนุมัติแล้ว"
    PUBLISHED = "published", "ประกาศแล้ว"
    CLOSED = "closed", "ปิดปีแล้ว"
    SUPERSEDED = "superseded", "มีฉบับใหม่แทน"


class Join(models.TextChoices):
    ALL = "all", "ทุกข้อ"
    ANY = "any", "ข้อใดข้อหนึ่ง"
