"""Whose report it is: names that begin with, hold or end in words of everyday Thai."""

from __future__ import annotations

from pathlib import Path

import pytest

from prongsai.modules.measures.reading.grid import Grid, Line
from prongsai.modules.measures.reading.identity import identify


@pytest.mark.parametrize("name", ["ในเมือง", "ขอนแก่น", "มีชัย", "ถนนใหญ่", "ที่วัง", "สุวรรณภูมิ", "เชียงของ", "รับร่อ"])
@pytest.mark.parametrize(
    "lines",
    [
        ("เทศบาลตำบล{name}", "อำเภอเมือง จังหวัดลำปาง"),
        ("รายงานผลการดำเนินการตามมาตรการ ภายในเทศบาลตำบล{name} ประจำปีงบประมาณ พ.ศ. ๒๕๖๘",),
        ("ทต.{name} อ.เมือง จ.ลำปาง",),
        ("เทศบาลตำบล{name}อำเภอเมือง", "เทศบาลตำบล{name}ได้ดำเนินการตามมาตรการแล้ว"),
    ],
)
def test_an_office_keeps_its_whole_name(name: str, lines: tuple[str, ...]) -> None:
    grid = Grid([Line(line.format(name=name)) for line in lines])
    assert identify(grid, Path("รายงาน.txt")).organization == f"เทศบาลตำบล{name}"


@pytest.mark.parametrize(
    "prose", ["เทศบาลตำบลได้ดำเนินการแล้ว", "เทศบาลตำบลในเขตอำเภอที่ได้รับการประเมินผลการดำเนินงาน", "อบต.และประชาชน"]
)
def test_an_office_without_a_name_gets_none(prose: str) -> None:
    assert identify(Grid([Line(prose)]), Path("รายงาน.txt")).organization == ""


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ("ชื่อหน่วยงาน : อบต.สวนสน", "อำเภอ : สมมุติ", "จังหวัด : ลำปาง", "ปีงบประมาณ : 2568"),
            ("องค์การบริหารส่วนตำบลสวนสน", "สมมุติ", "ลำปาง", 2568),
        ),
        (
            ("ทต.สวนสน จ.ลำปาง อ.สมมุติ", "(๑ ตุลาคม ๒๕๖๗ – ๓๐ กันยายน ๒๕๖๘)"),
            ("เทศบาลตำบลสวนสน", "สมมุติ", "ลำปาง", 2568),
        ),
        (("เทศบาลเมืองสวนสน 2568", "จังหวัดลำปาง อำเภอสมมุติ"), ("เทศบาลเมืองสวนสน", "สมมุติ", "ลำปาง", 2568)),
        (("เมืองพัทยา", "อำเภอบางละมุง จังหวัดชลบุรี ปี 68"), ("เมืองพัทยา", "บางละมุง", "ชลบุรี", 2568)),
        (
            ("อบต.สวนสน อ.สมมุติ จ.ลำปาง", "โดยความร่วมมือของเทศบาลนครตัวอย่าง", "ปีงบประมาณ 2568"),
            ("องค์การบริหารส่วนตำบลสวนสน", "สมมุติ", "ลำปาง", 2568),
        ),
    ],
)
def test_a_cover_may_say_it_in_many_ways(lines: tuple[str, ...], found: tuple[str, str, str, int]) -> None:
    identity = identify(Grid([Line(line) for line in lines]), Path("รายงาน.txt"))
    assert (identity.organization, identity.district, identity.province, identity.fiscal_year) == found


def test_what_stands_in_the_margins_alone_is_found() -> None:
    grid = Grid([Line("รายงานผล ปีงบประมาณ 2568")], margins=["เทศบาลนครตัวอย่าง อำเภอสมมุติ จังหวัดลำปาง"])
    identity = identify(grid, Path("รายงาน.docx"))
    assert (identity.organization, identity.district, identity.province) == (
        "เทศบาลนครตัวอย่าง",
        "สมมุติ",
        "ลำปาง",
    )
