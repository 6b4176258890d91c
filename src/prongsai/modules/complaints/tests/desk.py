"""Cases on a desk for the tests of the staff's screens. Names and matters are invented."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

from django.urls import reverse

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Opened, Place
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Topic
from tests.cast import SYSTEM
from tests.sample_year import PDF, PNG

READ, INTAKE, HANDLE = "complaints.read", "complaints.intake", "complaints.handle"
ASSIGN, MANAGE, PUBLISH = "complaints.assign", "complaints.manage", "complaints.publish"
ALL = (READ, INTAKE, HANDLE, ASSIGN, MANAGE, PUBLISH, "office.manage", "office.read")
CITIZEN = Contact("นายบุญมี ตัวอย่าง", "081 000 0000")


def opened(**said: Any) -> Opened:
    """A case of บ้านทราย: a lamp that is out, unless something else is said."""
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "kind": "complaints.grievance",
        "title": "ไฟสาธารณะดับ หมู่ที่ 4",
        "body": "ไฟหน้าวัดดับมาสามคืน ทางมืดมาก",
        "category": "lamp",
        "channel_kind": "phone",
        "contact": CITIZEN,
        "place": Place("หน้าวัดบ้านทราย", "4"),
        "unit": Unit.objects.order_by("position").first(),
    }
    return services.open_case(**(given | said))


def a_case(**said: Any) -> Case:
    return opened(**said).case


def a_complaint(**said: Any) -> Case:
    """About the office: it counts in a subject area of the measures."""
    told = {
        "kind": "complaints.complaint",
        "category": "service",
        "topic": Topic.SERVICE,
        "title": "รอนานที่กองคลัง",
    }
    return a_case(**(told | said))


def picture(name: str = "ภาพ.png") -> StoredFile:
    return store_file(actor=SYSTEM, content=BytesIO(PNG), name=name)


def paper(name: str = "หนังสือ.pdf") -> StoredFile:
    return store_file(actor=SYSTEM, content=BytesIO(PDF), name=name)


def rich_case() -> Case:
    """A case with everything that a page can show: messages, a note, files, a child, one that was joined with it."""
    case = a_case(files=[picture("หน้าวัด.png")])
    services.acknowledge(actor=SYSTEM, case=case)
    for number in range(4):
        services.hear(case=case, text=f"ยังดับอยู่ คืนที่ {number}", channel_kind="web")
        services.say(actor=SYSTEM, case=case, text="กำลังสั่งหลอด", files=[paper(f"ใบสั่ง{number}.pdf")])
        services.note(actor=SYSTEM, case=case, text="ช่างลา")
    services.split(actor=SYSTEM, case=case, title="เสาเอน", body="เสาต้นถัดไปเอน")
    other = a_case(title="ไฟหน้าวัดไม่ติด")
    services.merge(actor=SYSTEM, case=other, into=case, reason="จุดเดียวกัน")
    case.refresh_from_db()
    return case


def closed_case() -> Case:
    case = a_case()
    services.acknowledge(actor=SYSTEM, case=case)
    return services.act(actor=SYSTEM, case=case, act="finish", result="เปลี่ยนหลอดแล้ว")


MONDAY = date(2025, 8, 18)


def at(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"organization": "banthrai", **kwargs})


def of(case: Case, page: str = "", **kwargs: Any) -> str:
    return at(f"complaints-case-{page}".removesuffix("-"), case=case.pk, **kwargs)


def said(answer: Any) -> str:
    """What stands on the page, without tags."""
    page = re.sub("</?span[^>]*>", "", answer.content.decode())
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def word_text(data: bytes) -> str:
    import docx

    return docx.Document(BytesIO(data)).element.body.xpath("string(.)")


def footers(data: bytes) -> str:
    import docx

    document = docx.Document(BytesIO(data))
    return "".join(p.text for section in document.sections for p in section.footer.paragraphs)
