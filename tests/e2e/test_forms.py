"""Every field of the kit in a real browser: accessible, usable on a small screen and by keyboard, with and without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from django.test.testcases import LiveServerThread, _StaticFilesHandler  # type: ignore[attr-defined]
from playwright.sync_api import Browser, Page

from prongsai.foundation.tenancy.scope import scope
from tests.cast import banthrai, member, signed_in_client

ADDRESS = "/banthrai/work/every-field/"
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def kit(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The address of a server with the page of all fields, and the session of somebody signed in."""
    settings = override_settings(
        ROOT_URLCONF="prongsai.ui.tests.every_field",
        ALLOWED_HOSTS=["localhost"],
        KEYS_FOLDER=tmp_path_factory.mktemp("keys"),
    )
    with django_db_blocker.unblock(), settings:
        with transaction.atomic():
            office = banthrai()
            with scope(office.pk):
                people = [member(username=f"person{n}", position="เจ้าพนักงานธุรการ") for n in range(15)]
                client = signed_in_client(people[0])
        connection.close()
        server = LiveServerThread("localhost", _StaticFilesHandler, port=0)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None, server.error
        yield {"url": f"http://localhost:{server.port}", "session": client.cookies["sessionid"].value}
        server.terminate()
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@pytest.fixture
def opened(browser: Browser, kit: dict[str, str]) -> Iterator[Opener]:
    """Opens the page of all fields, signed in, and at the end no page may have complained."""
    contexts, complaints = [], []

    def page(*, width: int = 1280, scheme: str = "light", language: str = "th", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        contexts.append(context)
        names = {"django_language": language, "sessionid": kit["session"]}
        context.add_cookies(
            [{"name": name, "value": value, "url": kit["url"]} for name, value in names.items()]
        )
        made = context.new_page()
        made.on(
            "console",
            lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.goto(kit["url"] + ADDRESS)
        return made

    yield page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def faults(page: Page) -> str:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return json.dumps(
        [(v["id"], v["help"], [n["html"][:200] for n in v["nodes"][:3]]) for v in found],
        ensure_ascii=False,
        indent=1,
    )


def send(page: Page) -> None:
    page.get_by_role("button", name="บันทึก", exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", ["th", "en"])
def test_no_state_of_any_field_has_an_accessibility_fault(
    opened: Opener, language: str, width: int, scheme: str
) -> None:
    page = opened(width=width, scheme=scheme, language=language)
    assert faults(page) == "[]"
    page.locator(".date button").first.click()
    page.locator("[role=combobox]").click()
    page.locator("[role=combobox]").fill("person1")
    assert faults(page) == "[]"
    page.locator("#id_occurred_on_d").fill("31/2/68")
    send(page)
    assert faults(page) == "[]"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
