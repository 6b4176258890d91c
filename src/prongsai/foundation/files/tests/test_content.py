"""What may be kept is judged by the bytes, whatever the name says."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.files.content import KINDS, PDF, clean_name, judge
from prongsai.foundation.files.tests import samples
from prongsai.kernel.errors import Unreadable

ACCEPTED = {
    "application/pdf": samples.pdf(),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": samples.word(),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": samples.excel(),
    "application/msword": samples.old_office("Root Entry", "WordDocument"),
    "application/vnd.ms-excel": samples.old_office("Root Entry", "Workbook"),
    "image/jpeg": samples.picture("JPEG"),
    "image/png": samples.picture("PNG"),
    "image/webp": samples.picture("WEBP"),
    "image/heic": samples.HEIC,
    "text/plain; charset=utf-8": "บันทึกการประชุม\r\nครั้งที่ ๑".encode(),
    "text/plain; charset=windows-874": "บันทึกการประชุม".encode("cp874"),
    "text/plain; charset=utf-16": "บันทึก".encode("utf-16"),
}

REFUSED = {
    "empty": (b"", "ว่างเปล่า"),
    "windows program": (b"MZ\x90\0" + b"\0" * 200, "โปรแกรม"),
    "linux program": (b"\x7fELF\x02\x01\x01" + b"\0" * 200, "โปรแกรม"),
    "shell script": (b"#!/bin/sh\nrm -rf ~\n", "โปรแกรม"),
    "java archive": (samples.zipped("META-INF/MANIFEST.MF", "Main.class"), "ZIP"),
    "zip": (samples.zipped("a.txt"), "ZIP"),
    "word with macros": (
        samples.zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "มาโคร",
    ),
    "old excel with macros": (samples.old_office("Root Entry", "Workbook", "_VBA_PROJECT"), "มาโคร"),
    "installer": (samples.old_office("Root Entry", "Property"), "แนบไฟล์ชนิดนี้ไม่ได้"),
    "page": (b"\n <html><script>alert(1)</script></html>", "หน้าเว็บ"),
    "drawing with script": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "หน้าเว็บ"),
    "cut pdf": (samples.pdf()[:100], "ไม่ครบ"),
    "cut excel": (samples.excel()[:-200], "เสียหาย"),
    "picture that is none": (b"\x89PNG\r\n\x1a\n" + b"nothing", "เสียหาย"),
    "noise": (bytes(range(256)) * 4, "แนบไฟล์ชนิดนี้ไม่ได้"),
    "gif": (b"GIF89a" + b"\0" * 50, "แนบไฟล์ชนิดนี้ไม่ได้"),
}  # fmt: skip


@pytest.mark.parametrize("content_type", ACCEPTED)
@pytest.mark.parametrize("name", ["หลักฐาน", "report.pdf", "photo.jpg"])
def test_the_bytes_say_what_a_file_is(content_type: str, name: str) -> None:
    assert judge(io.BytesIO(ACCEPTED[content_type]), name).content_type == content_type


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("name", ["รายงาน.pdf", "รายงาน.docx", "รายงาน.txt"])
def test_what_may_not_be_kept_is_refused_under_any_name(what: str, name: str) -> None:
    content, message = REFUSED[what]
    with pytest.raises(Unreadable, match=message):
        judge(io.BytesIO(content), name)


@pytest.mark.parametrize("name", ["run.bat", "x.vbs", "x.PS1", "index.html", "x.js"])
def test_text_that_a_computer_would_run_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(Unreadable, match="โปรแกรม"):
        judge(io.BytesIO(b"echo hello"), name)


PAGES = {
    "plain": b"\n <html><script>alert(1)</script></html>",
    "declared": b"<!-- Word --> <!DOCTYPE html PUBLIC '-'><p>x",
    "with a declaration": "<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>รายงาน</html>".encode(),
    "a fragment": "<table><tr><td>ขั้นตอน</td></tr></table>".encode(),
    "in the old Thai code page": "<HTML><BODY>รายงาน</BODY></HTML>".encode("cp874"),
}


@pytest.mark.parametrize("what", PAGES)
@pytest.mark.parametrize("name", ["รายงาน.html", "report.HTM", "report", "report.doc"])
def test_a_web_page_is_taken_only_where_asked_and_then_as_plain_text(what: str, name: str) -> None:
    with pytest.raises(Unreadable, match="หน้าเว็บ"):
        judge(io.BytesIO(PAGES[what]), name)
    kind = judge(io.BytesIO(PAGES[what]), name, pages=True)
    assert kind.content_type.startswith("text/plain; charset=")
    assert clean_name(name, kind).endswith(".txt")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("a.html", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.hta", b"<html></html>"),
        ("a.html", b"MZ<html></html>"),
        ("a.html", b"<htmlx>"),
        ("a.html", b"<!-- <html> --><script>1</script>"),
    ],
)
def test_what_is_no_page_stays_refused_where_pages_are_taken(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"โปรแกรม"):
        judge(io.BytesIO(content), name, pages=True)


def test_text_is_a_table_when_its_name_says_so() -> None:
    assert judge(io.BytesIO(b"a,b\n1,2\n"), "ตาราง.CSV").content_type == "text/csv; charset=utf-8"


def test_a_spreadsheet_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = bytearray(samples.zipped("[Content_Types].xml", "xl/workbook.xml"))
    at = bomb.rindex(b"PK\x01\x02") + 24  # the unpacked size in the directory's last record
    bomb[at : at + 4] = (0xF0000000).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="ใหญ่ผิดปกติ"):
        judge(io.BytesIO(bytes(bomb)), "a.xlsx")


@given(content=st.binary(max_size=300), name=st.text(max_size=20))
def test_any_bytes_are_either_of_a_kind_or_refused_in_words(content: bytes, name: str) -> None:
    with suppress(Unreadable):
        assert judge(io.BytesIO(content), name) is not None


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("รายงาน.pdf", "รายงาน.pdf"),
        ("รายงาน.PDF", "รายงาน.pdf"),
        ("C:\\Users\\somsri\\รายงาน ประจำปี.pdf", "รายงาน ประจำปี.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\u200bb\r\nc.pdf", "abc.pdf"),
        ("", "ไฟล์.pdf"),
        (".pdf", "ไฟล์.pdf"),
        ("ก" * 500 + ".pdf", "ก" * 120 + ".pdf"),
    ],
)
def test_a_name_is_cleaned_and_told_by_its_kind(given_name: str, cleaned: str) -> None:
    assert clean_name(given_name, PDF) == cleaned


@given(name=st.text(max_size=400), kind=st.sampled_from(KINDS))
def test_a_clean_name_is_safe_and_stays_as_it_is(name: str, kind) -> None:  # type: ignore[no-untyped-def]
    cleaned = clean_name(name, kind)
    assert clean_name(cleaned, kind) == cleaned
    assert 0 < len(cleaned) <= 200
    assert not set(cleaned) & set('/\\<>:"|?*\0\r\n')
    assert not cleaned.startswith(".")
