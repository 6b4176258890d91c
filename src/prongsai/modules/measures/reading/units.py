"""The units named in a cell: one name each, whole, whatever parted them."""

from __future__ import annotations

import re

from prongsai.kernel.thai.words import join_broken
from prongsai.modules.measures.reading.clean import tidy
from prongsai.modules.measures.reading.grid import Cell
from prongsai.modules.measures.reading.split import read_mark

# Names whose parts must not be taken for two units; the spaces are those of the name.
KNOWN = (
    "สำนักปลัดองค์การบริหารส่วนตำบล", "สำนักปลัดองค์การบริหารส่วนจังหวัด", "สำนักปลัดเทศบาล", "สำนักงานปลัดเทศบาล",
    "สำนักงานปลัด", "สำนักปลัด", "สำนักคลัง", "สำนักช่าง", "สำนักการศึกษา", "กองคลัง", "กองช่าง", "กองช่างสุขาภิบาล",
    "กองการศึกษา", "กองการศึกษา ศาสนาและวัฒนธรรม", "กองส่งเสริมการเกษตร",
    "กองสวัสดิการสังคม", "กองสาธารณสุข", "กองสาธารณสุขและสิ่งแวดล้อม", "กองยุทธศาสตร์และงบประมาณ",
    "กองวิชาการและแผนงาน", "กองการเจ้าหน้าที่", "กองการประปา", "กองพัสดุและทรัพย์สิน", "กองทรัพยากรธรรมชาติและสิ่งแวดล้อม",
    "กองป้องกันและบรรเทาสาธารณภัย", "กองกิจการสภา", "กองกิจการสภาองค์การบริหารส่วนจังหวัด", "หน่วยตรวจสอบภายใน",
    "งานการเจ้าหน้าที่", "งานตรวจสอบภายใน", "งานนิติการ", "งานประชาสัมพันธ์", "งานพัสดุ", "ฝ่ายบริหาร", "ฝ่ายปกครอง",
    "ทุกส่วนราชการ", "ทุกสำนัก/กอง", "ทุกกอง/สำนัก", "ทุกส่วนราชการ/หน่วยงาน", "ทุกหน่วยงาน", "ทุกกอง", "ทุกส่วนงาน",
)  # fmt: skip
_STARTS = (
    r"(?:สำนัก|กอง|ฝ่าย|หน่วย|กลุ่ม|ทุก(?!แห่ง|คน|ท่าน)|คณะ|ศูนย์|โรงเรียน|สถาน|ผู้|หัวหน้า|ปลัด|รองปลัด|นายก|รองนายก|"
    r"เลขา|นาย|นาง|เจ้า|นัก|พนักงาน|บุคลากร|ส่วนราชการ|ส่วนการ|ส่วนโยธา|ส่วนสวัสดิการ|ส่วนสาธารณสุข|ส่วนส่งเสริม|ส่วนคลัง|งาน|สภา)"
)
_OFFICE = r"(?:กอง|สำนัก|ฝ่าย|หน่วยตรวจ|ส่วนราชการ|ทุกส่วน|ทุกกอง|ทุกสำนัก|ทุกหน่วย)"
_SEPARATOR = re.compile(
    rf"\s*[,;/、|+&•·▪●]\s*|\s+[-–—]\s+|(?<=[ก-๎.)])[-–—]\s*(?={_OFFICE})"
    rf"|\s+(?:และ|กับ|ร่วมกับ|หรือ)\s*(?={_STARTS})|(?<=\S)(?:และ|ร่วมกับ)\s*(?={_OFFICE})"
    r"|\s*(?:ผู้รับผิดชอบ|หน่วยงาน)?(?:หลัก|รอง|ร่วม|สนับสนุน)\s*[:：]\s*"
)
_GENERIC = r"(?:สำนัก|กอง|ฝ่าย|ส่วนราชการ|ส่วน|หน่วยงาน|หน่วย|งาน)"
_ALL_KINDS = re.compile(rf"(?:ทุก)?{_GENERIC}(?:\s*/\s*{_GENERIC})+(?![ก-๎])")  # ทุกสำนัก/กอง: one name
_BY_LENGTH = sorted({re.sub(r"\s", "", name): name for name in KNOWN}.items(), key=lambda kv: -len(kv[0]))


def units_of(cell: Cell) -> list[str]:
    """The unit names in the cell in their order, each once."""
    names: list[str] = []
    for paragraph in cell.paragraphs:
        text = _unmarked(paragraph.text)
        for piece in _pieces(text):
            rest = not re.match(_STARTS, piece) and names and _is_rest(names[-1] + piece, names[-1], piece)
            if names and (rest or _keeps_on(names[-1])):
                names[-1] = _whole(names[-1], piece)
            else:
                names.append(piece)
    found = [name for joined in names for name in _apart(joined)]
    return list(dict.fromkeys(name for name in found if re.search(r"[^\W\d_]", name)))


def _unmarked(text: str) -> str:
    text = tidy(text)
    while (mark := read_mark(text)) and mark.end:
        text = text[mark.end :]
    return text


def _pieces(text: str) -> list[str]:
    guarded = _ALL_KINDS.sub(lambda m: re.sub(r"\s*/\s*", "\ue000", m.group()), text)
    found: list[str] = []
    for part in _SEPARATOR.split(guarded):
        part = re.sub(r"\s*\d+[.)]\s*", " ", part)
        begin = True
        for word in part.split():
            is_name = re.match(_STARTS, word) is not None
            if found and not begin and _belongs(found[-1], word):
                found[-1] = f"{found[-1]} {word}"
            elif begin or (is_name and not _keeps_on(found[-1])):
                found.append(word)
            elif found:
                found[-1] = _whole(found[-1], word)
            begin = False
    return [piece.replace("\ue000", "/") for piece in found if piece]


def _belongs(name: str, word: str) -> bool:
    """Whether `word` is the office that the section `name` is part of: "งานนิติการ สำนักปลัด"."""
    return (
        re.match(r"(?:งาน|ฝ่าย)..", name) is not None and " " not in name and word.startswith(("สำนัก", "กอง"))
    )


def _keeps_on(name: str) -> bool:
    """Whether a name cannot end here (a person's title and name, "หัวหน้า", "ผู้อำนวยการ")."""
    return name in ("หัวหน้า", "ผู้อำนวยการ", "กอง", "สำนัก", "ฝ่าย", "งาน", "ทุก", "คณะ")


def _is_rest(joined: str, name: str, piece: str) -> bool:
    """Whether `piece`, which begins a new line or part, finishes `name`."""
    squeezed = re.sub(r"\s", "", joined)
    return (
        any(known.startswith(squeezed) for known, _ in _BY_LENGTH)
        or piece[:2] in ("การ", "และ")
        or not re.match(r"[ก-ฮเแโใไ(อ]", piece)
        or name in ("กองสวัสดิการ",)
    )


def _whole(name: str, rest: str) -> str:
    """Two parts of a name: as the known name writes it, without the space where a word was cut, else with it."""
    if rest.startswith("ทุก"):
        return f"{name} {rest}"
    squeezed = re.sub(r"\s", "", name + rest)
    for known, written in _BY_LENGTH:
        if known == squeezed:
            return written
        if known.startswith(squeezed):
            return name + rest if " " not in written else f"{name} {rest}"
    if rest.startswith(("การ", "และ")) or _keeps_on(name) or name.endswith(("และ", "กอง", "สำนัก", "ฝ่าย")):
        return name + rest
    return join_broken(f"{name} {rest}")


def _apart(text: str) -> list[str]:
    """Names that stand glued together ("สำนักปลัดกองคลัง"), where every one is known."""
    if re.match(r"(?:งาน|ฝ่าย)\S+ (?:สำนัก|กอง)", text):
        return [text]  # a section and its office
    squeezed = re.sub(r"\s", "", text)
    found: list[str] = []
    at = 0
    while at < len(squeezed):
        for known, written in _BY_LENGTH:
            if squeezed.startswith(known, at):
                found.append(written)
                at += len(known)
                break
        else:
            return [text]
    return found if len(found) > 1 else [text]
