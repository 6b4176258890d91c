"""Word's automatic list numbers: which number stands in front of a paragraph though no one typed it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.reading.limits import Package

_SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS = "กขคงจฉชซญฐฒณดตถทธนบปผฝพฟภมยรลวศษสห"


def q(name: str) -> str:
    """A WordprocessingML name with its namespace."""
    return _SPACE + name


@dataclass
class _Level:
    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass
class _List:
    levels: dict[int, _Level] = field(default_factory=dict[int, _Level])
    starts: dict[int, int] = field(default_factory=dict[int, int])
    abstract: str = ""


class Numbering:
    """Counts through the document; ask it for each paragraph once, in order."""

    def __init__(self, package: Package) -> None:
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if "word/numbering.xml" in package:
            self._read(package.xml("word/numbering.xml"))
        if "word/styles.xml" in package:
            self._read_styles(package.xml("word/styles.xml"))

    def marker(self, paragraph: Any) -> tuple[str, int]:
        """The number or bullet of a paragraph and its level, or ("", 0)."""
        number, level = self._place(paragraph)
        found = self._lists.get(number)
        if found is None or level not in found.levels:
            return "", 0
        if not any((t.text or "").strip() for t in paragraph.iter(q("t"))):
            return "", 0  # Word numbers empty paragraphs too; nobody means them
        settings = found.levels[level]
        if settings.form == "bullet":
            return "•", level
        if settings.form == "none":
            return "", 0
        counts = self._counts.setdefault(number if found.starts else found.abstract, {})
        start = found.starts.get(level, settings.start)
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return re.sub(
            r"%(\d)", lambda m: self._shown(found, counts, int(m.group(1)) - 1), settings.text
        ), level

    def _shown(self, found: _List, counts: dict[int, int], level: int) -> str:
        settings = found.levels.get(level, _Level())
        value = counts.get(level, settings.start)
        if settings.form == "thaiNumbers":
            return to_thai(value)
        if settings.form == "thaiLetters":
            return _LETTERS[(value - 1) % len(_LETTERS)]
        return str(value)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(q("pPr"))
        if properties is None:
            return "", 0
        style = properties.find(q("pStyle"))
        number, level = self._styles.get(style.get(q("val")) or "", ("", 0)) if style is not None else ("", 0)
        own = properties.find(q("numPr"))
        if own is not None:
            identity, depth = own.find(q("numId")), own.find(q("ilvl"))
            number = (identity.get(q("val")) or "") if identity is not None else number
            level = _number(depth, level)
        return number, level

    def _read(self, root: Any) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for element in root.iterfind(q("abstractNum")):
            abstract[element.get(q("abstractNumId")) or ""] = _levels(element)
        for element in root.iterfind(q("num")):
            reference = element.find(q("abstractNumId"))
            name = (reference.get(q("val")) or "") if reference is not None else ""
            found = _List(dict(abstract.get(name, {})), abstract=f"abstract {name}")
            for override in element.iterfind(q("lvlOverride")):
                level = _attribute(override, "ilvl")
                found.levels.update(_levels(override))
                if (start := override.find(q("startOverride"))) is not None:
                    found.starts[level] = _number(start, 1)
            self._lists[element.get(q("numId")) or ""] = found

    def _read_styles(self, root: Any) -> None:
        """Each style's list and level; a style without its own has those of the style that it is based on."""
        styles = {style.get(q("styleId")) or "": style for style in root.iterfind(q("style"))}
        for name in styles:
            number, level = "", -1
            at, left = name, 12
            while at in styles and left and not (number and level >= 0):
                place = styles[at].find(f"{q('pPr')}/{q('numPr')}")
                if place is not None:
                    identity, depth = place.find(q("numId")), place.find(q("ilvl"))
                    number = number or ((identity.get(q("val")) or "") if identity is not None else "")
                    level = _number(depth, 0) if level < 0 and depth is not None else level
                base = styles[at].find(q("basedOn"))
                at, left = (base.get(q("val")) or "") if base is not None else "", left - 1
            if number:
                self._styles[name] = number, max(level, 0)


def _levels(parent: Any) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for element in parent.iterfind(q("lvl")):
        form, text = element.find(q("numFmt")), element.find(q("lvlText"))
        found[_attribute(element, "ilvl")] = _Level(
            (form.get(q("val")) or "decimal") if form is not None else "decimal",
            (text.get(q("val")) or "") if text is not None else "",
            _number(element.find(q("start")), 1),
        )
    return found


def _number(element: Any, default: int) -> int:
    value = element.get(q("val")) if element is not None else None
    return int(value) if value and value.isdigit() else default


def _attribute(element: Any, name: str) -> int:
    value = element.get(q(name)) or "0"
    return int(value) if value.isdigit() else 0
