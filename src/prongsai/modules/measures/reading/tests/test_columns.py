"""Headers of tables as offices word them."""

from __future__ import annotations

import pytest

from prongsai.modules.measures.reading.columns import find_header
from prongsai.modules.measures.reading.grid import Row, cell_of

_LETTERS = {
    "number": "n",
    "measure": "m",
    "step": "s",
    "period": "p",
    "unit": "u",
    "output": "o",
    "outcome": "c",
}


@pytest.mark.parametrize(
    ("titles", "roles"),
    [
        ("ที่|กิจกรรม/โครงการ|วิธีดำเนินการ|ระยะเวลา|ผู้รับผิดชอบ|ผลการดำเนินงาน|ผลลัพธ์ (Outcome)", "nmspuoc"),
        ("ลำดับ|มาตรการ|กิจกรรม/โครงการ|วิธีดำเนินการ|ระยะเวลา|ผู้รับผิดชอบ|ผลผลิต|ผลลัพธ์", "nm-spuoc"),
        ("มาตรการ|แนวทาง/วิธีการ|ห้วงเวลา|เจ้าภาพ|ผลการดำเนินงาน (Output)|ผลสำเร็จ (Outcome)", "mspuoc"),
        (
            "มาตรการ|ขั้นตอนการดำเนินการตามมาตรการ|กำหนดแล้วเสร็จ|หน่วยงาน|ผลการดำเนินการตามมาตรการ|ผลลัพธ์ของมาตรการ",
            "mspuoc",
        ),
        ("มาตรการ/แนวทาง|วิธีการปฏิบัติ|ปีงบประมาณ|ผู้รับผิดชอบ|ผลการดำเนินการ|ผลสัมฤทธิ์ของมาตรการ", "mspuoc"),
        ("ผู้รับผิดชอบ|ผลลัพธ์|ผลผลิต|ระยะเวลา|วิธีดำเนินการ|กิจกรรม/โครงการ|ที่", "ucopsmn"),
        ("มาตรการ|ขั้นตอน|ระยะเวลา|ผู้รับผิดชอบหลัก|ผู้รับผิดชอบร่วม|ผลผลิต|ผลลัพธ์", "mspuuoc"),
        ("มาตรการ|ขั้นตอน|ระยะเวลา|หน่วยงาน|ผลการดำเนินการ|ผลผลิต|ผลลัพธ์", "mspu-oc"),
        ("ตัวชี้วัด ITA|มาตรการ|ที่|ขั้นตอน|งบประมาณ|ระยะเวลา|ผู้ปฏิบัติ|ผล|ผลลัพธ์|หมายเหตุ", "-m-s-puoc-"),
        ("Measure|Steps|Period|Responsible unit|Output|Outcome", "mspuoc"),
    ],
)
def test_columns_are_told_by_their_titles(titles: str, roles: str) -> None:
    header = find_header([Row(tuple(cell_of(title) for title in titles.split("|")))])
    assert header
    assert "".join(_LETTERS.get(role or "", "-") for role in header.roles) == roles


def test_a_row_with_a_numbered_title_is_no_header() -> None:
    cells = ("3. มาตรการกำกับการใช้รถ", "ขั้นตอนตามคู่มือ", "ต.ค. 67", "กองคลัง", "ผลผลิตครบ", "ผลลัพธ์ดี")
    assert find_header([Row(tuple(cell_of(cell) for cell in cells))]) is None
