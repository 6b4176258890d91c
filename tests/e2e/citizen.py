"""What browser tests of citizens' pages share: an office behind a real server, a map server of its own, a small telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prongsai.foundation.files.storage import evidence_storage
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.complaints.tests.citizen import PNG, forget_limits, open_web, with_arriving
from tests.cast import banthrai
from tests.e2e.axe import faults
from tests.serving import serving

TARGET = 44
SMALL_TARGETS = """
[...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, main textarea, main summary, main label.radio')].filter(e => {
  const r = e.getBoundingClientRect(), s = getComputedStyle(e);
  if (!r.width || s.visibility === 'hidden' || e.matches('.vh') || e.closest('p:not(.mores), .list p, td, th, .crumbs, .leaflet-control-attribution') || (e.matches('input[type=radio], input[type=checkbox]') && e.closest('label'))) return false;
  return r.height < %d - .5;
}).map(e => e.outerHTML.slice(0, 120))
"""
Opener = Callable[..., Page]


@contextmanager
def in_office() -> Iterator[None]:
    """The office's rows, from the tests' own connection."""
    with transaction.atomic(), scope(Organization.objects.get(key="banthrai").pk):
        yield
    connection.close()


class Tiles(BaseHTTPRequestHandler):
    """A map server of the operators' own."""

    asked: list[str] = []

    def do_GET(self) -> None:
        Tiles.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(PNG)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def served(
    blocker: Any, folders: pytest.TempPathFactory, fill: Callable[[], None], **more: Any
) -> Iterator[str]:
    """The address of บ้านทราย, whose web form is open and that `fill` filled, with a map server."""
    tiles = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    Thread(target=tiles.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    said: dict[str, Any] = {
        "ALLOWED_HOSTS": ["localhost"],
        "KEYS_FOLDER": folders.mktemp("keys"),
        "MIDDLEWARE": with_arriving(django_settings.MIDDLEWARE),
        "MAP_TILES": f"http://127.0.0.1:{tiles.server_port}/{{z}}/{{x}}/{{y}}.png",
        "MAP_ATTRIBUTION": "แผนที่ตัวอย่าง",
        "STORAGES": {
            **django_settings.STORAGES,
            "default": evidence_storage(folders.mktemp("files"), {}),
        },
    }
    with blocker.unblock(), override_settings(**(said | more)):
        with transaction.atomic(), scope(banthrai().pk):
            open_web()
            fill()
        connection.close()
        forget_limits()
        with serving() as address:
            yield address
        tiles.shutdown()
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@contextmanager
def telephones(
    browser: Browser, address: str, *, session: str = "", expected: tuple[str, ...] = ()
) -> Iterator[Opener]:
    """Opens a page: `phone("complaints/", width=360, language="th", scripts=True)`; `session` is of somebody signed in.

    What the browser complains of fails the test, unless it has one of the `expected` words in it.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(
        path: str, *, width: int = 360, language: str = "th", scripts: bool = True, scheme: str = "light"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 780},
            java_script_enabled=scripts,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        cookies = {"django_language": language, django_settings.SESSION_COOKIE_NAME: session}
        context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items() if v])
        page = context.new_page()
        page.on("console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if path:
            page.goto(f"{address}/banthrai/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in wrong if not any(each in text for each in expected)] == []


def inspect(page: Page, width: int) -> None:
    """No accessibility fault, no sideways scroll, nothing too small to press."""
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    small = page.evaluate(SMALL_TARGETS % TARGET)
    assert not small, f"{page.url} {small}"
    expect(page.locator("h1"), page.url).to_have_count(1)


def looked_at(page: Page, width: int, scripts: bool) -> None:
    """What `inspect` finds; without scripts axe cannot run, and only the heading and the width are looked at."""
    if scripts:
        inspect(page, width)
    expect(page.locator("h1"), page.url).to_have_count(1)
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width, page.url
