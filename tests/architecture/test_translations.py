"""The Thai catalogue is complete and true, and nothing of Django's reaches a person half in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import django
import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from django import forms
from django.utils import translation
from django.utils.translation import gettext, trans_real

from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import ProngsaiError
from prongsai.modules.complaints.services.day_files import read_days
from prongsai.modules.corruption import workflow as reports
from prongsai.modules.corruption.outside_keys import read_public
from prongsai.modules.measures import workflow as plans
from prongsai.modules.measures.notation import parse_term
from prongsai.modules.measures.services.signing import Begun, signing
from prongsai.project import i18n
from tests.architecture.source import files, name_of, tree

# Where Django's own words can reach a person: forms, validation, error pages, passwords.
DJANGO_PARTS = (
    "contrib/auth/password_validation",
    "contrib/auth/validators",
    "core/paginator",
    "core/validators",
    "db/models/",
    "forms/",
    "utils/timesince",
    "views/csrf",
)
# Names of column types, which only the admin's documentation generator prints.
COLUMN_TYPES = {
    "%(from)s-%(to)s relationship",
    "%(from)s-%(to)s relationships",
    "A JSON object",
    "Positive big integer",
    "Raw binary data",
    "String (unlimited)",
    "Universally unique identifier",
}


def test_the_thai_catalogue_is_complete() -> None:
    assert i18n.problems() == []


def test_functions_of_translation_go_by_names_that_the_extraction_knows() -> None:
    """Under another name a text is never collected, and stays English without a word."""
    known = {name for name in dir(translation) if "gettext" in name} | {"_"}
    odd = [
        f"{name_of(path)}:{node.lineno} {alias.asname}"
        for path in files(".py", below="src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and (alias.asname or alias.name) not in known
    ]
    assert odd == []


def test_no_text_is_translated_inside_an_f_string() -> None:
    """The extraction does not look there either."""
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in files(".py", below="src")
        for joined in ast.walk(tree(path))
        if isinstance(joined, ast.JoinedStr)
        for node in ast.walk(joined)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "_" or "gettext" in node.func.id
    ]
    assert hidden == []


@pytest.fixture
def compiled() -> Path:
    """The catalogue as it is now, and nothing that Django read before."""
    path = i18n.compile_catalogue()
    trans_real._translations.clear()  # type: ignore[attr-defined]
    return path


def test_compiling_leaves_a_catalogue_that_translates(compiled: Path) -> None:
    assert compiled.stat().st_size > 0
    with translation.override("th"):
        assert gettext("Thai") == "ไทย"
    with translation.override("en"):
        assert gettext("Thai") == "Thai"


def django_catalogue(folder: Path, language: str) -> Catalog:
    with (folder / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def left_in_english() -> Iterator[str]:
    """Messages in the parts above that Django's Thai catalogue lacks."""
    base = Path(django.__file__).parent
    for folder in (base / "conf", base / "contrib" / "auth"):
        thai = django_catalogue(folder, "th")
        for message in django_catalogue(folder, "en"):
            if not message.id or not any(p.startswith(DJANGO_PARTS) for p, _ in message.locations):
                continue
            found = thai.get(message.id, message.context)
            if found is None or found.fuzzy or not all(i18n.forms(found.string)):
                yield i18n.forms(message.id)[0]


def test_what_django_leaves_in_english_is_translated_here() -> None:
    left = set(left_in_english())
    assert len(left) > 50, "Django's Thai has grown: shorten the list in django_messages.py"
    assert left - COLUMN_TYPES - {i18n.forms(m.id)[0] for m in i18n.load() if m.id} == set()


class Note(forms.Form):
    text = forms.CharField(max_length=3)
    number = forms.DecimalField(max_digits=2)


def test_a_form_refuses_in_thai_only(compiled: Path) -> None:
    with translation.override("th"):
        errors = [
            str(e) for found in Note({"text": "ยาวเกินไป", "number": "12345"}).errors.values() for e in found
        ]
    assert errors == ["ต้องไม่เกิน 3 ตัวอักษร (ขณะนี้มี 9 ตัวอักษร)", "ตัวเลขรวมกันต้องไม่เกิน 2 หลัก"]


def signed_too_early() -> object:
    begun = Begun("freeze", date(2025, 10, 2))
    return signing(Actor.system(), "head", signed_paper=[{}], signed_on=date(2025, 10, 1), begun=begun)


@pytest.mark.parametrize(
    ("refused", "thai", "english"),
    [
        (lambda: reports.advance("received", "resume"), "อยู่ในสถานะ “รับเรื่องแล้ว”", "state “Received”"),
        (
            lambda: plans.advance("draft", "close", name="2568"),
            "2568 อยู่ในสถานะ “ร่าง” จึงปิดปีไม่ได้",
            "“Draft”, so the year cannot be closed",
        ),
        (signed_too_early, "1 ตุลาคม 2568 มาก่อนวันที่ตรึงรายงาน", "1 October 2025, is before"),
        (lambda: parse_term("nothing"), "อ่านหลักฐานที่ผูกไว้ไม่ได้", "cannot be read: nothing"),
        (lambda: read_public("no key"), "อ่านกุญแจสาธารณะไม่ได้", "public key cannot be read"),
        (
            lambda: read_days(BytesIO(b"date,name\n?,New Year\n1/1/2568,\n"), "days.csv"),
            "บรรทัด 3: ไม่มีชื่อวัน",
            "Line 3: the name of the day is missing",
        ),
    ],
)
def test_a_refusal_is_said_in_the_readers_language(
    refused: Callable[[], object], thai: str, english: str, compiled: Path
) -> None:
    for language, words in (("th", thai), ("en", english)):
        with translation.override(language), pytest.raises(ProngsaiError, match=re.escape(words)) as caught:
            refused()
        assert language == "th" or not re.search("[ก-๛]", str(caught.value))


@pytest.mark.parametrize(
    ("source", "translated", "faults"),
    [
        ("%(count)s files", "%(count)s ไฟล์", 0),
        ("%(count)s files", "%(number)s ไฟล์", 1),
        ("{name} of {unit}", "{unit} โดย {name}", 0),
        ("{name} of {unit}", "{name}", 1),
        ("100 % of it", "ร้อยละ 100", 0),
        ("%(count)s files", "", 1),
    ],
)
def test_placeholders_must_agree(source: str, translated: str, faults: int) -> None:
    catalogue = Catalog(locale="th")
    catalogue.add(source, translated)
    assert len(i18n.faults(catalogue)) == faults


@pytest.mark.parametrize(
    ("name", "source", "messages"),
    [
        ("a.py", "from x import gettext as _\nx = _('Save')", ["Save"]),
        ("a.py", "ngettext('one', 'many', n)", [("one", "many")]),
        ("a.py", "pgettext('month', 'May')", ["May"]),
        ("a.html", "{% load i18n %}<p>{% translate 'Save' %}</p>", ["Save"]),
        ("a.html", '{% translate "Don\'t save" %}', ["Don't save"]),
        (
            "a.html",
            "{% blocktranslate with n=x trimmed %}\n Hello\n {{ n }}{% endblocktranslate %}",
            ["Hello %(n)s"],
        ),
        (
            "a.html",
            "{% blocktranslate count n=x %}one{% plural %}{{ n }} files{% endblocktranslate %}",
            [("one", "%(n)s files")],
        ),
        ("a.html", "{% include 'x.html' with label=_('Open (new)') %}", ["Open (new)"]),
        ("a.html", "{% translate 'May' context 'month' %}", ["May"]),
        ("a.html", "<p>nothing to translate</p>", []),
    ],
)
def test_messages_are_found_in_code_and_templates(
    tmp_path: Path, name: str, source: str, messages: list[object]
) -> None:
    (tmp_path / name).write_text(source, "utf-8")
    found = list(i18n.messages_of(tmp_path / name, tmp_path))
    # Babel gives (context, message) where there is a context, and names the context apart.
    assert [m[-1] if context and isinstance(m, tuple) else m for m, _place, context in found] == messages
