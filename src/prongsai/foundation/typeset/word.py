"""Documents as DOCX, for offices that go on working in a word processor."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from prongsai.foundation.typeset import model as m
from prongsai.foundation.typeset import word_parts as w
from prongsai.foundation.typeset.archive import repack
from prongsai.foundation.typeset.fonts import POINT, advance
from prongsai.foundation.typeset.lines import clean
from prongsai.foundation.typeset.marks import EVIDENCE_LEGEND, GOLD, MARKS, mark_png
from prongsai.foundation.typeset.qr import qr_png
from prongsai.kernel.contracts import Verdict

_MARK = Mm(3.5)
_HANG = Mm(5.5)
_MONO = "Consolas"
_P = qn("w:p")
_LINE = 1.12  # of Sarabun's own 1.30 em
_HEADINGS = {0: 16, 1: 14, 2: 12, 3: 11}


def render(document: m.Document) -> bytes:
    """The paper as DOCX. Equal documents give equal bytes."""
    out = BytesIO()
    _Writer(document).write().save(out)
    return repack(out.getvalue(), document.moment)


class _Writer:
    def __init__(self, document: m.Document) -> None:
        self.document = document
        self.doc: Any = docx.Document()
        self.width = 254 if document.landscape else 160
        self._legend_in_foot = False

    def write(self) -> Any:
        self.properties()
        self.styles()
        self.page(self.doc.sections[0])
        for number, block in enumerate(self.document.blocks):
            self.block(block, first=number == 0)
        w.embed_fonts(self.doc)
        return self.doc

    # --- the whole -----------------------------------------------------------------------------------------

    def properties(self) -> None:
        core = self.doc.core_properties
        core.title, core.author = clean(self.document.title), clean(self.document.author)
        core.keywords, core.language = ", ".join(self.document.keywords), "th-TH"
        core.comments = " ".join(self.document.notices)
        core.last_modified_by = core.author
        core.created = core.modified = self.document.moment.astimezone(UTC)

    def styles(self) -> None:
        styles = self.doc.styles
        for name, size, bold in (
            ("Normal", 11, False),
            ("Title", 26, True),
            ("Heading 1", 14, True),
            ("Heading 2", 12, True),
            ("Heading 3", 11, True),
            ("Header", 10, False),
            ("Footer", 9.5, False),
        ):
            style = styles[name].element
            w.set_type(style.get_or_add_rPr(), size, bold=bold)
            properties = style.get_or_add_pPr()
            for edges in properties.findall(qn("w:pBdr")):
                properties.remove(edges)
        defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        w.set_type(defaults, 11)

    def page(self, section: Any) -> None:
        long, short = Mm(297), Mm(210)
        landscape = self.document.landscape
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if landscape else (short, long)
        section.left_margin, section.right_margin = (Mm(25), Mm(18)) if landscape else (Mm(30), Mm(20))
        section.top_margin, section.bottom_margin = Mm(27), Mm(24)
        section.header_distance, section.footer_distance = Mm(14), Mm(10)
        w.thai_page_numbers(section)
        self.foot(section)

    def head(self, section: Any) -> None:
        section.header.is_linked_to_previous = False
        paragraph = section.header.paragraphs[0]
        left, right = self.document.running_head
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), 2)  # right
        self._drop_tabs(paragraph)
        w.write(paragraph, clean(left) + "\t" + clean(right), 10)
        w.border(paragraph, "bottom", 16, "000000")
        w.space(paragraph, after=4)

    def _drop_tabs(self, paragraph: Any) -> None:
        """The head and foot styles of the template bring tab stops for another page width."""
        paragraph.style = self.doc.styles["Normal"]

    def foot(self, section: Any, *, legend: bool = False) -> None:
        section.footer.is_linked_to_previous = False
        paragraph = section.footer.paragraphs[0]
        if legend:
            self.legend(paragraph)
            paragraph = section.footer.add_paragraph()
        self._drop_tabs(paragraph)
        if self.document.is_letter:
            w.write(paragraph, "    ".join(map(clean, self.document.notices)), 9.5, bold=True)
            return
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), 2)
        w.border(paragraph, "top", 18, GOLD)
        register = self.document.register
        parts = [clean(part) for part in register.parts]
        if register.fingerprint:
            parts.append(f"ลายนิ้วมือ {register.short_fingerprint}")
        if register.url:
            parts.append(f"ตรวจที่ {register.url}")
        w.write(paragraph, "".join(f"{part}    " for part in parts), 9.5)
        w.write(paragraph, "    ".join(map(clean, self.document.notices)), 9.5, bold=True)
        # The page's number takes Thai digits from the section. The total has no such setting that both Word and
        # LibreOffice read (one prints Arabic digits, the other letters), so it is left out here.
        w.write(paragraph, "\tหน้า ", 11)
        w.field(paragraph, "PAGE", 11)

    def legend(self, paragraph: Any) -> None:
        for verdict, mark in MARKS.items():
            self.mark(paragraph, verdict)
            w.write(paragraph, f" {mark.legend}      ", 9.5)
        w.write(paragraph, EVIDENCE_LEGEND, 9.5)
        w.space(paragraph, after=4)

    # --- blocks --------------------------------------------------------------------------------------------

    def block(self, block: m.Block, *, first: bool) -> None:
        match block:
            case m.Cover():
                self.cover(block)
            case m.Table():
                self.table(block)
            case m.Heading():
                self.heading(block.text, block.level, align=block.shown, new_page=block.new_page)
            case m.Paragraph():
                self.paragraph(block)
            case m.Items():
                for item in block.items:
                    self.statement(self.doc.add_paragraph, item, 11)
            case m.Signatures():
                self.signatures(block)
            case m.Stamp():
                self.stamp(self.doc.add_table, block)
            case m.Picture():
                paragraph = self.doc.add_paragraph()
                paragraph.alignment = w.ALIGN["centre"]
                self.picture(paragraph, block)
            case m.LetterHead():
                self.letter_head(block)
        if first and not isinstance(block, m.Cover) and not self.document.is_letter:
            self.head(self.doc.sections[0])

    def heading(self, text: str, level: int, *, align: m.Align = "start", new_page: bool = False) -> None:
        style = "Title" if level == 0 else f"Heading {min(level, 3)}"
        paragraph = self.doc.add_paragraph(style=style)
        paragraph.alignment = w.ALIGN[align]
        paragraph.paragraph_format.page_break_before = new_page
        w.write(paragraph, clean(text), _HEADINGS[min(level, 3)], bold=True)
        w.space(paragraph, before=4, after=4, line=1.1)

    def paragraph(self, block: m.Paragraph) -> None:
        paragraph = self.doc.add_paragraph()
        paragraph.alignment = w.ALIGN[block.align]
        if block.indent:
            paragraph.paragraph_format.first_line_indent = Mm(25)
        w.write(paragraph, clean(block.text), 9.5 if block.small else 11, bold=block.bold)
        w.space(paragraph, before=3, after=3, line=1.15)

    def cover(self, cover: m.Cover) -> None:
        if cover.emblem:
            self.picture(self.doc.add_paragraph(), cover.emblem)
        title = self.doc.add_paragraph(style="Title")
        w.border(title, "top", 16, "000000", gap=18)
        for number, line in enumerate(cover.title):
            if number:
                title.add_run().add_break()
            w.write(title, clean(line), 26, bold=True)
        w.space(title, after=10, line=1.05)
        for line in cover.where:
            paragraph = self.doc.add_paragraph()
            w.write(paragraph, clean(line), 16)
            w.space(paragraph, line=1.05)
        for line in cover.notice:
            paragraph = self.doc.add_paragraph()
            w.write(paragraph, clean(line), 12, bold=True)
            w.space(paragraph, before=4)
        rule = self.doc.add_paragraph()
        w.border(rule, "bottom", 16, "000000")
        w.space(rule, after=6)
        side = Mm(102)
        halves = self.doc.add_table(rows=1, cols=2)
        w.fixed_widths(halves, [Mm(self.width) - side, side], 0)
        left, right = halves.rows[0].cells
        if cover.tally:
            self.tally(left, cover.tally)
        if cover.stamp:
            self.stamp(right.add_table, cover.stamp)
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        self.page(section)
        for old in list(section.footer.paragraphs):
            old._p.getparent().remove(old._p)
        section.footer.add_paragraph()
        self.foot(section, legend=any(table.legend for table in self.document.tables()))
        self.head(section)

    def tally(self, cell: Any, tally: m.Tally) -> None:
        paragraph = cell.paragraphs[0]
        w.write(paragraph, " ".join(map(clean, tally.title)), 12, bold=True)
        w.space(paragraph, after=4)
        for verdict, count in tally.counts:
            paragraph = cell.add_paragraph()
            self.mark(paragraph, verdict)
            paragraph.paragraph_format.tab_stops.add_tab_stop(_HANG)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(52))
            w.write(paragraph, f"\t{MARKS[verdict].word}\t", 11)
            w.write(paragraph, count, 12, bold=True)
            w.space(paragraph, after=2)

    def stamp(self, add_table: Any, stamp: m.Stamp) -> None:
        table = add_table(rows=1, cols=2)
        w.table_borders(table, "double", 6, GOLD, inside="none")
        w.fixed_widths(table, [Mm(64), Mm(32)], 120)
        text, code = table.rows[0].cells
        w.row_setting(table.rows[0], "cantSplit")
        paragraph = text.paragraphs[0]
        w.write(paragraph, clean(stamp.title), 10.5)
        paragraph = text.add_paragraph()
        w.write(paragraph, clean(stamp.number), 14, bold=True)
        for line in stamp.lines:
            w.write(text.add_paragraph(), clean(line), 10)
        for at in range(0, len(stamp.groups), 4):
            w.write(text.add_paragraph(), " ".join(stamp.groups[at : at + 4]), 9, font=_MONO)
        for line in (stamp.url_says, stamp.url):
            w.write(text.add_paragraph(), clean(line), 9.5)
        for paragraph in text.paragraphs:
            w.space(paragraph)
        code.paragraphs[0].alignment = w.ALIGN["centre"]
        alt = f"คิวอาร์โค้ดไปยัง {stamp.url}"
        w.picture(code.paragraphs[0], BytesIO(qr_png(stamp.url)), Mm(26), alt)

    def letter_head(self, head: m.LetterHead) -> None:
        """The table without lines that offices lay their letters out with."""
        sides = self.doc.add_table(rows=1, cols=2)
        w.fixed_widths(sides, [Mm(self.width / 2)] * 2, 0)
        left, right = sides.rows[0].cells
        for cell, lines in ((left, (head.number,)), (right, head.office)):
            for number, line in enumerate(lines):
                paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
                w.write(paragraph, clean(line), 11)
                w.space(paragraph, before=0 if number else head.room / POINT, line=1.15)
        day = self.doc.add_paragraph()
        day.paragraph_format.left_indent = Mm(self.width / 2)
        w.write(day, clean(head.day), 11)
        w.space(day, before=8, after=8)
        label = max((advance(clean(each), 11) for each, _ in head.lines), default=0) + 5
        for each, text in head.lines:
            paragraph = self.doc.add_paragraph()
            w.lay_out(paragraph, before=3, after=3, line=1.15, indent=Mm(label), hang=Mm(label))
            w.write(paragraph, f"{clean(each)}\t{clean(text)}", 11)

    def signatures(self, block: m.Signatures) -> None:
        count = len(block.signatures)
        right = block.align == "end"
        table = self.doc.add_table(rows=1, cols=count)
        table.alignment = WD_TABLE_ALIGNMENT.RIGHT if right else WD_TABLE_ALIGNMENT.CENTER
        w.fixed_widths(table, [Mm(self.width * (0.6 if right else 1) / count)] * count, 60)
        w.row_setting(table.rows[0], "cantSplit")
        for cell, one in zip(table.rows[0].cells, block.signatures, strict=True):
            paragraph = cell.paragraphs[0]
            if block.closing:
                w.write(paragraph, clean(block.closing), 11)
                w.space(paragraph, before=12, after=14)
                paragraph = cell.add_paragraph()
            w.write(paragraph, "(ลงชื่อ) ........................................................", 11)
            w.space(paragraph, before=30)
            for line in (f"({one.name})", *one.lines):
                paragraph = cell.add_paragraph()
                w.write(paragraph, clean(line), 11)
                w.space(paragraph)
            for paragraph in cell.paragraphs:
                paragraph.alignment = w.ALIGN["centre"]

    def picture(self, paragraph: Any, picture: m.Picture) -> None:
        if picture.media_type == "image/svg+xml":  # word processors of offices do not all draw SVG
            w.write(paragraph, f"[{clean(picture.alt)}]", 11)
        else:
            w.picture(paragraph, BytesIO(picture.data), Mm(picture.width), clean(picture.alt))

    # --- tables --------------------------------------------------------------------------------------------

    def table(self, table: m.Table) -> None:
        if any(cell.heading for row in table.rows for cell in row):
            # Word's navigation leaves out headings inside tables, so the table's name stands above it.
            self.heading(table.caption, 1, new_page=table.new_page)
        grid = self.doc.add_table(rows=1 + len(table.rows), cols=len(table.columns))
        w.table_borders(grid, "single", 6, "000000")
        whole = sum(column.width for column in table.columns)
        widths = [Emu(int(Mm(self.width) * column.width / whole)) for column in table.columns]
        w.fixed_widths(grid, widths, 90)
        w.name_table(grid, clean(table.caption))
        size = 9.5 if table.dense else 10.5
        # The grid's cells are looked up once: python-docx searches the whole table for each.
        rows = list(grid.rows)
        w.row_setting(rows[0], "cantSplit")
        w.row_setting(rows[0], "tblHeader")
        for cell, column in zip(rows[0].cells, table.columns, strict=True):
            self.lines(cell, m.Lines(column.title, bold=True), "centre", size)
            cell.vertical_alignment = 1  # centre
        for row, cells in zip(rows[1:], table.rows, strict=True):
            if len(table.rows) > 1:  # a measure's only row may be longer than a page
                w.row_setting(row, "cantSplit")
            for cell, content in zip(row.cells, cells, strict=True):
                self.cell(cell, content, size)
        self.doc.add_paragraph().paragraph_format.space_after = Pt(0)

    def cell(self, cell: Any, content: m.Cell, size: float) -> None:
        for part in content.content:
            if isinstance(part, m.Lines):
                self.lines(cell, part, content.align, size)
            else:
                self.statement(lambda cell=cell: self.paragraph_in(cell), part, size)

    @staticmethod
    def paragraph_in(cell: Any) -> Any:
        """The cell's first paragraph while it is empty, then new ones."""
        last = cell._tc[-1]
        return (
            Paragraph(last, cell) if last.tag == _P and not len(last) else Paragraph(cell._tc.add_p(), cell)
        )

    def lines(self, cell: Any, lines: m.Lines, align: m.Align, size: float) -> None:
        for line in lines.lines:
            paragraph = self.paragraph_in(cell)
            w.lay_out(paragraph, align=align, before=1, after=1, line=_LINE)
            w.write(paragraph, clean(line), size, bold=lines.bold)

    def statement(self, add: Any, statement: m.Statement, size: float) -> None:
        text = f"{statement.number} {statement.text}" if statement.number else statement.text
        small = [(clean(line), False) for line in statement.small]
        if statement.evidence:
            small.append(("หลักฐาน " + ", ".join(map(str, statement.evidence)), True))
        indent = _HANG if statement.mark else 0
        paragraph = add()
        w.lay_out(
            paragraph, before=2, after=0 if small else 4, line=_LINE, indent=indent, hang=indent, keep=True,
            with_next=bool(small),
        )  # fmt: skip
        if statement.mark:
            self.mark(paragraph, statement.mark)
        w.write(paragraph, "\t" * bool(statement.mark) + clean(text), size, bold=statement.bold)
        for left, (line, is_evidence) in zip(range(len(small) - 1, -1, -1), small, strict=True):
            paragraph = add()
            w.lay_out(
                paragraph, after=0 if left else 4, line=_LINE, indent=indent, keep=True, with_next=left > 0
            )
            w.write(paragraph, line, 9)
            if is_evidence:
                w.border(paragraph, "left", 12, GOLD)

    @staticmethod
    def mark(paragraph: Any, verdict: Verdict) -> None:
        w.picture(paragraph, BytesIO(mark_png(verdict)), _MARK, MARKS[verdict].word)
