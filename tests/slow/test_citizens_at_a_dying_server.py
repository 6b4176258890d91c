"""kill -9 of the web server, its worker and PostgreSQL while 1,000 citizens send: each has exactly one case."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from prongsai.project.tests.installation import Installation, Up, until
from tests.slow.dying import dies, lasting

CITIZENS, AT_ONCE = 1_000, 6
OFFICES = ("banthrai", "donsai", "nongbua", "khokklang")  # no office asks a crowd of a few hundred a question
# After so many receipts, this one dies.
DEATHS = {
    100: "web",
    220: "database",
    350: "web worker",
    480: "web",
    610: "database",
    740: "web worker",
    880: "web",
}
HIDDEN = re.compile(r'name="(draft|shown)" value="([^"]*)"')
PATIENCE = 90  # seconds of trying again

OPEN = """
import json
from prongsai.foundation.channels.services import open_channel
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import Actor
system = Actor(name="ข้อมูลตัวอย่าง", is_system=True)
for office in Organization.objects.all():
    with working_for(office.pk):
        open_channel(actor=system, kind="web", name="แบบฟอร์มบนเว็บ")
print(json.dumps(Organization.objects.count()))
"""
READ = """
import json
from prongsai.foundation.casework.models import Case
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
found = {}
for office in Organization.objects.all():
    with working_for(office.pk):
        cases = list(Case.objects.real().order_by("sequence"))
        received = Entry.objects.filter(log="main", kind="grievance_received").values_list("subject", flat=True)
        found[office.key] = {
            "numbers": [case.number for case in cases],
            "words": [case.body for case in cases],
            "sequence": [case.sequence for case in cases],
            "facts": sorted(received) == sorted(str(case.ref) for case in cases),
            "findings": [str(finding) for finding in verify_log(office).findings],
        }
print(json.dumps(found))
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def installation() -> Iterator[Installation]:
    yield from lasting({"PRONGSAI_PROXIES": "1"})


class Citizen:
    """A telephone that keeps its cookies and presses the button again while nobody answers."""

    def __init__(self, up: Up, number: int, troubles: Counter[str]) -> None:
        self.office = OFFICES[number % len(OFFICES)]
        self.site, self.troubles = f"{up.url}/{self.office}/", troubles
        self.address = f"10.{number // 200}.{number % 200}.7"
        self.words = f"ไฟทางหน้าบ้านดับ ผู้แจ้งคนที่ {number}"
        self.jar = CookieJar()
        self.hidden: dict[str, str] = {}  # what the last form says of its draft
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))

    def press(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """The page that answered, and where it stands; tried again until there is one."""
        end = time.monotonic() + PATIENCE
        while True:
            token = next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")
            given = {**self.hidden, **(form or {}), "csrfmiddlewaretoken": token}
            body = None if form is None else urlencode(given).encode()
            request = Request(self.site + path, body, {"X-Forwarded-For": self.address})
            try:
                with self.opener.open(request, timeout=20) as answer:
                    page = answer.read().decode()
                    self.hidden = dict(HIDDEN.findall(page)) or self.hidden
                    return page, answer.url
            except HTTPError as error:
                trouble = str(error.code)
            except (OSError, HTTPException) as error:
                trouble = type(error).__name__
            self.troubles[trouble] += 1
            assert time.monotonic() < end, f"nobody answered at {path}: {dict(self.troubles)}"
            time.sleep(0.1)

    def sends(self) -> str:
        """The number on the receipt."""
        self.press("complaints/new/what/?category=lamp")
        _, where = self.press("complaints/new/what/", {"category": "lamp", "text": self.words})
        assert where.endswith("/where/"), where
        self.press("complaints/new/where/", {"village": "4"})
        self.press("complaints/new/contact/", {"who": "anonymous"})
        page, where = self.press("complaints/new/check/", {})
        found = re.search(r'data-receipt="([^"]+)"', page)
        assert found, where
        return found.group(1)


class Crowd:
    """Citizens who come one after another, some at once, until all have a receipt."""

    def __init__(self, up: Up) -> None:
        self.up, self.coming, self.receipts = up, itertools.count(1), dict[str, tuple[str, str]]()
        self.troubles, self.failed = Counter[str](), list[str]()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(AT_ONCE)]

    def work(self) -> None:
        while (number := next(self.coming)) <= CITIZENS and not self.failed:
            citizen = Citizen(self.up, number, self.troubles)
            try:
                self.receipts[citizen.words] = citizen.office, citizen.sends()
            except AssertionError as error:
                self.failed.append(f"{citizen.words}: {error}")


def test_each_citizen_has_one_case_whatever_dies(installation: Installation) -> None:
    for key in OFFICES:
        installation.add(key)
    with installation.up() as up:
        assert installation.python(OPEN) == len(OFFICES)
        crowd = Crowd(up)
        for thread in crowd.threads:
            thread.start()
        for count, name in DEATHS.items():
            until(lambda: len(crowd.receipts) >= count or crowd.failed, f"{count} receipts")  # noqa: B023
            dies(up, name)
        for thread in crowd.threads:
            thread.join()
        found = installation.python(READ)
    print(f"{len(crowd.receipts)} receipts, {len(DEATHS)} deaths, not answered: {dict(crowd.troubles)}")
    assert crowd.failed == []
    assert len(crowd.receipts) == CITIZENS
    assert crowd.troubles, "somebody felt that a process died"
    assert isinstance(found, dict)
    for key, office in found.items():
        sent = {words: number for words, (where, number) in crowd.receipts.items() if where == key}
        assert dict(zip(office["words"], office["numbers"], strict=True)) == sent, (
            "a receipt without its case"
        )
        assert len(office["words"]) == len(sent), "somebody has two cases"
        assert office["sequence"] == list(range(1, len(sent) + 1))
        assert office["facts"], "each case has its fact"
        assert office["findings"] == []
