"""A whole year of an office in a real browser, each role in its own: from an empty installation to the verified report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser

from tests.e2e.year import closing, evidence, plan
from tests.e2e.year.keyboard import Keyboard
from tests.e2e.year.office import Office, found, hire
from tests.e2e.year.person import Hands, Mouse
from tests.e2e.year.watch import Watch
from tests.serving import serving

PICTURES = os.environ.get("PRONGSAI_PICTURES", "")


@pytest.fixture
def address(browser: Browser, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """The address of an installation in which nothing is."""
    storage = {
        "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
        "OPTIONS": {"location": tmp_path / "files"},
    }
    surroundings = override_settings(
        KEYS_FOLDER=tmp_path / "keys",
        STORAGES={**settings.STORAGES, "default": storage},
        ALLOWED_HOSTS=["localhost"],
    )
    with django_db_blocker.unblock(), surroundings:
        cache.clear()
        with serving() as address:
            yield address
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@pytest.fixture
def offices(browser: Browser, address: str, tmp_path: Path) -> Iterator[Callable[..., Office]]:
    made: list[Office] = []

    def begin(*, width: int, language: str, hands: Callable[[], Hands] = Mouse) -> Office:
        folder = tmp_path / "papers"
        folder.mkdir()
        office = Office(browser, address, folder, Watch(language), hands, width)
        made.append(office)
        return office

    yield begin
    for office in made:
        sys.stdout.write("\n".join([f"{office.watch.pages} pages looked at", *office.watch.faults]))
        if PICTURES:
            for person in office.people.values():
                person.page.screenshot(path=f"{PICTURES}/{person.name}.png", full_page=True)
        office.close()


def walk(office: Office) -> None:
    found(office)
    hire(office)
    plan.import_report(office)
    plan.submit(office)
    plan.send_back(office)
    plan.answer(office)
    plan.agree_on_paper(office)
    plan.approve_and_publish(office)
    number = evidence.record(office)
    evidence.withdraw_and_replace(office)
    evidence.state_figure(office)
    evidence.attest(office)
    evidence.bind(office, number)
    evidence.look_over(office)
    closing.freeze(office)
    closing.publish(office)
    closing.audit(office)
    closing.verify(office)
    closing.correct(office)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_office_walks_through_its_year(offices: Callable[..., Office]) -> None:
    office = offices(width=1280, language="th")
    walk(office)
    assert office.watch.faults == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_office_walks_through_its_year_on_a_telephone_in_english(offices: Callable[..., Office]) -> None:
    office = offices(width=360, language="en")
    walk(office)
    assert office.watch.faults == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_an_office_walks_through_its_year_by_keyboard_alone(offices: Callable[..., Office]) -> None:
    office = offices(width=1280, language="th", hands=Keyboard)
    walk(office)
    assert office.watch.faults == []
