"""The report's files on the public pages show no more than the register does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import erase_payload
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.measures.portal.papers import closed_papers
from prongsai.ui.caching import pages, states
from tests.cast import SYSTEM
from tests.sample_year import build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept_between_tests() -> Iterator[None]:
    """The same sample year of another test is signed with another key."""
    stores = (pages, states, closed_papers)
    for store in stores:
        store.clear()
    yield
    for store in stores:
        store.clear()


def cited(client: Client) -> dict[int, dict[str, Any]]:
    report = client.get("/banthrai/measures/2568/report.json").json()
    return {c["entry"]: c for statement in report["statements"] for c in statement["citations"]}


def test_an_erased_payload_is_gone_from_the_closed_reports_file_at_once(
    settings: Any, tmp_path: Path, client: Client
) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    office = build(closed=True)
    number, before = next((n, c) for n, c in cited(client).items() if "payload" in c)
    with working_for(office.pk):
        entry = Entry.objects.get(log="main", number=number)
        erase_payload(actor=SYSTEM, entry=entry, reason="ข้อมูลตัวอย่าง: ลบตามคำขอ")
    after = cited(client)[number]
    assert after["leaf"] == before["leaf"]
    assert not {"payload", "salt"} & after.keys()
