"""Cutting a cell into statements: numbers, bullets and lists, and what only looks like a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.words import segment
from prongsai.modules.measures.reading.clean import tidy
from prongsai.modules.measures.reading.grid import Paragraph

_BULLETS = "•●▪■◦○❖➢➤►✓✔☑◆◇★→⇒➔·‣∙⁃*①②③④⑤⑥⑦⑧⑨⑩"
_DASHES = r"\-–—"
_LETTERS = "กขคงจฉชซญฐฒณดตถทธนบปผฝพฟภมยรลวศษสห"
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<word>มาตรการที่|กิจกรรมที่|ขั้นตอนที่|ขั้นที่|ข้อที่|ลำดับที่|ข้อ|step)?\s*"
    r"(?P<digits>\d{1,2}(?:\.\d{1,2}){0,3})(?!\d)"
    r"(?P<close>\.\)|\s\)|\s\.(?=[\sก-๎])|\.-|\)|\.(?!\d)|\s?:(?!\d)|/(?!\d))?(?P<gap>\s*)(?=(?P<next>.)|$)",
    re.S | re.I,
)
# Marks that only their row makes sure of: "1- …" above "2- …", "a. …" above "b. …", "+ …" above "+ …".
_ODD_NUMBER = re.compile(r"\s*(\d{1,2})(?:\s*[:/\-–]\s*(?=[^\W\d]|[\"“(])|\s+(?=[ก-๎]))")
_ODD_LETTER = re.compile(r"\s*([a-z]|[ivx]{1,4}|[A-Z]|[IVX]{1,4})[.)]\s*(?=[^\W\d])")
_ODD_BULLET = re.compile(r"\s*([>+#.~=»])\s+(?=\S)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LETTER = re.compile(rf"(\()?([{_LETTERS}])(?(1)\)|(?:\)|\.(?=\s)))\s*")
_MONTH = re.compile(
    r"(?:ม\.?ค|ก\.?พ|มี\.?ค|เม\.?ย|พ\.?ค|มิ\.?ย|ก\.?ค|ส\.?ค|ก\.?ย|ต\.?ค|พ\.?ย|ธ\.?ค)\.|[ก-๎]+(?:คม|ยน|พันธ์)"
)
_COUNTED = frozenset(
    [
        "ครั้ง",
        "คน",
        "ราย",
        "เรื่อง",
        "บาท",
        "ล้าน",
        "วัน",
        "เดือน",
        "ปี",
        "หมู่",
        "หมู่บ้าน",
        "ชั่วโมง",
        "ชม",
        "นาที",
        "ร้อยละ",
        "เปอร์เซ็นต์",
        "น",
        "ฉบับ",
        "แห่ง",
        "โครงการ",
        "ล้านบาท",
        "พันบาท",
        "เท่า",
        "คะแนน",
        "ช่องทาง",
        "ตำบล",
        "ครัวเรือน",
        "ชุด",
        "รายการ",
        "ด้าน",
        "ไตรมาส",
        "ข้อ",
        "หน้า",
        "กิโลเมตร",
        "กม",
        "เมตร",
        "ไร่",
    ]
)
_REFERENCE = re.compile(
    r"(?:พ\.ศ\.|(?<![\d๐-๙] )(?<![\d๐-๙])ข้อ|ม\.|มาตรา|มาตราที่|ที่|หมวด|วันที่|ข้อที่|หมู่|โทร\.?|เลขที่|ฉบับที่|ไตรมาส|ตัวชี้วัด|O|o)\s*$"
)
_MOST_ITEMS = 20  # "90.5 …" is a figure
_OF_A_LAW = re.compile(r"ของ|แห่ง|วรรค|(?:และ|ถึง)\s*ข้อ")
_NEAR = 80  # letters that decide about a number: a cell may be long
_LEAD_IN = re.compile(r"(?:ดังนี้|ดังต่อไปนี้|ได้แก่|คือ|ประกอบด้วย|[:：])\s*:?$")
_ENUMERATES = re.compile(r"(?:ได้แก่|เช่น|อาทิ|คือ|ประกอบด้วย)\s*[:：]?\s*$")


@dataclass(frozen=True)
class Mark:
    """A number or bullet in front of a statement: its style, its value (0 for bullets), and where it ends."""

    style: str
    value: int
    end: int
    first: bool = False  # the first of its own row of numbers


@dataclass
class _Item:
    parts: list[str]
    numbered: bool


def read_mark(text: str) -> Mark | None:
    """The number or bullet that `text` begins with, or None; dates, decimals and counts are none."""
    stripped = text.lstrip()
    lead = len(text) - len(stripped)
    if not stripped:
        return None
    if stripped[0] in _BULLETS:
        return Mark("bullet", 0, lead + len(re.match(rf"[{re.escape(_BULLETS)}]+\s*", stripped).group()))  # type: ignore[union-attr]
    if match := re.match(r"o\s+(?=[ก-ฮเ-ไ])|\[[\d๐-๙]{1,2}\]\s*", stripped):
        return Mark("bullet", 0, lead + match.end())
    if match := re.match(rf"([{_DASHES}])\s*(?=[^\s\d{_DASHES}])", stripped):
        return Mark("dash", 0, lead + match.end())
    if match := _LETTER.match(stripped):
        value = _LETTERS.index(match.group(2)) + 1
        return Mark("(ก)" if match.group(1) else "ก", value, lead + match.end(), value == 1)
    return _number_mark(to_arabic(stripped), lead)


def _number_mark(text: str, lead: int) -> Mark | None:
    match = _NUMBER.match(text)
    if not match:
        return None
    digits, close, word = (
        match.group("digits"),
        (match.group("close") or "").strip(),
        match.group("word") or "",
    )
    following = text[match.end() :]
    if word in ("ข้อ", "ข้อที่") and not close and _OF_A_LAW.match(following):
        return None
    if match.group("open"):
        if not close.startswith(")"):
            return None
        style = "(n)"
    elif "." in digits:
        if not word and not close and not _may_follow(digits, match.group("gap"), following):
            return None
        style = "n" + ".n" * digits.count(".")
    elif word:
        style = word
    elif close in (".", ".)", ".-"):
        style = "n."
    elif close == ")":
        style = "n)"
    else:
        return None
    if close == "." and not match.group("gap") and following[:1].isdigit():
        return None
    if style in ("n.", "n)") and int(digits) == 0:
        return None
    value = int(digits.rsplit(".", 1)[-1])
    return Mark(style, value, lead + match.end(), value == 1)


def _may_follow(digits: str, gap: str, following: str) -> bool:
    """Whether "1.2" without a closing dot numbers what follows, or is a figure (1.5 ล้านบาท)."""
    return bool(following) and not _counts(following) and int(digits.split(".")[0]) <= _MOST_ITEMS


def _counts(following: str) -> bool:
    """Whether the word behind a number is what it counts: "3 ครั้ง", "1.5 ล้านบาท"."""
    words = segment(following.lstrip()[:24])
    return bool(words) and (words[0].rstrip(".") in _COUNTED or words[0].startswith("%"))


def bare_number(text: str) -> tuple[int, str] | None:
    """A number without a dot in front of a title ("1 มาตรการ…"), and the rest."""
    match = re.match(r"\s*(\d{1,2})\s+(?=[ก-๙])", to_arabic(text))
    if not match or _is_counted(text[match.end() :]):
        return None
    return int(match.group(1)), text[match.end() :]


def _is_counted(following: str) -> bool:
    """Whether a number in front of `following` is that of a day, an amount, or of the "5 ส" campaign."""
    return bool(_MONTH.match(following) or _counts(following) or re.match(r"ส(?:\s|\.|$)", following))


def statements(*cells: Iterable[Paragraph]) -> list[str]:
    """The statements of one or more cells of a column, without their numbers; [] for a blank cell or a dash."""
    found: list[str] = []
    before = "", 0
    columns = [list(paragraphs) for paragraphs in cells]
    for at, paragraphs in enumerate(columns):
        splitter = _Splitter(before)
        below = [cell[0].text for cell in columns[at + 1 :] if cell]
        for paragraph in _dotted(paragraphs, below):
            splitter.add(paragraph)
        before = splitter.style, splitter.last
        found += splitter.result()
    return found


def _dotted(paragraphs: list[Paragraph], below: list[str]) -> list[Paragraph]:
    """Paragraphs that stand in a row of unusual marks, with usual ones; a lone mark stays what it is.

    `below`: how the cells under this one begin.
    """
    texts = ["" if paragraph.marker else paragraph.text for paragraph in paragraphs]
    found = [marks for rows in (_odd_numbers, _odd_letters, _odd_bullets) if len(marks := rows(texts)) > 1]
    for marks in (*found, _odd_decimal([*texts, *below])):
        if 0 in marks:
            return [
                replace(p, text=f"{marks[at][0]} {p.text[marks[at][1] :]}") if at in marks else p
                for at, p in enumerate(paragraphs)
            ]
    return paragraphs


def _odd_numbers(texts: list[str]) -> dict[int, tuple[str, int]]:
    """ "1 …", "2 …" or "1- …", "2- …": for each paragraph its usual mark, and where the written one ends."""
    found: dict[int, tuple[str, int]] = {}
    for at, text in enumerate(texts):
        match = _ODD_NUMBER.match(to_arabic(text[:_NEAR]))
        if match and int(match.group(1)) == len(found) + 1 and not _is_counted(text[match.end() :]):
            found[at] = f"{match.group(1)}.", match.end()
    return found


def _odd_letters(texts: list[str]) -> dict[int, tuple[str, int]]:
    """ "a. …", "b. …" or "i) …", "ii) …"."""
    for row in ("abcdefghijklmnop", _ROMAN):
        found: dict[int, tuple[str, int]] = {}
        for at, text in enumerate(texts):
            match = _ODD_LETTER.match(text)
            if match and len(found) < len(row) and match.group(1).lower() == row[len(found)]:
                found[at] = f"{len(found) + 1}.", match.end()
        if len(found) > 1:
            return found
    return {}


def _odd_bullets(texts: list[str]) -> dict[int, tuple[str, int]]:
    """ "+ …", "+ …": the sign that the first paragraph begins with."""
    first = _ODD_BULLET.match(texts[0]) if texts else None
    matches = ((at, _ODD_BULLET.match(text)) for at, text in enumerate(texts))
    return {at: ("•", m.end()) for at, m in matches if m and first and m.group(1) == first.group(1)}


def _odd_decimal(texts: list[str]) -> dict[int, tuple[str, int]]:
    """ "2.1 เรื่อง …", a figure by its looks, where a "2.2" follows."""
    first = re.match(r"\s*(\d{1,2})\.1\s+(?=[^\W\d])", to_arabic(texts[0][:_NEAR])) if texts else None
    if first is None or int(first.group(1)) > _MOST_ITEMS:
        return {}
    second = re.compile(rf"(?:^|\s){first.group(1)}\.2(?![\d.])")
    follows = any(second.search(to_arabic(text)) for text in (texts[0][first.end() :], *texts[1:]))
    return {0: (f"{first.group(1)}.1.", first.end())} if follows else {}


class _Splitter:
    """Walks through the paragraphs; the first style of number that it meets is the one that parts statements.

    `before`: the style and the last number of the cell above in the same column.
    """

    def __init__(self, before: tuple[str, int] = ("", 0)) -> None:
        self.before = before
        self.items: list[_Item] = []
        self.style = ""
        self.tight = False  # dashes stand right before their text
        self.last = 0
        self.nested = ""  # the style of the list inside the present statement
        self.nested_last = 0

    def add(self, paragraph: Paragraph) -> None:
        if paragraph.marker:
            self._listed(paragraph)
            return
        mark = read_mark(paragraph.text) or self._dotless(paragraph.text)
        if mark and paragraph.soft and not self._fits(mark):
            mark = None
        if mark and self._opens(mark):
            if not self.style:
                self.tight = paragraph.text[mark.end - 1 : mark.end] != " "
            self._new(mark)
            self._inline(paragraph.text[mark.end :])
        else:
            self._inline(paragraph.text)

    def _dotless(self, text: str) -> Mark | None:
        """A number whose dot was forgotten, where the list expects it: "1. … 2. … 3 …", "1.1 … 1.2 คะแนน …"."""
        style, last = (self.style, self.last) if self.style else self.before
        if style == "n.n" and (
            pair := re.match(r"\s*\d{1,2}\.(\d{1,2})\s+(?=[^\W\d])", to_arabic(text[:_NEAR]))
        ):
            return Mark(style, last + 1, pair.end()) if int(pair.group(1)) == last + 1 else None
        bare = bare_number(text)
        if bare is None or self.style not in ("n.", "n)") or bare[0] != self.last + 1:
            return None
        return Mark(self.style, bare[0], len(text) - len(bare[1]))

    def result(self) -> list[str]:
        items = [_Item([tidy(" ".join(item.parts))], item.numbered) for item in self.items]
        items = [item for item in items if re.search(r"[^\W_]", item.parts[0])]
        if (
            len(items) > 1
            and not items[0].numbered
            and items[1].numbered
            and _LEAD_IN.search(items[0].parts[0])
        ):
            items[1].parts.insert(0, items.pop(0).parts[0])
        return [" ".join(item.parts) for item in items]

    def _listed(self, paragraph: Paragraph) -> None:
        """A paragraph of a real list (Word, HTML). Its own typed number, if any, goes too."""
        typed = read_mark(paragraph.text)
        text = paragraph.text[typed.end :] if typed else paragraph.text
        style = f"list{paragraph.level}"
        if (
            not self.style
            or self.style == style
            or (not self.items)
            or (self.style.startswith("list") and paragraph.level < int(self.style[4:]))
        ):
            self.style = style
            self.items.append(_Item([text], True))
        else:
            self._append(f"{paragraph.marker} {text}".strip())

    def _fits(self, mark: Mark) -> bool:
        """Whether a number where a printed line begins goes on with the list."""
        if mark.value == 0:
            return mark.style == "bullet" or not self.style or self.style in ("dash", "bullet")
        return mark.value == self.last + 1 if self.style == mark.style else mark.value == 1 or not self.items

    def _opens(self, mark: Mark) -> bool:
        """Whether `mark` begins a new statement, or an item inside the present one."""
        if not self.style:
            # The first number need not be 1: a cell may go on from the page before.
            return True
        if mark.style == self.style:
            self.nested = ""
            return True
        if mark.style == self.nested:
            self.nested_last = mark.value
            return False
        if mark.first or mark.value == 0 or mark.value != self.last + 1 or self.style in ("dash", "bullet"):
            self.nested, self.nested_last = mark.style, mark.value
            return False
        return not (
            mark.style.count(".n") > self.style.count(".n")
        )  # "2)" after "1." is a slip of the same list

    def _new(self, mark: Mark) -> None:
        self.style = self.style or mark.style
        self.last = mark.value
        self.items.append(_Item([], True))

    def _append(self, text: str) -> None:
        if not self.items:
            self.items.append(_Item([], False))
        self.items[-1].parts.append(text)

    def _inline(self, text: str) -> None:
        """Text that may hold the next numbers of the list: "… ๒. … ๓. …"."""
        start = 0
        for match in re.finditer(r"(?<=\s)(?=\S)|(?<=[ก-๎.)])(?=[(]?[\d๐-๙]{1,2}[.)])", text):
            at = match.start()
            if at <= start:
                continue
            mark = read_mark(text[at : at + _NEAR])
            if mark is None or not self._continues(mark, text, max(start, at - _NEAR), at):
                continue
            self._append(text[start:at])
            self._new(mark)
            start = at + mark.end
        self._append(text[start:])

    def _continues(self, mark: Mark, text: str, start: int, at: int) -> bool:
        before = text[start:at]
        if mark.value == 0:
            loose = text[at + 1 : at + 2] == " "
            return mark.style == self.style == "bullet" or (
                mark.style == self.style == "dash" and before.endswith(" ") and loose != self.tight
            )
        if _REFERENCE.search(before) or mark.style not in ("n.", "n)", "(n)", "n.n", self.style):
            return False
        if not self.style:
            # A list may begin behind a lead-in: "… ดังนี้ ๑. …"; its second number must be there too.
            # What a word like ได้แก่ enumerates is part of the sentence.
            return mark.first and not _ENUMERATES.search(before) and _has_next(text[at + mark.end :], mark)
        if self.nested == mark.style:
            if mark.value == self.nested_last + 1:
                self.nested_last = mark.value
            return False
        if mark.style != self.style:
            if mark.first:
                self.nested, self.nested_last = mark.style, 1
            return False
        return mark.value == self.last + 1


def _has_next(text: str, mark: Mark) -> bool:
    for match in re.finditer(r"(?<=\s)(?=[\d๐-๙(])|(?<=[ก-๎])(?=[(]?[\d๐-๙]{1,2}[.)])", text):
        following = read_mark(text[match.start() : match.start() + _NEAR])
        if following and following.style == mark.style and following.value == mark.value + 1:
            return True
    return False
