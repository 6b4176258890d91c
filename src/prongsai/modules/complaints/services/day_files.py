"""Days off and extra working days from a file of the office: CSV or Excel, as they are sent round by letter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO
from zipfile import BadZipFile

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.services import add_special_day
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.parse_dates import parse_date

LIMIT = 1 << 20  # bytes
MOST = 500  # rows
DAY, NAME, KIND, SOURCE = "วันที่", "ชื่อวัน", "ประเภท", "ที่มา"
HEADS = {
    "วันที่": DAY, "วัน": DAY, "date": DAY, "ชื่อวัน": NAME, "ชื่อ": NAME, "รายการ": NAME, "name": NAME,
    "ประเภท": KIND, "kind": KIND, "ที่มา": SOURCE, "หมายเหตุ": SOURCE, "source": SOURCE,
}  # fmt: skip
OPEN_WORDS = ("ทำการ", "ทำงาน", "เปิด", "work", "open")
ENCODINGS = ("utf-8-sig", "cp874")


@dataclass(frozen=True)
class SpecialRow:
    """A day of the file. `line` is where it stands there, counted from one."""

    line: int
    day: date
    name: str
    is_holiday: bool
    source: str


def read_days(content: BinaryIO, name: str) -> list[SpecialRow]:
    """The days of a file. Raises InvalidInput naming every line that cannot be read, or what the file lacks."""
    data = content.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise InvalidInput(_("The file is larger than 1 MB"), field="file")
    table = _excel(data) if data[:2] == b"PK" else _csv(data)
    places, rows = _head(table)
    found: list[SpecialRow] = []
    problems: list[str] = []
    for line, cells in rows:
        row = _row(line, cells, places)
        if isinstance(row, str):
            problems.append(row)
        elif row is not None:
            found.append(row)
        if len(found) > MOST:
            raise InvalidInput(
                _("The file has more than %(most)s days. Split it into several files") % {"most": MOST},
                field="file",
            )
    if problems:
        rest = " " + _("and %(count)s more") % {"count": len(problems) - 5} if len(problems) > 5 else ""
        raise InvalidInput("; ".join(problems[:5]) + rest, field="file")
    if not found:
        raise InvalidInput(
            _("No day was found in the file. It needs the column headings date and name"), field="file"
        )
    return found


@transaction.atomic
def import_days(*, actor: Actor, rows: Sequence[SpecialRow]) -> int:
    """Put the days into the office's calendar, all or none; days that stand there are said anew. Needs office.manage."""
    for row in rows:
        add_special_day(actor=actor, day=row.day, name=row.name, is_holiday=row.is_holiday, source=row.source)
    return len(rows)


def _csv(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        separator = max(",;\t", key=text.split("\n", 1)[0].count)
        return iter(list(enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1)))  # type: ignore[arg-type]
    raise InvalidInput(
        _("This file is not CSV or Excel. Save it as .xlsx or .csv from the spreadsheet program first"),
        field="file",
    )


def _excel(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet: Any = book.worksheets[0]
        return iter(
            [
                (at, list(row))
                for at, row in enumerate(sheet.iter_rows(max_row=MOST + 50, values_only=True), 1)
            ]
        )
    except (BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise InvalidInput(
            _("This Excel file cannot be opened. It may be damaged or have a password"), field="file"
        ) from error


def _head(table: Iterable[tuple[int, list[Any]]]) -> tuple[dict[str, int], Iterator[tuple[int, list[Any]]]]:
    """Which column holds what, by the first line that names the day and its name; and the lines below it."""
    rows = iter(table)
    for _line, cells in rows:
        named = [HEADS.get(str(cell or "").strip().lower()) for cell in cells]
        if DAY in named and NAME in named:
            return {name: at for at, name in reversed(list(enumerate(named))) if name}, rows
    raise InvalidInput(
        _("No column headings were found. The headings date and name must stand in the same row"),
        field="file",
    )


def _row(line: int, cells: list[Any], places: dict[str, int]) -> SpecialRow | str | None:
    """The day of a line; what is wrong with it, in words; None for an empty line."""
    said = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
    if not any(str(value or "").strip() for value in said.values()):
        return None
    day = _day(said.get(DAY))
    if day is None:
        unread = _("Line %(line)s: the day “%(day)s” cannot be read. Write it like 13/8/2568")
        return unread % {"line": line, "day": str(said.get(DAY) or "")[:30]}
    name = " ".join(str(said.get(NAME) or "").split())
    if not name:
        return _("Line %(line)s: the name of the day is missing") % {"line": line}
    kind = str(said.get(KIND) or "").strip().lower()
    is_open = any(word in kind for word in OPEN_WORDS) and "หยุด" not in kind
    return SpecialRow(line, day, name[:200], not is_open, " ".join(str(said.get(SOURCE) or "").split())[:300])


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return _near(value.date())
    if isinstance(value, date):
        return _near(value)
    found = parse_date(str(value or "").strip()) if value else None
    return _near(found) if found else None


def _near(day: date) -> date | None:
    """A spreadsheet that holds พ.ศ. as the year of a date is 543 years ahead."""
    if day.year > 2400:
        try:
            day = day.replace(year=day.year - 543)
        except ValueError:
            return None
    return day if 2000 < day.year < 2200 else None
