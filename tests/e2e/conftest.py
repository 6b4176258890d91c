"""A portal in a real browser: the application's role, committed data, the product's whole middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.cast import donsai
from tests.sample_year import build
from tests.serving import serving

CHROMIUM = Path("/usr/bin/chromium")
ASYNC = (
    "DJANGO_ALLOW_ASYNC_UNSAFE"  # Playwright's loop runs in this thread; Django is told that this is meant
)


@dataclass
class Visit:
    """An open page, what the browser complained of, and how many bytes came over the line."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list[str])
    sizes: dict[str, int] = field(default_factory=dict[str, int])

    def open(self, path: str) -> Visit:
        self.page.goto(self.address + path)
        return self

    def width(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth")


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Chromium. Its loop runs in this thread until the module is done, so the database is made before."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: run make browsers as root")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv(ASYNC, "1")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def portal(
    browser: Browser,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a portal with บ้านทราย (its year running) and ดอนสาย (its year closed)."""
    keys = override_settings(KEYS_FOLDER=tmp_path_factory.mktemp("keys"), ALLOWED_HOSTS=["localhost"])
    with django_db_blocker.unblock(), keys:
        build()
        build(closed=True, organization=donsai())
        connection.close()
        with serving() as address:
            yield address
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@pytest.fixture
def visit(browser: Browser, portal: str) -> Iterator[Callable[..., Visit]]:
    """Opens pages: `visit(width=360, scheme="dark", language="en", scripts=False)`."""
    contexts: list[BrowserContext] = []

    def opened(
        *, width: int = 1280, scheme: str = "light", language: str = "th", scripts: bool = True
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": portal}])
        seen = Visit(context.new_page(), portal)
        seen.page.on(
            "console",
            lambda message: (
                seen.complaints.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        return seen

    yield opened
    for context in contexts:
        context.close()
