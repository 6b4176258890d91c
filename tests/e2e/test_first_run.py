"""From the address of an installation in which nothing is to a plan that everybody can read: what it takes of one person.

With last year's report at hand and nothing to correct. Clicks and typed boxes are counted and held; the seconds are said
(`pytest -s`, or the test's properties in a junit file) and are those of the machine: whoever reads and types adds their own.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page

from prongsai.foundation.accounts.setup import setup_token
from tests.e2e.test_year_walk import address, offices  # noqa: F401 (fixtures)
from tests.e2e.year.office import PASSWORD, REPORT, Office
from tests.e2e.year.person import Mouse, Person
from tests.e2e.year.watch import Watch

MOST_CLICKS, TYPED = 27, 4
MEASURES = 7  # of the sample report


@dataclass
class Counting(Mouse):
    """A mouse that counts: what is pressed, chosen, ticked or attached is a click, what is typed a box."""

    clicks: int = 0
    typed: int = 0

    def press(self, what: Locator) -> None:
        self.clicks += 1
        super().press(what)

    def choose(self, radio: Locator) -> None:
        self.clicks += 1
        super().choose(radio)

    def tick(self, box: Locator) -> None:
        self.clicks += not box.is_checked()
        super().tick(box)

    def attach(self, field: Locator, file: Path) -> None:
        self.clicks += 1
        super().attach(field, file)

    def write(self, field: Locator, text: str) -> None:
        self.typed += 1
        super().write(field, text)


class Glance(Watch):
    """Hears what the browser complains of; pages are judged in the walk of the year, where nobody waits."""

    def look(self, page: Page) -> None:
        self.pages += 1


def made(person: Person) -> None:
    """The four pages of the first run."""
    person.hands.attach(person.field("report"), REPORT)
    person.press("Read the report")
    person.press("Go on")
    person.press("Go on")
    person.write(
        full_name="นางสาวพิมพ์ชนก ตัวอย่าง",
        position="นักวิเคราะห์นโยบายและแผน",
        username="pimchanok",
        password=PASSWORD,
    )
    for role in ("clerk", "head"):  # one person may hold several roles; administrator and planner are ticked
        person.tick("roles", role)
    person.press("Make the office")
    person.sees("First steps", "h1")


def read(person: Person) -> None:
    """The report that the first run kept, looked at measure by measure."""
    person.go(person.page.locator("main a[href*='file=']").first)
    if not person.page.locator("main [name='file']").count():
        person.go(person.page.locator("main a[href*='/plan/import/']").first)
    person.press("Read the file")
    person.go(person.page.locator("main a[href$='/import/check/1/']").first)
    for number in range(2, MEASURES + 1):
        person.press("Checked, to the next measure")
        assert person.page.url.endswith(f"/import/check/{number}/")
    person.go(person.page.locator("main form button.btn:not(.btn-2):not(.btn-3)").last)
    person.press("Save as a draft of the measures")
    assert re.search(r"/plan/\d+/$", person.page.url), person.text()


def announced(person: Person) -> None:
    person.follow_to("/submit/")
    person.press("Submit to the clerk of the office")
    person.follow_to("/review/")
    person.press("Approve the measures")  # as the head of the office, who may pass over the clerk's agreement
    person.press("Approve the measures")
    person.follow_to("/publish/")
    person.press("Announce to the public")
    person.follow("See the public page")


@pytest.mark.slow
def test_the_first_run_ends_with_a_published_plan(
    offices: Callable[..., Office],  # noqa: F811
    record_property: Callable[[str, object], None],
) -> None:
    office = offices(width=1280, language="th", hands=Counting)
    office.watch = Glance("th")
    token = setup_token()
    connection.close()
    person = office.newcomer("planner")
    hands = person.hands
    assert isinstance(hands, Counting)
    started = time.monotonic()
    person.open(f"/setup/{token}/")
    made(person)
    read(person)
    announced(person)
    seconds = time.monotonic() - started
    assert re.search(r"/muangkae/measures/\d{4}/$", person.page.url)
    visitor = office.visitor()
    visitor.open(person.page.url)
    assert visitor.page.locator("main a[href*='/measures/']").count() >= MEASURES
    assert (hands.clicks <= MOST_CLICKS, hands.typed) == (True, TYPED), hands
    assert office.watch.faults == []
    for name, value in (("clicks", hands.clicks), ("typed", hands.typed), ("seconds", round(seconds, 1))):
        record_property(name, value)
    sys.stdout.write(f"{hands.clicks} clicks, {hands.typed} boxes typed, {seconds:.1f} s\n")
