"""Lists: filters, order, pages, export, saved views, bulk actions."""

from __future__ import annotations

from prongsai.foundation.organizations.models import Organization
from tests.cast import member, signed_in_client


def test_a_list_shows_its_rows_in_the_frame(office: Organization) -> None:
    client = signed_in_client(member("kit.read"))
    page = client.get("/banthrai/work/kit/units/")
    assert page.status_code == 200
    assert "กองคลัง" in page.content.decode()
