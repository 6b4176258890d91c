"""One case on paper: what came in, what was said and done, for the file or for who takes it over."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import override

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import said_in, timeline
from prongsai.foundation.casework.services import Concerned
from prongsai.foundation.typeset import Cell, Column, Document, Heading, Paragraph, Table
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.thai.dates import long_date, short_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.ui.cases.base import OfCase
from prongsai.ui.cases.due import Due
from prongsai.ui.cases.words import (
    CHANNELS,
    DIRECTIONS,
    FOUND,
    TOPICS,
    category_title,
    event_about,
    event_title,
    kind_of,
    state_title,
)
from prongsai.ui.papers import paper

FORMATS = ("pdf", "docx")
OUTWARD = ("no", "told")  # of who brought it, on the copy for another agency
UNNAMED = "(ไม่ประสงค์ออกนาม)"
NOT_PRINTED = "(ไม่พิมพ์ข้อมูลผู้แจ้งในฉบับนี้)"


def case_document(
    case: Case,
    *,
    reader: Actor,
    category: str,
    contact: bool,
    office: str,
    sample: bool = False,
    outward: bool = False,
) -> Document:
    """The case as a portrait paper in Thai, for one of the staff. Without `contact` nothing on it tells who brought the
    case, if the texts themselves do not. One that goes `outward` with a letter has neither the staff's notes nor the
    office's own acts."""
    with override("th"):
        blocks = [
            Heading(f"{kind_of(case).title} เลขที่ {case.number}", level=0, shown="centre"),
            Paragraph(office, align="centre"),
            _table("ข้อมูลเรื่อง", ("รายการ", 24), ("ข้อมูล", 76), rows=_facts(case, category, contact)),
            *_text("เรื่อง", case.title),
            *_text("รายละเอียด", case.body),
            *_text("ผลการดำเนินการ", case.result),
            *_conversation(case, reader, notes=contact and not outward),
            *([] if outward else _course(case, reader)),
        ]
    return Document(
        title=f"{kind_of(case).title} เลขที่ {case.number}",
        blocks=tuple(blocks),
        moment=clock.now(),
        author=office,
        running_head=(f"{kind_of(case).title} เลขที่ {case.number}", office),
        notices=(*(() if outward else ("ใช้ภายในหน่วยงาน",)), *(("ข้อมูลตัวอย่าง",) if sample else ())),
        keep=(office,),
    )


def _text(title: str, text: str) -> list[Any]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [Heading(title, level=1), *(Paragraph(line) for line in lines)] if lines else []


def _table(caption: str, *columns: tuple[str, float], rows: list[tuple[str, ...]]) -> Table:
    shown = tuple(Column((title,), width) for title, width in columns)
    return Table(
        caption, shown, tuple(tuple(Cell.of(*part.split("\n")) for part in row) for row in rows), dense=True
    )


def _facts(case: Case, category: str, contact: bool) -> list[tuple[str, ...]]:
    due = Due.of(case)
    where = " ".join(filter(None, [case.place, f"หมู่ที่ {to_thai(case.village)}" if case.village else ""]))
    brought = (
        UNNAMED if case.is_anonymous else " ".join(filter(None, [case.contact_name, case.contact_phone]))
    )
    rows = [
        ("วันที่รับเรื่อง", long_date(case.received_on, thai_digits=True)),
        ("ช่องทาง", str(CHANNELS.get(case.channel_kind, case.channel_kind))),
        (
            "ประเภทเรื่อง",
            " ".join(filter(None, [category, f"(ด้าน{TOPICS[case.topic]})" if case.topic in TOPICS else ""])),
        ),
        ("ผู้แจ้ง", brought if contact else NOT_PRINTED),
        ("เกี่ยวกับ", str(Concerned.of(case))),
        ("สถานที่", where),
        ("สถานะ", state_title(case)),
        (
            "ผู้รับผิดชอบ",
            " ".join(
                filter(None, [case.assignee.user.full_name if case.assignee else "", str(case.unit or "")])
            ),
        ),
        ("กำหนดแล้วเสร็จ", long_date(due.day, thai_digits=True) if due.day else ""),
        ("วันที่ยุติเรื่อง", long_date(case.closed_on, thai_digits=True) if case.closed_on else ""),
        ("ข้อเท็จจริงตามที่แจ้ง", str(FOUND.get(case.found, ""))),
    ]
    return [(label, value) for label, value in rows if value]


def _conversation(case: Case, reader: Actor, *, notes: bool) -> list[Any]:
    said = [
        (_moment(message), f"{DIRECTIONS[message.direction]}\n{_author(message, case)}", message.text)
        for message in said_in(case, reader)
        if notes or message.direction != CaseMessage.Direction.NOTE
    ]
    if not said:
        return []
    columns = (("วันเวลา", 18), ("จาก", 24), ("ข้อความ", 58))
    return [Heading("การติดต่อ", level=1), _table("การติดต่อ", *columns, rows=said)]


def _author(message: CaseMessage, case: Case) -> str:
    """Who of the office said it, and in which other case that is merged with this one."""
    author = "" if message.direction == CaseMessage.Direction.IN else message.author
    other = f"เรื่อง {to_thai(message.case.number)}" if message.case_id != case.pk else ""
    return " ".join(filter(None, [author, other]))


def _course(case: Case, reader: Actor) -> list[Any]:
    kind = kind_of(case)
    rows = [
        (
            _moment(event),
            " ".join(filter(None, [event_title(event, kind), str(event.unit or ""), event_about(event)])),
            event.actor,
        )
        for event in timeline(case, reader)
    ]
    columns = (("วันเวลา", 18), ("การดำเนินการ", 54), ("ผู้ดำเนินการ", 28))
    return (
        [Heading("ลำดับการดำเนินการ", level=1), _table("ลำดับการดำเนินการ", *columns, rows=rows)] if rows else []
    )


def _moment(row: Any) -> str:
    local = row.at.astimezone(clock.BANGKOK)
    return f"{short_date(local.date(), thai_digits=True)}\n{to_thai(f'{local:%H.%M}')} น."


class CasePrint(OfCase, abstract=True):
    """The case as PDF or DOCX. Who may not see who brought it gets a paper that does not say.

    What goes to another agency with a letter is asked for by `?who=no`, or `?who=told` where the letter says it.
    """

    needs = "read"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        format = kwargs["format"]
        if format not in FORMATS:
            raise Http404("no such format")
        who = request.GET.get("who")
        contact = self.sees_contact and who != "no"
        office = self.organization
        document = case_document(
            self.case,
            reader=self.actor,
            category=category_title(self.case),
            contact=contact,
            office=office.name,
            sample=office.is_sample,
            outward=who in OUTWARD,
        )
        return paper(document, format, f"{office.key}-{self.case.number}")
