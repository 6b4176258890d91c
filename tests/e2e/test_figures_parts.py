"""The figures of a part of the year in a real browser: by telephone and at a desk, in both languages, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from prongsai.modules.complaints.tests.busy import MANY, made
from prongsai.modules.complaints.tests.register import opened_channel
from tests.e2e.citizen import Opener, looked_at, served, telephones
from tests.e2e.matrix import matrix

expect.set_options(timeout=20_000)  # the machine may be busy
VARIANTS = matrix(("th", "en"), (360, 1280), (True, False))
YEAR = "complaints/statistics/2568/"


def fill() -> None:
    opened_channel(date(2024, 9, 20), "walk_in", "ติดต่อด้วยตนเอง")
    made(MANY, date(2025, 10, 15))


@pytest.fixture(scope="module")
def office(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with served(django_db_blocker, tmp_path_factory, fill) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, office: str) -> Iterator[Opener]:
    with telephones(browser, office) as opened:
        yield opened


def unfold(page: Page) -> int:
    """Opens whatever is folded under the drawings, as a reader does; returns how much that is."""
    folded = page.locator("#h-part").locator("xpath=ancestor::section").locator("summary")
    for at in range(folded.count()):
        folded.nth(at).click()
    return folded.count()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "scripts"), VARIANTS)
def test_a_reader_comes_from_the_year_to_a_month_and_back(
    phone: Opener, language: str, width: int, scripts: bool
) -> None:
    page = phone(f"{YEAR}?kind=grievance", width=width, language=language, scripts=scripts)
    drawings = page.locator("figure.chart")
    expect(drawings).to_have_count(5)  # by month; by state, subject, way in and time taken
    looked_at(page, width, scripts)
    assert unfold(page) == 8, "each with its table, and by quarter"
    looked_at(page, width, scripts)
    page.locator("main table a[href*='part=2024-10']").click()
    expect(page.locator("#h-part")).to_be_visible()
    assert "part=2024-10" in page.url
    assert unfold(page) == 4
    looked_at(page, width, scripts)
    page.locator("section[aria-labelledby=h-part] a.more").click()
    assert "part=" not in page.url
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize(("language", "width", "scripts"), VARIANTS)
def test_of_few_complaints_the_reason_is_said(
    phone: Opener, language: str, width: int, scripts: bool
) -> None:
    page = phone(f"{YEAR}?kind=complaint&part=2024-10", width=width, language=language, scripts=scripts)
    part = page.locator("section[aria-labelledby=h-part]")
    expect(part.locator("p.note")).to_contain_text("10")
    expect(part.locator("figure.chart")).to_have_count(0)
    looked_at(page, width, scripts)
