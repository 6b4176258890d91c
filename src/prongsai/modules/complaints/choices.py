"""The words that the module stores: kinds of cases, and how a citizen wants to be answered."""

from __future__ import annotations

from django.db import models

GRIEVANCE = "complaints.grievance"  # ร้องทุกข์ แจ้งเหตุ: something is broken or troubles people
COMPLAINT = "complaints.complaint"  # ร้องเรียน: about the office or who works there
SUGGESTION = "complaints.suggestion"  # ข้อเสนอแนะ คำชม
INFORMATION = "complaints.information"  # คำขอข้อมูลข่าวสาร ม.11
KINDS = (GRIEVANCE, COMPLAINT, SUGGESTION, INFORMATION)
UNSORTED = "case_unsorted"  # the fact that nobody has looked yet at the kind that was guessed


class AnswerBy(models.TextChoices):
    """Where the answer goes. Whatever is chosen, it also stands on the tracking page."""

    PAGE = "page", "หน้าติดตามเรื่อง"
    PHONE = "phone", "โทรศัพท์"
    EMAIL = "email", "อีเมล"
    LINE = "line", "LINE"
