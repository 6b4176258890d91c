"""The year's statistics as a paper in the wording of the OIT: all, finished, in progress; and that there were none."""

from __future__ import annotations

from datetime import datetime, time

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.typeset import Cell, Column, Document, Field, Heading, Paragraph, Sheet, Table
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import long_date, short_date
from prongsai.modules.corruption.choices import FOUND, THRESHOLD
from prongsai.modules.corruption.quarters import fiscal_year
from prongsai.modules.corruption.statistics import Quarter, Year

TITLE = "ข้อมูลเชิงสถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ"
NONE = "ไม่มีเรื่องร้องเรียน"
COUNTED_ONCE = (
    "ยอดยกมารวมกับเรื่องที่รับ เท่ากับเรื่องที่แล้วเสร็จรวมกับเรื่องที่อยู่ระหว่างดำเนินการ แต่ละเรื่องนับว่าแล้วเสร็จครั้งเดียว ในไตรมาสแรกที่เผยแพร่หลังปิดเรื่อง "
    "เรื่องที่เปิดพิจารณาใหม่ภายหลังยังนับตามที่เผยแพร่ไว้"
)
HEADS = (
    "ไตรมาส",
    "ช่วงเวลา",
    "ยกมา",
    "จำนวนเรื่องร้องเรียนทั้งหมด",
    "ดำเนินการแล้วเสร็จ",
    "อยู่ระหว่างดำเนินการ",
    "หมายเหตุ",
)
WIDTHS = (1.3, 2.4, 1, 1.6, 1.5, 1.6, 1.8)
FOUND_THAI = dict(
    zip([key for key, _ in FOUND], ("มีมูล", "มีมูลบางส่วน", "ไม่มีมูล", "ยุติเพราะไม่มีข้อมูลพอ"), strict=True)
)


def statistics_paper(organization: Organization, year: Year) -> Document:
    """The figures of a fiscal year as far as they are published."""
    rows = tuple(_row(quarter) for quarter in year.quarters)
    total = ("รวม", "", year.carried, year.received, year.closed, year.pending, "" if year.received else NONE)
    title = f"{TITLE} ปีงบประมาณ พ.ศ. {year.number}"
    last = year.quarters[-1]
    table = Table(
        title,
        tuple(Column((head,), width) for head, width in zip(HEADS, WIDTHS, strict=True)),
        tuple(tuple(_cell(value) for value in row) for row in (*rows, total)),
    )
    return Document(
        title=title,
        blocks=(
            Heading(organization.name, 0, shown="centre"),
            Heading(title, 1, shown="centre"),
            Paragraph(f"ผ่านช่องทางแจ้งเบาะแสการทุจริตซึ่งแยกจากเรื่องร้องเรียนทั่วไป ข้อมูลถึง {long_date(last.end)}"),
            table,
            Paragraph(COUNTED_ONCE, small=True),
            Paragraph(
                f"ผลการตรวจสอบแยกตามประเภทแสดงเมื่อมีเรื่องที่เสร็จในไตรมาสตั้งแต่ {THRESHOLD} เรื่อง เพื่อไม่ให้ตัวเลขชี้ถึงผู้แจ้ง",
                small=True,
            ),
        ),
        moment=datetime.combine(last.published_on, time(9), tzinfo=clock.BANGKOK),
        author=organization.name,
        running_head=(organization.short_name, title),
        notices=("ข้อมูลตัวอย่าง",) if organization.is_sample else (),
        sheets=(
            Sheet(
                f"สถิติ {year.number}",
                f"{title} {organization.name}",
                tuple(
                    Field(head, width, wrap=True)
                    for head, width in zip(HEADS, (10, 28, 12, 20, 20, 20, 40), strict=True)
                ),
                (*rows, total),
            ),
        ),
    )


def _row(quarter: Quarter) -> tuple[str, str, int, int, int, int, str]:
    period = f"{short_date(quarter.start)} – {short_date(quarter.end)}"
    note = ", ".join(f"{FOUND_THAI[key]} {count} เรื่อง" for key, count in quarter.outcomes)
    return (
        f"{quarter.number}/{fiscal_year(quarter.start)}",
        period,
        quarter.carried,
        quarter.received,
        quarter.closed,
        quarter.pending,
        note or ("" if quarter.received else NONE),
    )


def _cell(value: str | int) -> Cell:
    return (
        Cell.of(f"{value:,}", align="end") if isinstance(value, int) else Cell.of(*([value] if value else []))
    )
