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
