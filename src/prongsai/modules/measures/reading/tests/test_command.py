"""`prongsai parse` as people call it: JSON on stdout, one line on stderr, exit code 2 for what cannot be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from prongsai.modules.measures.reading.tests.test_sample import SAMPLE


def parse(capsys: pytest.CaptureFixture[str], path: Path) -> tuple[Any, str, int]:
    code = 0
    try:
        call_command("parse", str(path))
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    return (json.loads(printed.out) if printed.out else None), printed.err, code


def test_a_file_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    value, errors, code = parse(capsys, SAMPLE)
    assert (value["organization"], len(value["measures"]), errors, code) == (
        "องค์การบริหารส่วนตำบลเมืองแก",
        7,
        "",
        0,
    )


def test_a_file_that_cannot_be_read_is_one_line_and_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nothing")
    value, errors, code = parse(capsys, tmp_path / "a.pdf")
    assert (value, len(errors.strip().splitlines()), code) == (None, 1, 2)
    assert "เสียหาย" in errors


def test_a_missing_file_is_one_line_and_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    value, errors, code = parse(capsys, tmp_path / "none.docx")
    assert (value, len(errors.strip().splitlines()), code) == (None, 1, 2)


def test_a_folder_is_an_array_with_progress_and_a_bad_file_spoils_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copy(SAMPLE, tmp_path / "b.txt")
    shutil.copy(SAMPLE, tmp_path / "c.txt")
    (tmp_path / "a.docx").write_bytes(b"PK broken")
    (tmp_path / "notes.md").write_text("not a report")
    value, errors, code = parse(capsys, tmp_path)
    assert [entry["file"] for entry in value] == ["a.docx", "b.txt", "c.txt"]
    assert "เสียหาย" in value[0]["error"]
    assert len(value[2]["measures"]) == 7
    assert "[2/3] b.txt" in errors
    assert code == 2


def test_a_folder_of_good_files_ends_with_code_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "b.txt")
    assert parse(capsys, tmp_path)[2] == 0


def test_an_empty_folder_is_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    value, errors, code = parse(capsys, tmp_path)
    assert (value, code) == (None, 2)
    assert "ไม่มีแฟ้มรายงาน" in errors
