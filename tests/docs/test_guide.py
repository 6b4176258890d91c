"""The guides in Thai name buttons, pages and fields as they stand on the screen: every name in bold is one."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "prongsai"
GUIDES = ROOT / "docs" / "operators"
CATALOGUE = SOURCE / "locale" / "th" / "LC_MESSAGES" / "django.po"
BOLD = re.compile(r"\*\*(.+?)\*\*")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def translations() -> Iterator[str]:
    """Every Thai text of the catalogue."""
    text = CATALOGUE.read_text("utf-8")
    for found in re.finditer(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', text, re.M):
        yield "".join(QUOTED.findall(found[1])).replace('\\"', '"').replace("\\n", "\n").strip()


def written_in_the_code() -> Iterator[str]:
    """Thai text that needs no translation: words of work items, permissions, fact kinds, roles."""
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.strip()
    for path in SOURCE.rglob("*.toml"):
        yield from strings(tomllib.loads(path.read_text("utf-8")))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


@cache
def on_the_screen() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Texts as they stand, and patterns for those that carry a number or a name."""
    texts = {text for text in (*translations(), *written_in_the_code()) if text}
    open_ones = [text for text in texts if PLACEHOLDER.search(text) and len(PLACEHOLDER.sub("", text)) > 3]
    patterns = (".+".join(map(re.escape, PLACEHOLDER.split(text))) for text in open_ones)
    return frozenset(texts), tuple(map(re.compile, patterns))


def is_on_the_screen(name: str) -> bool:
    texts, patterns = on_the_screen()
    return name in texts or any(pattern.fullmatch(name) for pattern in patterns)


def names(path: Path) -> Iterator[str]:
    """What stands in bold; a way through pages (ก → ข) is several names."""
    for bold in BOLD.findall(path.read_text("utf-8")):
        yield from (part.strip() for part in bold.split("→"))


def guides() -> list[Path]:
    return sorted(GUIDES.rglob("*.md"))


def test_every_name_in_bold_stands_on_a_screen() -> None:
    found = [(path, name) for path in guides() for name in names(path)]
    assert len(found) > 100
    unknown = [f"{path.relative_to(ROOT)}: {name}" for path, name in found if not is_on_the_screen(name)]
    assert unknown == []


def test_a_name_that_is_nowhere_is_noticed() -> None:
    assert is_on_the_screen("งานของฉัน")
    assert not is_on_the_screen("ปุ่มที่ไม่มีในระบบ")


def test_every_page_of_the_guide_is_in_its_index_and_has_words_for_its_pictures() -> None:
    index = (GUIDES / "guide" / "README.md").read_text("utf-8")
    pages = [path for path in (GUIDES / "guide").glob("*.md") if path.name != "README.md"]
    assert [path.name for path in pages if f"({path.name}" not in index] == []
    pictures = [found for path in guides() for found in PICTURE.findall(path.read_text("utf-8"))]
    assert [path for words, path in pictures if not words] == []


def test_a_link_to_a_heading_finds_it() -> None:
    broken = []
    for path in guides():
        for target, heading in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text("utf-8")):
            page = (path.parent / target) if target else path
            known = {anchor(title) for title in re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)}
            if heading not in known:
                broken.append(f"{path.name}: {target}#{heading}")
    assert broken == []


def anchor(title: str) -> str:
    """The address of a heading as GitHub writes it: Thai vowels above and below are kept."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_" or "\u0e00" <= c <= "\u0e7f")
    return kept.replace(" ", "-")
