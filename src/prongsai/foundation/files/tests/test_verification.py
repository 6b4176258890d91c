"""Verification of the ledger reads every file that an entry names, and names the entry whose file is not what it was."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages

from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.findings import Finding, Part
from prongsai.foundation.ledger.services import flush, record
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Origin
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(settings, tmp_path: Path) -> tuple[Organization, Path]:  # type: ignore[no-untyped-def]
    """บ้านทราย with one entry that names a file, and where the file's bytes stand."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    office = banthrai()
    with scope(office.pk):
        file = store_file(actor=SYSTEM, content=BytesIO("บันทึกการประชุม\n".encode()), name="บันทึก.txt")
        record(
            actor=SYSTEM,
            kind="meeting_held",
            about="service",
            occurred_on=date(2025, 1, 5),
            origin=Origin.DOCUMENT,
            payload={"files": [reference(file)]},
        )
        flush()
        return office, Path(storages["default"].path(file.path))


def findings(office: Organization) -> list[Finding]:
    with scope(office.pk):
        return verify_log(office).findings


def test_an_untouched_file_verifies(recorded: tuple[Organization, Path]) -> None:
    assert findings(recorded[0]) == []


def test_one_changed_byte_of_a_file_is_named(recorded: tuple[Organization, Path]) -> None:
    office, path = recorded
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    ((found),) = findings(office)
    assert (found.part, found.entry) == (Part.FILE, 1)
    assert "ถูกแก้ไข" in found.message


def test_a_lost_file_is_named(recorded: tuple[Organization, Path]) -> None:
    office, path = recorded
    path.unlink()
    ((found),) = findings(office)
    assert (found.part, found.entry) == (Part.FILE, 1)
    assert "หาย" in found.message
