"""The Thai catalogue: collect messages, compile, check.

`python -m prongsai.project.i18n extract|compile|check`. Source text is English; the Thai catalogue is complete,
or `check` says what is missing. Needs neither gettext's programs nor configured Django settings.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
CATALOGUE = PACKAGE / "locale" / "th" / "LC_MESSAGES" / "django.po"

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0 +-]*\d*(?:\.\d+)?[sdifr]|(?<!%)%([sdir])|\{(\w*)\}")
# Django's templatize() blanks a template to the calls in it.
TEMPLATE_CALL = re.compile(
    r"\b(?:n?p?gettext|_)\(u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^()'\"])*\)", re.S
)

Found = tuple[str | tuple[str, ...], str, str | None]


def messages_of(path: Path, root: Path = PACKAGE.parent) -> Iterator[Found]:
    """Every message of a source file: (message, place, context)."""
    place = path.relative_to(root).as_posix()
    source = path.read_text("utf-8")
    pieces = [source]
    if path.suffix != ".py":
        pieces = [call.group().replace("\n", " ") for call in TEMPLATE_CALL.finditer(templatize(source))]
    for piece in pieces:
        code = BytesIO(piece.encode())
        for _line, message, _comments, context in extract("python", code, keywords=KEYWORDS):
            yield message, place, context


def collect() -> Catalog:
    """What the sources ask for now, as an untranslated catalogue."""
    catalogue = _empty()
    paths = [
        *PACKAGE.rglob("*.py"),
        *PACKAGE.rglob("templates/**/*.html"),
        *PACKAGE.rglob("templates/**/*.txt"),
    ]
    for path in sorted(paths):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for message, place, context in messages_of(path):
            if not message:
                continue  # Babel reads "" as the catalogue's own header
            # No line numbers: they would change with every edit.
            catalogue.add(message, locations=[(place, 0)], context=context)
    return catalogue


def _empty() -> Catalog:
    return Catalog(locale="th", domain="django", project="Prongsai", version="0.1", fuzzy=False)


def load() -> Catalog:
    """The catalogue as it stands in the repository."""
    if not CATALOGUE.exists():
        return _empty()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="th", domain="django")


def update() -> None:
    """Add new messages (untranslated) and drop those that nothing asks for; translations stay as they are."""
    present, wanted = load(), collect()
    for message in wanted:
        old = present.get(message.id, message.context) if message.id else None
        if old is not None:
            message.string = old.string
            message.user_comments = old.user_comments
    with CATALOGUE.open("wb") as file:
        write_po(file, wanted, width=110, sort_output=True, include_lineno=False, omit_header=False)
    _steady_header()


def _steady_header() -> None:
    """Without dates and tool versions: a header that differs for each person only makes conflicts."""
    text = CATALOGUE.read_text("utf-8")
    head, _, body = text.partition("\n\n")
    kept = [
        line
        for line in head.splitlines()
        if not re.match(r'"(POT-Cr|PO-Rev|Generated|Last-T|Report|Language-T)', line)
    ]
    kept = [line for line in kept if line.startswith(("msgid", "msgstr", '"'))]
    CATALOGUE.write_text("# Prongsai in Thai.\n" + "\n".join(kept) + "\n\n" + body, "utf-8")


def compile_catalogue() -> Path:
    """Write the .mo beside the .po. Fuzzy entries are left out, as gettext does."""
    target = CATALOGUE.with_suffix(".mo")
    fresh = target.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, load())
    fresh.replace(target)  # a running server never reads half a file
    return target


def problems() -> list[str]:
    """What keeps the catalogue from being complete and true, one line each; empty when nothing does."""
    present = {_key(m): m for m in load() if m.id}
    wanted = {_key(m): m for m in collect() if m.id}
    found = [f"not in the catalogue: {_show(m)}" for key, m in wanted.items() if key not in present]
    found += [f"asked for by nothing: {_show(m)}" for key, m in present.items() if key not in wanted]
    return found + faults(load())


def faults(catalogue: Catalog) -> list[str]:
    """Entries that are untranslated, fuzzy, or whose placeholders differ from the source's."""
    found: list[str] = []
    for message in catalogue:
        if not message.id:
            continue
        strings = [text or "" for text in forms(message.string)]
        if not all(strings):
            found.append(f"not translated: {_show(message)}")
        elif message.fuzzy:
            found.append(f"fuzzy: {_show(message)}")
        else:
            found += [
                f"{error}: {_show(message)}"
                for text in strings
                for error in _placeholder_errors(message, text)
            ]
    return found


def _placeholder_errors(message: Message, text: str) -> list[str]:
    ids = forms(message.id)
    # Thai has one form: it must have what the plural has.
    source = sorted(m.group() for m in PLACEHOLDER.finditer(ids[-1]))
    target = sorted(m.group() for m in PLACEHOLDER.finditer(text))
    return [] if set(source) == set(target) else [f"placeholders {target} for {source}"]


def forms(text: Any) -> list[Any]:
    """Singular and plural as a list, whichever of both there are."""
    return list(text) if isinstance(text, (list, tuple)) else [text]


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", forms(message.id)[0]


def _show(message: Message) -> str:
    places = ", ".join(sorted({place for place, _ in message.locations}))
    return f"{_key(message)[1]!r} ({places})" if places else repr(_key(message)[1])


def main(arguments: list[str]) -> int:
    """Exit code 1: the catalogue is not complete. 2: wrong call."""
    match arguments:
        case ["extract"]:
            update()
        case ["compile"]:
            compile_catalogue()
        case ["check"]:
            found = problems()
            sys.stdout.write(
                "\n".join(found) or f"translations: all {len(load())} messages are there in Thai"
            )
            sys.stdout.write("\n")
            return 1 if found else 0
        case _:
            sys.stderr.write("usage: python -m prongsai.project.i18n extract|compile|check\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
