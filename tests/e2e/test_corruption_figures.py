"""The published figures of the corruption channel for everybody: what was carried over among them, on a telephone and without scripts."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect

from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.modules.corruption.models import Desk, Report
from prongsai.modules.corruption.services import count_quarters
from tests.cast import SYSTEM
from tests.e2e.axe import faults
from tests.e2e.corruption import Channel
from tests.e2e.matrix import matrix

pytest_plugins = ("tests.e2e.corruption",)
OPENED = date(2025, 7, 1)


@pytest.fixture(scope="module")
def figures(channel: Channel) -> Channel:
    """Three reports of the last quarter of 2568, of which two were closed in the year after."""
    with working_for(channel.organization.pk):
        Desk.objects.update(opened_on=OPENED)
        Report.objects.bulk_create(
            Report(
                ref=f"figures{n}", public_key=b"", reporter_public=b"", reporter_locked=b"", code=f"f{n}", form=f"f{n}",
                quarter=OPENED, closed_quarter=date(2026, 1, 1) if n else None, erased=True,
            )
            for n in range(3)
        )  # fmt: skip
        with clock.at(date(2026, 10, 10)):
            count_quarters(actor=SYSTEM)
        flush()
    connection.close()
    return channel


@pytest.mark.parametrize(("language", "width", "scripts"), matrix(("th", "en"), (360, 1280), (False, True)))
def test_the_figures_are_read_on_any_screen_in_both_languages(
    figures: Channel, reporter: Any, language: str, width: int, scripts: bool
) -> None:
    found = reporter(width=width, scripts=scripts)
    page = found.open("statistics/" + ("" if language == "th" else "?lang=en"))
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator("tfoot").first.locator("td.num")).to_have_text(["3", "0", "2", "1"])
    expect(page.locator("table")).to_have_count(2)
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert faults(page) == []
        assert found.complaints == []
    if folder := os.environ.get("SEALED_LOOK"):
        page.screenshot(path=f"{folder}/figures-{language}-{width}-{scripts}.png", full_page=True)
