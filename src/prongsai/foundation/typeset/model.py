"""What a paper says and in which order, without saying how any format draws it.

Every writer (PDF, DOCX, XLSX, CSV, HTML) reads these values and nothing else, so a module that builds a
`Document` once has it in all formats. Lengths are millimetres; text is plain text and never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from prongsai.kernel.contracts import Verdict

Align = Literal["start", "centre", "end"]
Value = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Picture:
    """An image with the words that stand for it. `data` is PNG, JPEG or SVG."""

    data: bytes
    media_type: Literal["image/png", "image/jpeg", "image/svg+xml"]
    alt: str
    width: float

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a picture needs words that stand for it (alt)")


@dataclass(frozen=True)
class Statement:
    """A sentence that never parts from its mark, its small lines and its evidence numbers."""

    text: str
    number: str = ""  # as printed, e.g. ๑.
    mark: Verdict | None = None
    bold: bool = False
    small: tuple[str, ...] = ()
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lines:
    """Short lines that break only where they are told to, as in a period or a list of units."""

    lines: tuple[str, ...]
    bold: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell. `heading` > 0 makes its first lines a heading of that level, for bookmarks and readers."""

    content: tuple[Statement | Lines, ...] = ()
    align: Align = "start"
    heading: int = 0

    @classmethod
    def of(cls, *lines: str, align: Align = "start", bold: bool = False, heading: int = 0) -> Cell:
        return cls((Lines(lines, bold=bold),) if lines else (), align=align, heading=heading)


@dataclass(frozen=True)
class Column:
    """`title` lines break as given; `width` is a share of the table's width."""

    title: tuple[str, ...]
    width: float

    @property
    def name(self) -> str:
        return " ".join(self.title)


@dataclass(frozen=True)
class Table:
    """A ruled table whose head repeats on each page. `legend` explains the marks under it on every page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    legend: bool = False
    new_page: bool = False
    dense: bool = False  # long registers: smaller text, closer rows

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.caption}: every row needs {len(self.columns)} cells")


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1  # 0 is the title of a paper without a cover
    new_page: bool = False
    shown: Align = "start"


@dataclass(frozen=True)
class Paragraph:
    text: str
    align: Align = "start"
    bold: bool = False
    indent: bool = False
    small: bool = False


@dataclass(frozen=True)
class Items:
    """A numbered list; the numbers are printed as given."""

    items: tuple[Statement, ...]


@dataclass(frozen=True)
class Signature:
    """A place to sign: the name in brackets, then the position and, for an acting signatory, as whom."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Signatures:
    """`closing` stands above the lines to sign on: ขอแสดงความนับถือ."""

    signatures: tuple[Signature, ...]
    align: Align = "centre"
    closing: str = ""


@dataclass(frozen=True)
class LetterHead:
    """The head of an outside letter (หนังสือภายนอก, ระเบียบงานสารบรรณ 2526 ข้อ 11), on paper that carries the garuda.

    `number` stands at the left, the office's name and address at the right, the day below the middle, then the lines
    with their labels: เรื่อง, เรียน, สิ่งที่ส่งมาด้วย. `room` (mm) is left above for the garuda.
    """

    number: str
    office: tuple[str, ...]
    day: str
    lines: tuple[tuple[str, str], ...]
    room: float = 12


@dataclass(frozen=True)
class Stamp:
    """ตรารับ: a register's head with all its digits and the address (as text and QR code) that verifies it."""

    title: str
    number: str
    lines: tuple[str, ...]
    fingerprint: str  # hex, any length; printed in groups of four
    url: str
    url_says: str

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self.fingerprint[i : i + 4] for i in range(0, len(self.fingerprint), 4))


@dataclass(frozen=True)
class StripRow:
    """One row of a mark strip: a label and its statements' verdicts in aligned groups."""

    label: str
    says: str  # the whole row in words
    groups: tuple[tuple[Verdict, ...], ...]


@dataclass(frozen=True)
class Tally:
    """The verdict panel of a cover: `counts` are printed as given, in this order."""

    title: tuple[str, ...]
    counts: tuple[tuple[Verdict, str], ...]
    strip: tuple[StripRow, ...] = ()


@dataclass(frozen=True)
class Cover:
    title: tuple[str, ...]
    where: tuple[str, ...]
    notice: tuple[str, ...] = ()  # sample, draft
    emblem: Picture | None = None
    emblem_place: tuple[str, ...] = ()  # what stands in the ring that is left for an office's own seal
    tally: Tally | None = None
    stamp: Stamp | None = None


Block = Cover | Heading | Paragraph | Items | Table | Signatures | Stamp | Picture | LetterHead


@dataclass(frozen=True)
class Field:
    """A column of a sheet. `width` is in characters, as spreadsheets count it."""

    name: str
    width: float = 14
    wrap: bool = False


@dataclass(frozen=True)
class Sheet:
    """The paper's content as rows that an office filters and sorts: one thing a row, real dates and numbers."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Value, ...], ...]
    printed: int = 0  # how many of the first columns go on paper; 0 means all

    def __post_init__(self) -> None:
        if any(len(row) != len(self.fields) for row in self.rows):
            raise ValueError(f"sheet {self.name}: every row needs {len(self.fields)} values")


@dataclass(frozen=True)
class RegisterLine:
    """The line that every page ends with: what register the paper rests on, and where to check it."""

    parts: tuple[str, ...] = ()
    fingerprint: str = ""  # shown shortened
    url: str = ""

    @property
    def short_fingerprint(self) -> str:
        digits = self.fingerprint
        return (
            " ".join((digits[0:4], digits[4:8], digits[8:12], digits[12:16], "…", digits[-4:]))
            if digits
            else ""
        )


@dataclass(frozen=True)
class Document:
    """A paper. `moment` is printed nowhere but dates the files, so equal documents give equal bytes."""

    title: str
    blocks: tuple[Block, ...]
    moment: datetime
    author: str
    running_head: tuple[str, str] = ("", "")
    register: RegisterLine = field(default_factory=RegisterLine)
    notices: tuple[str, ...] = ()  # on every page, sheet and export: sample data, draft
    landscape: bool = False
    sheets: tuple[Sheet, ...] = ()
    keep: tuple[str, ...] = ()  # names that no line may break inside, beside the kept-word list
    keywords: tuple[str, ...] = ()
    links: Mapping[int, str] = field(default_factory=dict[int, str])  # evidence number to web address
    is_letter: bool = False  # in the form of official letters: without running head and register line

    def tables(self) -> Iterator[Table]:
        for block in self.blocks:
            if isinstance(block, Table):
                yield block
