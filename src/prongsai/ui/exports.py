"""A list as a file that an office opens in a spreadsheet: exactly the rows that the filters leave, and no formula ever."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from prongsai.foundation.typeset import model as m
from prongsai.foundation.typeset.sheet import render_csv, render_xlsx
from prongsai.kernel import clock
from prongsai.ui.verdicts import verdict_word

if TYPE_CHECKING:
    from prongsai.ui.screens.lists import ListScreen

WRITERS = {
    "csv": ("text/csv; charset=utf-8", render_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render_xlsx),
}
WIDTHS = {"date": 14, "moment": 18, "number": 12, "evidence": 12, "verdict": 20}
CHUNK = 2000


def exported(screen: ListScreen, format: str) -> HttpResponse:
    """The list's rows as CSV (UTF-8 with a byte order mark) or XLSX; sample data says so."""
    content_type, write = WRITERS[format]
    title = screen.get_title()
    columns = [column for column in screen.columns if column.exported]
    rows = screen.narrowed[0]
    objects = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows
    sheet = m.Sheet(
        name=title,
        title=f"{title} {screen.organization.short_name}",
        fields=tuple(m.Field(str(c.title), WIDTHS.get(c.kind, 40), c.kind == "text") for c in columns),
        rows=tuple(tuple(plain(column.value_of(row), column.kind) for column in columns) for row in objects),
    )
    notices = (_("Sample data"),) if screen.organization.is_sample else ()
    moment = clock.now()
    document = m.Document(
        title, (), moment, author=screen.organization.name, notices=notices, sheets=(sheet,)
    )
    response = HttpResponse(write(document), content_type=content_type)
    name = f"{title} {clock.today():%Y-%m-%d}.{format}"
    response["Content-Disposition"] = (
        f"attachment; filename=\"list.{format}\"; filename*=UTF-8''{quote(name)}"
    )
    return response


def plain(value: Any, kind: str) -> m.Value:
    """A value as a cell holds it: numbers and days stay what they are, everything else is text."""
    if kind == "verdict" and value:
        return verdict_word(value)
    if value is None or isinstance(value, bool):
        return None if value is None else _("yes") if value else _("no")
    if isinstance(value, int | float | datetime | date):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(str, value))
    return str(value)
