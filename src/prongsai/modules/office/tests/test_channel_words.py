"""How the list of channels and the page of a signature say it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import open_channel
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from tests.cast import SYSTEM, banthrai, member, signed_in_client

SETTINGS = "/banthrai/work/settings/"


@pytest.fixture
def office(db: None) -> Any:
    found = banthrai()
    with scope(found.pk):
        yield found


def a_channel(kind: str, name: str, days: int = 0) -> Channel:
    day = clock.today() - timedelta(days=days)
    address = "044000000" if kind == "phone" else ""
    return open_channel(actor=SYSTEM, kind=kind, name=name, address=address, opened_on=day)


def words(page: str) -> str:
    return re.sub(r"</?(span|wbr)[^>]*>", "", page)


def test_of_a_single_day_one_day_is_said_and_closed_channels_stand_last(office: Organization) -> None:
    browser = signed_in_client(member("office.read", "channels.check", "channels.manage", username="nipa"))
    closed, box = a_channel("phone", "ช่องทางตัวอย่าง", days=30), a_channel("box", "ตู้ตัวอย่าง")
    Channel.objects.filter(pk=closed.pk).update(closed_on=clock.today())
    listed = words(browser.get(SETTINGS + "channels/").text)
    assert listed.index(box.name) < listed.index(closed.name)
    page = words(browser.get(f"{SETTINGS}channels/{box.pk}/sign/").text)
    assert "ใช้ได้เมื่อวันที่" in page
    assert "ใช้ได้ตั้งแต่" not in page
    done = browser.post(f"{SETTINGS}channels/{box.pk}/sign/", {"works": "1"}, follow=True)
    assert "ลงชื่อตรวจแล้ว" in words(done.text)
