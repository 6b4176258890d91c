"""Many at once, over real connections: a flood beside a village, the same button twice, a telephone on a slow line."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from django.db import connection, transaction

from prongsai.foundation.casework.models import Case
from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.heartbeat.walker import walk
from prongsai.foundation.channels.outgoing import fetch
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.complaints.models import CitizenDraft, DraftFile
from prongsai.modules.complaints.portal import limits
from prongsai.modules.complaints.services.question import READING, THAI
from prongsai.modules.complaints.tests.citizen import PNG, forget_limits, open_web, with_arriving
from tests.cast import banthrai
from tests.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)
PER_MINUTE = 500
FLOOD = 110  # of the flood's submissions: 13 seconds of it
PEOPLE = 20
HIDDEN = re.compile(r'name="(draft|shown)" value="([^"]*)"')


@pytest.fixture
def site(settings: Any, tmp_path: Any) -> Iterator[str]:
    """A running server of an office whose web form is open."""
    settings.MIDDLEWARE = with_arriving(settings.MIDDLEWARE)
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.KEYS_FOLDER = tmp_path
    forget_limits()
    with transaction.atomic(), scope(banthrai().pk):
        open_web()
    connection.close()
    with serving() as address:
        yield f"{address}/banthrai/"
    forget_limits()


class Browser:
    """Cookies, forms and redirects, and nothing else."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.jar = CookieJar()
        self.hidden: dict[str, str] = {}  # what the last form says of its draft
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))

    def open(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, page and where it led; the form's token is the browser's cookie."""
        body = None
        if form is not None:
            body = urlencode({**self.hidden, **form, "csrfmiddlewaretoken": self.token}).encode()
        try:
            with self.opener.open(Request(self.site + path, body), timeout=60) as answer:
                page, status, where = answer.read().decode(), answer.status, answer.url
        except HTTPError as error:
            page, status, where = error.read().decode(), error.code, error.url or ""
        self.hidden = dict(HIDDEN.findall(page)) or self.hidden
        return status, page, where

    @property
    def token(self) -> str:
        return next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")


def rest_of_the_way(browser: Browser) -> str:
    """From the place to the receipt; where it led."""
    browser.open("complaints/new/where/", {"village": "4"})
    browser.open("complaints/new/contact/", {"who": "anonymous"})
    return browser.open("complaints/new/check/", {})[2]


def person(site: str, number: int) -> bool:
    """Writes, answers the little sum where it is asked, and comes to a receipt."""
    browser = Browser(site)
    form = {"category": "lamp", "text": f"ไฟดับ คนที่ {number}"}
    _, page, _ = browser.open("complaints/new/what/?category=lamp")
    for _attempt in range(3):
        if asked := question_on(page):
            time.sleep(READING + 0.2)
            form |= asked
        status, page, where = browser.open("complaints/new/what/", form)
        if status == 200 and where.endswith("/where/"):
            return "/receipt/" in rest_of_the_way(browser)
        assert f"ไฟดับ คนที่ {number}" in page, "what was typed comes back"
    return False


def question_on(page: str) -> dict[str, str]:
    """The sum that the page asks for, with its answer; nothing where none is asked."""
    token = re.search(r'name="human_token" value="([^"]+)"', page)
    label = re.search(r'<label class="label" for="id_human">([\s\S]*?)</label>', page)
    if not token or not label:
        return {}
    words = re.sub(r"<[^>]+>", "", label.group(1)).replace("How much is ", "")
    one, other = re.findall("|".join(sorted(THAI[1:], key=len, reverse=True)), words)[:2]
    return {"human": str(THAI.index(one) + THAI.index(other)), "human_token": token.group(1)}


class Flood:
    """A program that sends drafts and cases as fast as it was told, from the same address."""

    def __init__(self, site: str) -> None:
        self.site, self.sent, self.refused = site, 0, 0
        self.lock = threading.Lock()

    def run(self) -> None:
        began = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            for number in range(FLOOD):
                wait = began + number * 60 / PER_MINUTE - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                pool.submit(self.one, number)

    def one(self, number: int) -> None:
        browser = Browser(self.site)
        browser.open("complaints/new/what/?category=lamp")
        form = {"category": "lamp", "text": f"ก่อกวน {number}", "human": "7", "human_token": "x"}
        status, _, where = browser.open("complaints/new/what/", form)
        arrived = status == 200 and where.endswith("/where/") and "/receipt/" in rest_of_the_way(browser)
        with self.lock:
            self.sent += arrived
            self.refused += status == 429


@pytest.mark.slow
def test_twenty_people_behind_the_address_of_a_flood_all_come_to_their_receipts(site: str) -> None:
    flood = Flood(site)
    flooding = threading.Thread(target=flood.run)
    flooding.start()
    time.sleep(8)  # the flood has used up what its line may send unasked
    with ThreadPoolExecutor(PEOPLE) as pool:
        came = list(pool.map(lambda number: person(site, number), range(PEOPLE)))
    flooding.join()
    assert came == [True] * PEOPLE
    assert flood.refused > 0
    assert flood.sent + flood.refused == FLOOD
    assert flood.sent <= limits.unasked.burst + limits.unasked.per_minute
    with transaction.atomic(), scope(banthrai_id()):
        assert Case.objects.filter(body__startswith="ไฟดับ คนที่").count() == PEOPLE
        assert Case.objects.filter(body__startswith="ก่อกวน").count() == flood.sent


def banthrai_id() -> int:
    return Organization.objects.get(key="banthrai").pk


@pytest.mark.slow
def test_a_village_hall_of_thirty_telephones_behind_one_address_is_asked_nothing(site: str) -> None:
    def reports(number: int) -> bool:
        browser = Browser(site)
        _, page, _ = browser.open("complaints/new/what/?category=lamp")
        asked = bool(question_on(page))
        browser.open("complaints/new/what/", {"category": "lamp", "text": f"ไฟดับ {number}"})
        return not asked and "/receipt/" in rest_of_the_way(browser)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(reports, range(30))) == [True] * 30


def test_the_same_button_pressed_at_once_makes_one_case(site: str) -> None:
    browser = Browser(site)
    browser.open("complaints/new/what/?category=lamp")
    browser.open("complaints/new/what/", {"category": "lamp", "text": "ไฟดับ"})
    browser.open("complaints/new/where/", {"village": "4"})
    browser.open("complaints/new/contact/", {"who": "anonymous"})
    with ThreadPoolExecutor(6) as pool:
        where = list(pool.map(lambda _: browser.open("complaints/new/check/", {})[2], range(6)))
    assert len(set(where)) == 1
    assert "/receipt/" in where[0]
    with transaction.atomic(), scope(banthrai_id()):
        assert Case.objects.count() == 1


def test_a_telephone_on_a_slow_line_holds_no_transaction_open(site: str) -> None:
    browser = Browser(site)
    browser.open("complaints/new/what/?category=lamp")
    browser.open("complaints/new/what/", {"category": "lamp", "text": "ไฟดับ"})
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.jar)
    parts = urlsplit(site)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{browser.token}\r\n'
        f'--x\r\nContent-Disposition: form-data; name="draft"\r\n\r\n{browser.hidden["draft"]}\r\n'
        '--x\r\nContent-Disposition: form-data; name="photos"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode() + PNG + b"\r\n--x--\r\n"  # fmt: skip
    head = (
        f"POST {parts.path}complaints/new/photos/ HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:
        line.sendall(head + body[:200])
        time.sleep(1)
        assert open_transactions() == 0
        line.sendall(body[200:])
        assert line.recv(100).startswith(b"HTTP/1.1 302")
    with transaction.atomic(), scope(banthrai_id()):
        assert DraftFile.objects.count() == 1
        assert CitizenDraft.objects.count() == 1


def open_transactions() -> int:
    """Connections of this database, besides this one, that stand in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        (number,) = cursor.fetchone() or (0,)
    return number


def test_the_offices_own_look_walks_the_form_to_its_receipt_and_leaves_no_case(
    site: str, settings: Any
) -> None:
    settings.OUTGOING_ALLOWED = ("localhost",)
    with transaction.atomic(), scope(banthrai_id()):
        text = marker()
    walked = walk(f"{site}complaints/new/", text, fetch)
    assert walked.note == ""
    assert walked.ok
    assert [page.rstrip("/").rpartition("/")[2] for page in walked.pages][-1] == "check"
    with transaction.atomic(), scope(banthrai_id()):
        assert not Case.objects.exists()
        assert not CitizenDraft.objects.exists()
