"""The public pages on a whole invented year."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from prongsai.foundation.organizations.models import Organization
from tests.sample_year import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings, tmp_path: Path) -> Organization:  # type: ignore[no-untyped-def]
    settings.KEYS_FOLDER = tmp_path / "keys"
    return build()


def test_pages_open(office: Organization, client: Client) -> None:
    for address in ("/", "/banthrai/", "/banthrai/measures/2568/", "/banthrai/measures/2568/2/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        Path("/tmp/portal_out").mkdir(exist_ok=True)
        Path("/tmp/portal_out/" + address.strip("/").replace("/", "-") + ".html").write_bytes(answer.content)
