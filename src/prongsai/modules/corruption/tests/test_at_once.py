"""A flood beside a village, over real connections to a running server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.db import connection

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.corruption import codes, keys
from prongsai.modules.corruption.limits import sending
from prongsai.modules.corruption.models import Report
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.corruption.tests.test_limits import answer_of, ready
from prongsai.modules.corruption.tests.walking import Walker
from tests.cast import banthrai
from tests.serving import serving

PER_MINUTE = 500
PEOPLE = 20
FORMS = 8  # of the flood, each a report of its own, sent again and again
AT_ONCE = 12  # of the flood's forms that wait for their answer
LONGEST = 180  # seconds


@dataclass
class Page:
    status_code: int
    content: bytes


class Line:
    """What a walker needs of a browser: forms over a connection of its own."""

    def __init__(self, site: str) -> None:
        self.site = site

    def get(self, path: str) -> Page:
        return self._asked(Request(self.site + path))

    def post(self, path: str, data: dict[str, Any]) -> Page:
        return self._asked(Request(self.site + path, urlencode(data, doseq=True).encode()))

    def _asked(self, request: Request) -> Page:
        try:
            with urlopen(request, timeout=60) as answer:
                return Page(answer.status, answer.read())
        except HTTPError as error:
            return Page(error.code, error.read())


@pytest.fixture
def site(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A running server of an office with a sealed channel; codes are stretched as they are for everybody."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    monkeypatch.setattr(codes, "COST", keys.Cost(rounds=3, memory=64))
    organization = banthrai()
    with working_for(organization.pk):
        office = Office(organization)
        office.name("somsri", unit="สำนักปลัด")
        office.name("wichai", unit="กองคลัง")
        office.open()
    connection.close()
    with serving() as address:
        yield address


class Flood:
    """A program that sends forms until it is stopped, at the pace that it was told or as fast as they are answered.

    It answers no question.
    """

    def __init__(self, site: str) -> None:
        self.line = Line(site)
        self.forms = [{**ready().hidden(), "go": "on"} for _ in range(FORMS)]
        self.statuses: list[int] = []
        self.kept: set[int] = set()
        self.stopped = threading.Event()
        self.seconds = 0.0

    def run(self) -> None:
        began = time.monotonic()
        pool = ThreadPoolExecutor(AT_ONCE)
        for number in range(LONGEST * PER_MINUTE // 60):
            if self.stopped.wait(max(0.0, began + number * 60 / PER_MINUTE - time.monotonic())):
                break
            pool.submit(self.one, number)
        pool.shutdown(cancel_futures=True)  # what was not sent yet
        self.seconds = time.monotonic() - began

    def one(self, number: int) -> None:
        answer = self.line.post("/banthrai/whistle/report/", self.forms[number % FORMS])
        self.statuses.append(answer.status_code)
        if answer.status_code == 200:
            self.kept.add(number % FORMS)


def person(site: str, number: int) -> str:
    """The whole way, page by page; who is asked the question answers it. Returns the code."""
    walker = Walker(client=Line(site))  # type: ignore[arg-type]
    walker.begin()
    walker.go()
    walker.go(readers=walker.readers())
    for said in ({"what": f"คนที่ {number}"}, {}, {}, {"known": "no"}, {}):
        walker.go(**said)
    if walker.answer.status_code == 429:
        walker.go(answer=answer_of(walker.answer.content.decode()))
    return walker.code()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_people_behind_the_address_of_a_flood_all_get_their_codes(site: str) -> None:
    """From one address come 500 forms a minute (or as many as this machine answers), and meanwhile twenty people there
    write page by page and send, at once.
    """
    flood = Flood(site)
    sending.clear()
    flooding = threading.Thread(target=flood.run)
    flooding.start()
    time.sleep(6)  # the flood has used up what its address may send unasked
    with ThreadPoolExecutor(PEOPLE) as pool:
        told = list(pool.map(lambda number: person(site, number), range(PEOPLE)))
    flood.stopped.set()
    flooding.join()
    assert len(set(told)) == PEOPLE
    assert set(flood.statuses) == {200, 429}, "the flood is asked, and does not answer"
    assert flood.statuses.count(429) >= 3 * PEOPLE, "it came all the while"
    free = sending.free.own
    through = flood.statuses.count(200)
    assert through <= free.burst + free.per_minute * flood.seconds / 60 + 1
    with working_for(Organization.objects.get(key="banthrai").pk):
        assert Report.objects.count() == PEOPLE + len(flood.kept)
