"""The pieces of WordprocessingML that python-docx has no words for: complex-script type, borders, fields, fonts."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from lxml import etree

from prongsai.foundation.typeset.fonts import font_file

FONT = "Sarabun"
ALIGN = {
    "start": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "end": WD_ALIGN_PARAGRAPH.RIGHT,
}
_FONT_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"


def element(tag: str, **attributes: object) -> Any:
    """<w:tag w:name="value"/>; a trailing underscore of a name is dropped."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    return made


@cache
def _type(size: float, bold: bool, font: str) -> tuple[Any, ...]:
    half = round(size * 2)
    weight = (element("b"), element("bCs")) if bold else ()
    return (
        element("rFonts", ascii=font, hAnsi=font, cs=font, eastAsia=font),
        *weight,
        element("sz", val=half),
        element("szCs", val=half),
        element("lang", val="th-TH", eastAsia="th-TH", bidi="th-TH"),
    )


def set_type(properties: Any, size: float, *, bold: bool = False, font: str = FONT) -> None:
    """Font, size, weight and language of a run or style, said twice: Thai follows the complex-script settings."""
    for old in list(properties):
        properties.remove(old)
    properties.extend(deepcopy(child) for child in _type(size, bold, font))


def write(paragraph: Any, text: str, size: float, *, bold: bool = False, font: str = FONT) -> None:
    """Add a run of plain text; a tab character is a tab."""
    run = deepcopy(_run(size, bold, font))
    paragraph._p.append(run)
    for number, piece in enumerate(text.split("\t")):
        if number:
            run.append(element("tab"))
        if piece:
            content = element("t")
            content.set(_SPACE, "preserve")
            content.text = piece
            run.append(content)


@cache
def _run(size: float, bold: bool, font: str) -> Any:
    run, properties = element("r"), element("rPr")
    properties.extend(deepcopy(child) for child in _type(size, bold, font))
    run.append(properties)
    return run


def picture(paragraph: Any, image: Any, width: Any, alt: str) -> None:
    """Add an inline picture with the words that stand for it."""
    shape = paragraph.add_run().add_picture(image, width=width)
    shape._inline.docPr.set("descr", alt)
    shape._inline.docPr.set("title", alt)
    for side in "TBLR":  # unsaid, some word processors put room around it
        shape._inline.set(f"dist{side}", "0")


@cache
def _layout(
    align: str, before: float, after: float, line: float, indent: int, hang: int, keep: bool, with_next: bool
) -> Any:
    """Paragraph properties in the order of the schema. Measures in points, lines and EMU."""
    properties = element("pPr")
    if with_next:
        properties.append(element("keepNext"))
    if keep:
        properties.append(element("keepLines"))
    if hang:
        tabs = element("tabs")
        tabs.append(element("tab", val="left", pos=_twips(hang)))
        properties.append(tabs)
    properties.append(
        element(
            "spacing",
            before=round(before * 20),
            after=round(after * 20),
            line=round(line * 240),
            lineRule="auto",
        )
    )
    if indent or hang:
        sides = {"left": _twips(indent)} if indent else {}
        properties.append(element("ind", **sides, **({"hanging": _twips(hang)} if hang else {})))
    if align:
        properties.append(element("jc", val={"start": "left", "centre": "center", "end": "right"}[align]))
    return properties


def _twips(emu: int) -> int:
    return round(emu / 635)


def lay_out(
    paragraph: Any,
    *,
    align: str = "",
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    indent: int = 0,
    hang: int = 0,
    keep: bool = False,
    with_next: bool = False,
) -> None:
    """Give a paragraph without properties all of them at once: tables have hundreds, and one by one takes longer."""
    made = deepcopy(_layout(align, before, after, line, indent, hang, keep, with_next))
    paragraph._p.insert(0, made)


def space(paragraph: Any, *, before: float = 0, after: float = 0, line: float = 1.0) -> None:
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line


def border(paragraph: Any, edge: str, eighths: int, colour: str, gap: int = 4) -> None:
    """A rule above, below or left of a paragraph; `eighths` of a point thick."""
    properties = paragraph._p.get_or_add_pPr()
    edges = element("pBdr")
    edges.append(element(edge, val="single", sz=eighths, space=gap, color=colour))
    properties.insert_element_before(
        edges, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def field(paragraph: Any, instruction: str, size: float) -> None:
    """A field such as PAGE, which the program that opens the paper fills in."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        set_type(run._r.get_or_add_rPr(), size)
        if kind:
            run._r.append(element("fldChar", fldCharType=kind))
        else:
            code = element("instrText")
            code.text = f" {instruction} "
            run._r.append(code)


def table_borders(table: Any, style: str, eighths: int, colour: str, *, inside: str = "") -> None:
    """Lines around and inside a table; style none for no lines."""
    edges = element("tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        kind = inside if inside and edge.startswith("inside") else style
        edges.append(element(edge, val=kind, sz=eighths, space=0, color=colour))
    _into_table(table, edges)


def fixed_widths(table: Any, widths: Sequence[int], inset: int) -> None:
    """Columns of exactly these widths (EMU), with `inset` twips of room at the sides of each cell."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    # Row by row on the elements: python-docx walks the whole table for each column's cells.
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
    margins = element("tblCellMar")
    for edge in ("left", "right"):
        margins.append(element(edge, w=inset, type="dxa"))
    _into_table(table, margins)


_TABLE_ORDER = ("tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription")


def _into_table(table: Any, child: Any) -> None:
    """Put a table property at the place that the schema gives it; word processors refuse other orders."""
    place = _TABLE_ORDER.index(child.tag.split("}")[1])
    table._tbl.tblPr.insert_element_before(child, *(f"w:{tag}" for tag in _TABLE_ORDER[place + 1 :]))


def name_table(table: Any, name: str) -> None:
    """The name that screen readers say."""
    _into_table(table, element("tblCaption", val=name))


def thai_page_numbers(section: Any) -> None:
    properties = section._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    following = (
        "cols",
        "formProt",
        "vAlign",
        "noEndnote",
        "titlePg",
        "textDirection",
        "bidi",
        "rtlGutter",
        "docGrid",
    )
    properties.insert_element_before(
        element("pgNumType", fmt="thaiNumbers"), *(f"w:{tag}" for tag in following)
    )


def row_setting(row: Any, tag: str) -> None:
    """tblHeader (repeat on each page) or cantSplit."""
    row._tr.get_or_add_trPr().append(element(tag))


def embed_fonts(document: Any) -> None:
    """Put Sarabun into the file, because offices seldom have it installed (ECMA-376 part 4, font embedding)."""
    table = next(
        part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml"
    )
    root = parse_xml(f"<w:fonts {nsdecls('w', 'r')}/>")
    entry = element("font", name=FONT)
    entry.append(element("altName", val="TH Sarabun New"))
    entry.append(element("charset", val="DE"))
    entry.append(element("family", val="auto"))
    entry.append(element("pitch", val="variable"))
    for number, (tag, face) in enumerate(
        (("embedRegular", "Sarabun-Regular"), ("embedBold", "Sarabun-Bold"))
    ):
        data = font_file(face)
        key = UUID(bytes=sha256(data).digest()[:16])
        name = PackURI(f"/word/fonts/font{number + 1}.odttf")
        part = Part(name, _OBFUSCATED, _obfuscated(data, key), document.part.package)
        relation = table.relate_to(part, _FONT_RELATION)
        embedded = element(tag, fontKey="{" + str(key).upper() + "}")
        embedded.set(qn("r:id"), relation)
        entry.append(embedded)
    root.append(entry)
    table._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    settings = document.settings.element
    zoom = settings.find(qn("w:zoom"))
    settings.insert(0 if zoom is None else settings.index(zoom) + 1, element("embedTrueTypeFonts"))


def _obfuscated(data: bytes, key: UUID) -> bytes:
    """The font as the standard asks: its first 32 bytes XORed with the key, last byte first."""
    mask = key.bytes[::-1] * 2
    return bytes(a ^ b for a, b in zip(data[:32], mask, strict=True)) + data[32:]
