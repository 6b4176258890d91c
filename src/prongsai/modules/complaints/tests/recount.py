"""The cases of fiscal year 2568 counted by plain SQL, without any code of ours, and what page, workbook and paper say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import docx
import lxml.html
import pypdfium2
from django.db import connection
from django.utils import translation
from openpyxl import load_workbook

from prongsai.kernel.cases import Phase
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT
from prongsai.ui.cases.words import CHANNELS, TOPICS

PARTS = {
    "": ("2024-10-01", "2025-09-30"),
    "h1": ("2024-10-01", "2025-03-31"),
    "h2": ("2025-04-01", "2025-09-30"),
    "q1": ("2024-10-01", "2024-12-31"),
    "q2": ("2025-01-01", "2025-03-31"),
    "q3": ("2025-04-01", "2025-06-30"),
    "q4": ("2025-07-01", "2025-09-30"),
    "2024-10": ("2024-10-01", "2024-10-31"),
    "2024-11": ("2024-11-01", "2024-11-30"),
    "2024-12": ("2024-12-01", "2024-12-31"),
    "2025-01": ("2025-01-01", "2025-01-31"),
    "2025-02": ("2025-02-01", "2025-02-28"),
    "2025-03": ("2025-03-01", "2025-03-31"),
    "2025-04": ("2025-04-01", "2025-04-30"),
    "2025-05": ("2025-05-01", "2025-05-31"),
    "2025-06": ("2025-06-01", "2025-06-30"),
    "2025-07": ("2025-07-01", "2025-07-31"),
    "2025-08": ("2025-08-01", "2025-08-31"),
    "2025-09": ("2025-09-01", "2025-09-30"),
}
THAI = (
    "ทั้งปี", "ครึ่งปีแรก", "ครึ่งปีหลัง", "ไตรมาสที่ 1", "ไตรมาสที่ 2", "ไตรมาสที่ 3", "ไตรมาสที่ 4", "ตุลาคม 2567", "พฤศจิกายน 2567",
    "ธันวาคม 2567", "มกราคม 2568", "กุมภาพันธ์ 2568", "มีนาคม 2568", "เมษายน 2568", "พฤษภาคม 2568", "มิถุนายน 2568",
    "กรกฎาคม 2568", "สิงหาคม 2568", "กันยายน 2568",
)  # fmt: skip
NAMES = dict(zip(PARTS, THAI, strict=True))  # how the workbook calls them
COLUMNS = {"topic": "topic", "category": "category", "channel": "channel_kind", "state": "state"}
COUNTED = "kind = %s AND NOT is_check AND merged_into_id IS NULL AND received_on BETWEEN %s AND %s"
TIMED = "phase = 'finished' AND state <> 'withdrawn'"  # what the office finished by itself
SUMS = f"count(*), count(closed_on), count(*) - count(closed_on), count(*) FILTER (WHERE closed_on <= due_on AND {TIMED} AND NOT was_late)"
TOOK = """
SELECT count(*) FILTER (WHERE days_taken <= 3), count(*) FILTER (WHERE days_taken BETWEEN 4 AND 7),
  count(*) FILTER (WHERE days_taken BETWEEN 8 AND 15), count(*) FILTER (WHERE days_taken BETWEEN 16 AND 30),
  count(*) FILTER (WHERE days_taken > 30)
"""
HALF = "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days_taken), avg(days_taken)"

Four = tuple[int, int, int, int]


def _rows(sql: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def whole(kind: str, part: str) -> Four:
    """All, closed, still open, closed in time, of the organization in scope."""
    ((*found,),) = _rows(f"SELECT {SUMS} FROM casework_case WHERE {COUNTED}", kind, *PARTS[part])
    return tuple(found)


def split(kind: str, part: str, by: str) -> dict[str, Four]:
    """The same by topic, category, channel or state."""
    name = COLUMNS[by]
    sql = f"SELECT {name}, {SUMS} FROM casework_case WHERE {COUNTED} GROUP BY 1"
    return {value: tuple(four) for value, *four in _rows(sql, kind, *PARTS[part])}


def took(kind: str, part: str) -> tuple[int, ...]:
    """How many of those that the office finished took up to 3, 7, 15, 30 days, and longer."""
    ((*found,),) = _rows(f"{TOOK} FROM casework_case WHERE {COUNTED} AND {TIMED}", kind, *PARTS[part])
    return tuple(found)


def half_and_average(kind: str, part: str) -> tuple[float | None, float | None]:
    """Half of the finished ones took no longer than so many days, and how many on average."""
    ((half, average),) = _rows(f"{HALF} FROM casework_case WHERE {COUNTED} AND {TIMED}", kind, *PARTS[part])
    return (None, None) if half is None else (round(float(half), 1), round(float(average), 1))


def books(kind: str) -> Four:
    """Open when the year began, new in it, finished in it, open when it ended: whatever year they came in."""
    mine = f"SELECT count(*) FROM casework_case WHERE kind = '{kind}' AND NOT is_check AND merged_into_id IS NULL AND"
    first, last = PARTS[""]
    before, after = f"received_on < '{first}'", f"(closed_on IS NULL OR closed_on > '{last}')"
    wanted = (
        f"{before} AND (closed_on IS NULL OR NOT closed_on < '{first}')",
        f"received_on BETWEEN '{first}' AND '{last}'",
        f"closed_on BETWEEN '{first}' AND '{last}'",
        f"received_on <= '{last}' AND {after}",
    )
    ((carried, received, closed, left),) = _rows("SELECT " + ", ".join(f"({mine} {each})" for each in wanted))
    return carried, received, closed, left


# -- the page -----------------------------------------------------------------------------------------------------

Table = dict[str, list[str]]
Get = Callable[[str], bytes]


def page_tables(content: bytes) -> dict[str, Table]:
    """The tables of a page by caption; of each the cells of its rows by their first."""
    page = lxml.html.document_fromstring(content.decode())
    found: dict[str, Table] = {}
    for table in page.iter("table"):
        (caption,) = table.iter("caption")
        cells = ([_text(cell) for cell in row] for row in table.xpath("tbody/tr | tfoot/tr"))
        found[_text(caption)] = {row[0]: row[1:] for row in cells}
    return found


def _text(node: Any) -> str:
    return " ".join(node.text_content().split())


def english(get: Get, kind: str, part: str) -> dict[str, Table]:
    """The tables of the page of a kind of case and a part of the year; `get` takes what stands behind the year's address."""
    return page_tables(get(f"?kind={kind.partition('.')[2]}&part={part}&lang=en"))


def page_says(found: dict[str, Table], kind: str) -> dict[str, Any]:
    """What the page tells of a part, by its captions."""
    shown: dict[str, Any] = {"all": tuple(map(int, found["All kinds"][_title(kind)][:4]))}
    for caption in ("By subject", "By way in"):
        shown[caption] = {words: tuple(map(int, cells[:4])) for words, cells in found[caption].items()}
    shown["What became of them"] = {
        words: int(cells[0]) for words, cells in found["What became of them"].items()
    }
    took = found["How long the finished ones took"].values()
    return {**shown, "How long the finished ones took": tuple(int(cells[0]) for cells in took)}


def page_should_say(kind: str, part: str) -> dict[str, Any]:
    """The same by SQL."""
    states = split(kind, part, "state")
    named = {
        caption: {words_of(kind, by)[key]: four for key, four in split(kind, part, by).items()}
        for caption, by in (("By subject", subject_of(kind)), ("By way in", "channel"))
    }
    return {
        "all": whole(kind, ""),
        **named,
        "What became of them": {words: states.get(key, (0,))[0] for key, words in state_words(kind).items()},
        "How long the finished ones took": took(kind, part),
    }


def subject_of(kind: str) -> str:
    return "topic" if kind == COMPLAINT else "category"


def _title(kind: str) -> str:
    return registry().case_kinds[kind].title_en


def state_words(kind: str) -> dict[str, str]:
    return {
        state.key: "Waiting for the citizen" if state.phase is Phase.WAITING else state.title_en
        for state in registry().case_kinds[kind].workflow.states
        if state.phase is not Phase.MERGED
    }


def words_of(kind: str, by: str) -> dict[str, str]:
    """How the page names what cases are broken down by, in English."""
    with translation.override("en"):
        match by:
            case "topic":
                return {key: str(words) for key, words in TOPICS.items()} | {
                    "": "Something else about the office"
                }
            case "category":
                return {key: each.title_en for key, each in categories().items()}
            case "channel":
                return {key: str(words) for key, words in CHANNELS.items()}
            case _:
                return state_words(kind)


# -- the workbook -------------------------------------------------------------------------------------------------

Rows = list[tuple[Any, ...]]


def workbook(content: bytes) -> dict[str, Rows]:
    """The rows of every sheet, without its title, notices and head."""
    book = load_workbook(BytesIO(content))
    return {
        page.title: [
            tuple(row)
            for row in page.iter_rows(values_only=True)
            if any(isinstance(cell, int | float) for cell in row)
        ]
        for page in book
    }


def sheets_say(sheets: dict[str, Rows], kind: str, part: str) -> dict[str, Any]:
    """What the sheets tell of a part that is broken down, by their names."""
    title = registry().case_kinds[kind].title
    first = (title, NAMES[part])
    names = ["ตามเรื่อง", "ตามช่องทาง", *(["ตามด้าน"] if kind == COMPLAINT else [])]
    shown: dict[str, Any] = {
        name: sorted(row[3:] for row in sheets[name] if row[:2] == first) for name in names
    }
    shown["ตามสถานะ"] = sorted(row[3] for row in sheets["ตามสถานะ"] if row[:2] == first and row[3])
    (times,) = (row[2:] for row in sheets["ระยะเวลา"] if row[:2] == first)
    shown["ระยะเวลา"] = (*times[:5], *(days and round(days, 1) for days in times[5:]))
    if part[:1] == "2":
        month = date(*map(int, part.split("-")), 1)
        (shown["whole"],) = (
            row[2:] for row in sheets["รายเดือน"] if row[0] == title and row[1].date() == month
        )
    else:
        (shown["whole"],) = (row[2:] for row in sheets["รายไตรมาส"] if row[:2] == first)
    return shown


def sheets_should_say(kind: str, part: str) -> dict[str, Any]:
    """The same by SQL."""
    days = half_and_average(kind, part)
    topics = {"ตามด้าน": sorted(split(kind, part, "topic").values())} if kind == COMPLAINT else {}
    return {
        "ตามเรื่อง": sorted(split(kind, part, "category").values()),
        "ตามช่องทาง": sorted(split(kind, part, "channel").values()),
        **topics,
        "ตามสถานะ": sorted(four[0] for four in split(kind, part, "state").values()),
        "ระยะเวลา": (*took(kind, part), *days),
        "whole": whole(kind, part),
    }


# -- the paper ----------------------------------------------------------------------------------------------------

HEADS = ("ไตรมาสที่ 1", "ไตรมาสที่ 2", "ไตรมาสที่ 3", "ไตรมาสที่ 4")
FIRST = {"topic": "ด้าน", "category": "เรื่อง", "channel": "ช่องทาง", "state": "สถานะ"}


def docx_tables(content: bytes) -> list[list[list[str]]]:
    """The tables of a Word file, with Arabic digits."""
    return [
        [[_arabic(cell.text.strip()) for cell in row.cells] for row in table.rows]
        for table in docx.Document(BytesIO(content)).tables
    ]


def docx_by_quarter(
    tables: list[list[list[str]]], kind: str, parts: Sequence[str]
) -> dict[str, list[list[str]]]:
    """The rows of the kind's tables by quarter that are not of nothing alone, in order, by what stands over their first column."""
    heads = [*(HEADS if len(parts) > 1 else ()), "รวมทั้งปี"]
    finished = str(sum(took(kind, "")))
    found: dict[str, list[list[str]]] = {}
    for by in (subject_of(kind), "channel", "state", "took"):
        first, total = FIRST.get(by, "ระยะเวลา"), finished if by == "took" else str(whole(kind, "")[0])
        (rows,) = (
            table[1:]
            for table in tables
            if table[0] == [first, *heads] and table[-1][0] == "รวม" and table[-1][-1] == total
        )
        found[by] = sorted(row[1:] for row in rows if set(row[1:]) != {"0"})
    return found


def by_quarter(kind: str, parts: Sequence[str]) -> dict[str, list[list[str]]]:
    """The same by SQL."""
    found: dict[str, list[list[str]]] = {}
    sums = [str(whole(kind, part)[0]) for part in parts]
    for by in (subject_of(kind), "channel", "state"):
        counted = [split(kind, part, by) for part in parts]
        rows = [[str(each.get(key, (0,))[0]) for each in counted] for key in counted[-1]]
        found[by] = sorted([*rows, sums])
    times = [took(kind, part) for part in parts]
    rows = [[str(each[at]) for each in times] for at in range(5)]
    rows.append([str(sum(each)) for each in times])
    found["took"] = sorted(row for row in rows if set(row) != {"0"})
    return found


def pdf_text(content: bytes) -> str:
    """The words of a PDF without white space, with Arabic digits."""
    document = pypdfium2.PdfDocument(content)
    return squeezed("".join(page.get_textpage().get_text_bounded() for page in document))


def squeezed(text: str) -> str:
    return _arabic(re.sub(r"\s+", "", text))


def not_in_pdf(tables: list[list[list[str]]], text: str) -> list[list[str]]:
    """The rows of the Word file that the PDF does not say."""
    return [row for table in tables for row in table if squeezed("".join(row)) not in text]


def _arabic(text: str) -> str:
    return text.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
