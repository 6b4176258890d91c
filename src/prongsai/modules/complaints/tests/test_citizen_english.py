"""Who reads the public pages in English is refused in English, and what a refusal of a service says is no exception."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.conf import settings

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import act, erase_case
from prongsai.kernel.contracts import Actor
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.tests.citizen import PNG, Visitor, words

CLERK = Actor("ปลัด", frozenset({"complaints.handle", "complaints.assign", "complaints.manage"}))
THAI = re.compile(r"[ก-๛]")


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    visitor.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return visitor


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


REFUSED = {
    "a.exe": (b"MZ\x90\0" * 40, "Programs cannot be attached"),
    "b.zip": (zipped(), "Compressed files (ZIP) cannot be attached"),
    "c.docx": (b"PK\3\4 cut off", "The file is damaged or was cut off on its way"),
    "d.pdf": (b"%PDF-1.7 cut off", "The PDF is not whole"),
    "e.png": (PNG[:40], "The picture is damaged"),
    "f.jpg": (b"\xff\xd8\xff" + b"x" * (11 << 20), "The file is larger than 10 MB"),
    "g.bin": (b"\0\1\2\3", "Files of this kind cannot be attached"),
    "h.html": (b"<!doctype html><p>a", "Programs and web pages cannot be attached"),
}


def alert(reader: Visitor) -> str:
    found = re.search(r'<div class="errsum" role="alert".*?</div>', reader.last.content.decode(), re.S)
    assert found
    return words(re.sub(r"<[^>]+>", "", found.group()))


def test_why_a_file_is_refused_is_said_in_the_readers_language(reader: Visitor) -> None:
    reader.answer("what", category="lamp", text="The lamp before the temple is dark")
    response = reader.attach(*((name, content) for name, (content, _said) in REFUSED.items()), next="1")
    assert response.status_code == 422
    said = alert(reader)
    for name, (_content, why) in REFUSED.items():
        assert words(f"{name}: {why}") in said
    assert not THAI.search(said), said


def test_too_many_files_are_refused_in_the_readers_language(reader: Visitor) -> None:
    reader.answer("what", category="lamp", text="The lamp before the temple is dark")
    reader.attach(*((f"{number}.txt", f"{number}".encode()) for number in range(7)))
    assert words("At most 6 files can be attached. Take another out first") in alert(reader)
    assert not THAI.search(alert(reader))


def test_an_answer_that_comes_too_late_is_refused_in_the_readers_language(reader: Visitor) -> None:
    reader.report_lamp()
    reader.submit()
    case, code = Case.objects.get(), reader.code
    act(actor=CLERK, case=case, act="finish", message="เปลี่ยนหลอดแล้ว", result="เปลี่ยนหลอดแล้ว")
    for status in (302, 409):
        response = reader.send(f"track/{code}/answer/", {"satisfied": "yes"})
        assert response.status_code == status
    why = f"Case {case.number} does not wait for your answer, or you have answered already"
    assert words(why) in words(reader.page())


def test_a_message_into_what_was_erased_is_refused_in_the_readers_language(reader: Visitor) -> None:
    reader.report_lamp()
    reader.submit()
    case, code = Case.objects.get(), reader.code
    assert case.kind == GRIEVANCE
    act(actor=CLERK, case=case, act="finish", message="เปลี่ยนหลอดแล้ว", result="เปลี่ยนหลอดแล้ว")
    erase_case(actor=CLERK, case=case, reason="ครบกำหนด")
    response = reader.send(f"track/{code}/", {"text": "Is it done?"})
    assert response.status_code == 422
    assert words(f"The personal data of case {case.number} are erased") in words(reader.page())
