"""Documents as one self-contained, accessible HTML file: no script, no font, no other file."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from prongsai.foundation.typeset import model as m
from prongsai.foundation.typeset.lines import clean, runs
from prongsai.foundation.typeset.marks import EVIDENCE_LEGEND, MARKS, mark_shapes, strip_svg
from prongsai.foundation.typeset.qr import qr_svg
from prongsai.kernel.contracts import Verdict


@cache
def _css() -> str:
    return (Path(__file__).parent / "paper.css").read_text(encoding="utf-8")


def render(document: m.Document) -> bytes:
    """The paper as UTF-8 HTML. Equal documents give equal bytes."""
    return "\n".join(_Writer(document).write()).encode()


def _mark(verdict: Verdict) -> str:
    return f'<svg class="mark" aria-hidden="true"><use href="#m-{verdict}"/></svg>'


def _symbols() -> str:
    symbols = (f'<symbol id="m-{key}" viewBox="0 0 24 24">{mark_shapes(key)}</symbol>' for key in MARKS)
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true">{"".join(symbols)}</svg>'


class _Writer:
    def __init__(self, document: m.Document) -> None:
        self.document = document

    def write(self) -> Iterable[str]:
        document = self.document
        side = "landscape" if document.landscape else "portrait"
        yield '<!doctype html>\n<html lang="th">\n<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{escape(clean(document.title))}</title>"
        yield f'<meta name="author" content="{escape(clean(document.author))}">'
        yield f"<style>\n{_css()}@page {{ size: A4 {side}; }}\n</style>\n</head>\n<body>"
        yield _symbols()
        if document.notices:
            said = "".join(
                f'<p class="notice" role="note">{self.text(notice)}</p>' for notice in document.notices
            )
            yield f"<header>{said}</header>"
        yield "<main>"
        for block in document.blocks:
            yield from self.block(block)
        yield "</main>"
        yield from self.register_line()
        yield "</body>\n</html>\n"

    def text(self, text: str) -> str:
        """Escaped text in which kept words hold together."""
        cut = runs(clean(text), self.document.keep, words=False)
        return "".join(f'<span class="k">{escape(r.text)}</span>' if r.whole else escape(r.text) for r in cut)

    def lines(self, lines: Iterable[str]) -> str:
        return "<br>".join(self.text(line) for line in lines)

    def register_line(self) -> Iterable[str]:
        register = self.document.register
        parts = [self.text(part) for part in register.parts]
        if register.fingerprint:
            parts.append(f'ลายนิ้วมือ <span class="fp">{register.short_fingerprint}</span>')
        if register.url:
            parts.append(f"ตรวจที่ {escape(register.url)}")
        parts += [f"<b>{self.text(notice)}</b>" for notice in self.document.notices]
        yield f'<footer class="runline">{"".join(f"<span>{part}</span>" for part in parts)}</footer>'

    def block(self, block: m.Block) -> Iterable[str]:
        match block:
            case m.Cover():
                yield from self.cover(block)
            case m.Table():
                yield from self.table(block)
            case m.Heading():
                level = min(block.level + 1, 4)
                yield f'<h{level} class="{block.shown}">{self.text(block.text)}</h{level}>'
            case m.Paragraph():
                shown = ("b", block.bold), ("indent", block.indent), ("small", block.small)
                names = " ".join((block.align, *(name for name, on in shown if on)))
                yield f'<p class="{names}">{self.text(block.text)}</p>'
            case m.Items():
                for item in block.items:
                    yield self.statement(item)
            case m.Signatures():
                signed = "".join(
                    f'<div><span class="dots"></span>{"".join(f"<span>{self.text(line)}</span>" for line in lines)}</div>'
                    for lines in ((f"({one.name})", *one.lines) for one in block.signatures)
                )
                closing = f'<p class="centre">{self.text(block.closing)}</p>' if block.closing else ""
                yield f'{closing}<div class="signatures">{signed}</div>'
            case m.Stamp():
                yield self.stamp(block)
            case m.Picture():
                yield f"<figure>{self.picture(block)}</figure>"
            case m.LetterHead():
                yield f'<div class="letter"><p>{self.text(block.number)}</p><p>{self.lines(block.office)}</p></div>'
                yield f'<p class="centre">{self.text(block.day)}</p>'
                for label, text in block.lines:
                    yield f"<p><b>{self.text(label)}</b> {self.text(text)}</p>"

    @staticmethod
    def picture(picture: m.Picture) -> str:
        data = base64.b64encode(picture.data).decode()
        width = round(picture.width * 96 / 25.4)
        return (
            f'<img src="data:{picture.media_type};base64,{data}" alt="{escape(picture.alt)}" width="{width}">'
        )

    def cover(self, cover: m.Cover) -> Iterable[str]:
        yield '<section class="cover">'
        if cover.emblem:
            yield self.picture(cover.emblem)
        yield f"<h1>{self.lines(cover.title)}</h1>"
        yield f'<p class="where">{self.lines(cover.where)}</p>'
        yield '<div class="panel">'
        if cover.tally:
            yield from self.tally(cover.tally)
        if cover.stamp:
            yield self.stamp(cover.stamp)
        yield "</div></section>"

    def tally(self, tally: m.Tally) -> Iterable[str]:
        yield f"<h2>{self.text(' '.join(tally.title))}</h2>"
        yield '<ul class="counts">'
        for verdict, count in tally.counts:
            yield f"<li>{_mark(verdict)}<span>{MARKS[verdict].word}</span> <b>{escape(count)}</b></li>"
        yield "</ul>"
        places = range(max((len(row.groups) for row in tally.strip), default=0))
        widest = [max(len(row.groups[place]) for row in tally.strip) for place in places]
        if tally.strip:
            yield '<ul class="strip">'
            for row in tally.strip:
                svg, width = strip_svg(row.groups, widest)
                says = f'<svg role="img" aria-label="{escape(row.says)}" viewBox="0 0 {width} 24"'
                drawn = svg.replace(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 24"', says)
                yield f'<li><b aria-hidden="true">{escape(row.label)}</b>{drawn}</li>'
            yield "</ul>"

    def stamp(self, stamp: m.Stamp) -> str:
        rows = (stamp.groups[at : at + 4] for at in range(0, len(stamp.groups), 4))
        digits = "".join(f'<span class="fp">{" ".join(row)}</span>' for row in rows)
        alt = f"คิวอาร์โค้ดไปยัง {stamp.url}"
        code = qr_svg(stamp.url).replace(
            "<svg ", f'<svg class="qr" role="img" aria-label="{escape(alt)}" ', 1
        )
        return (
            f'<section class="stamp"><div class="stamp-head">{self.text(stamp.title)}<b>{self.text(stamp.number)}</b></div>'
            f'<div class="stamp-body"><div>{self.lines(stamp.lines)}{digits}{self.text(stamp.url_says)}</div>{code}</div>'
            f'<div class="url">{_link(stamp.url, stamp.url)}</div></section>'
        )

    def table(self, table: m.Table) -> Iterable[str]:
        named = any(cell.heading for row in table.rows for cell in row)
        if named:
            yield f"<h2>{self.text(table.caption)}</h2>"
        whole = sum(column.width for column in table.columns)
        # Roles are said again because a phone lays the table out as blocks, which would drop them.
        yield '<table role="table">'
        yield f'<caption class="{"vh" if named else "said"}">{self.text(table.caption)}</caption>'
        yield '<thead role="rowgroup"><tr role="row">'
        for column in table.columns:
            share = f'style="width:{column.width * 100 / whole:.1f}%"'
            yield f'<th scope="col" role="columnheader" {share}>{self.lines(column.title)}</th>'
        yield '</tr></thead>\n<tbody role="rowgroup">'
        for row in table.rows:
            yield '<tr role="row">'
            for column, cell in zip(table.columns, row, strict=True):
                yield self.cell(cell, column.name)
            yield "</tr>"
        yield "</tbody></table>"
        if table.legend:
            marks = "".join(f"<li>{_mark(key)} {mark.legend}</li>" for key, mark in MARKS.items())
            yield f'<ul class="legend">{marks}<li>{EVIDENCE_LEGEND}</li></ul>'

    def cell(self, cell: m.Cell, label: str) -> str:
        parts: list[str] = []
        for part in cell.content:
            if isinstance(part, m.Statement):
                parts.append(self.statement(part))
            else:
                name = "l b" if part.bold else "l"
                parts += [f'<span class="{name}">{self.text(line)}</span>' for line in part.lines]
        tag, role = ('th scope="row"', "rowheader") if cell.heading else ("td", "cell")
        label = escape(clean(label))
        return f'<{tag} role="{role}" class="{cell.align}" data-label="{label}">{"".join(parts)}</{tag[:2]}>'

    def statement(self, statement: m.Statement) -> str:
        text = self.text(f"{statement.number} {statement.text}" if statement.number else statement.text)
        body = f"<strong>{text}</strong>" if statement.bold else f"<span>{text}</span>"
        body += "".join(f' <span class="small">{self.text(line)}</span>' for line in statement.small)
        if statement.evidence:
            numbers = ", ".join(_link(str(n), self.document.links.get(n, "")) for n in statement.evidence)
            body += f' <span class="ev">หลักฐาน {numbers}</span>'
        if not statement.mark:
            return f'<div class="s bare"><div>{body}</div></div>'
        word = f'<span class="vh">{MARKS[statement.mark].word}: </span>'
        return f'<div class="s">{_mark(statement.mark)}<div>{word}{body}</div></div>'


def _link(text: str, url: str) -> str:
    """A link to a web address; anything else stays text."""
    if not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url)}">{escape(text)}</a>'
