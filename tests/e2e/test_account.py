"""Signing in with a real browser: passkeys, what was typed when a session ended, and every page for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.accounts.services import invite
from prongsai.foundation.tenancy.scope import scope
from tests.cast import PASSWORD, SYSTEM, banthrai, donsai, member
from tests.e2e.axe import faults
from tests.openid_provider import CLIENT, SECRET, Provider
from tests.serving import serving


@pytest.fixture(scope="module")
def invitation() -> dict[str, str]:
    """The address of an invitation, known once the site is up."""
    return {}


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_blocker: Any, invitation: dict[str, str]) -> Iterator[str]:
    """An installation with two offices; somsri works for one of them, mana for both. LINE is connected to a sample."""
    line = Provider()
    apps = [{"provider_id": "line", "name": "LINE", "client_id": CLIENT, "secret": SECRET}]
    apps[0]["settings"] = {"server_url": line.url, "scope": ["openid"]}  # type: ignore[assignment]
    providers = {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
    changed = override_settings(ALLOWED_HOSTS=["localhost"], SOCIALACCOUNT_PROVIDERS=providers)
    with django_db_blocker.unblock(), changed:
        first = banthrai()
        for office in (first, donsai()):
            with transaction.atomic(), scope(office.pk):
                member("measures.draft", "office.manage", username="mana")
        with transaction.atomic(), scope(first.pk):
            member("measures.draft", "office.manage", "people.manage")
            _, token = invite(
                actor=SYSTEM, full_name="มาลี ตัวอย่าง", position="นิติกร", roles=["planner", "auditor"]
            )
            invitation["path"] = f"/account/invitations/banthrai/{token}/"
        connection.close()
        with serving() as address:
            yield address
        line.close()
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens browsers; at the end none of them may have complained of anything."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(*, width: int = 1280, scheme: str = "light", language: str = "th") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            base_url=site,
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [c for c in complaints if "status of 4" not in c] == []


def sign_in(page: Page, username: str = "somsri") -> None:
    page.goto("/account/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("button.btn:not([form])")
    page.wait_for_url(re.compile(r"^(?!.*/login/)"))


def confirm(page: Page) -> None:
    """Say once more who one is, when asked."""
    if "reauthenticate" in page.url:
        page.fill("#id_password", PASSWORD)
        with page.expect_navigation():
            page.click("form.kit button.btn")


def looked_after(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands: by axe, and sideways scrolling."""
    wrong = [] if " · " in page.title() else [f"{name}: has no title of its own"]
    wrong += [f"{name}: {fault}" for fault in faults(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{name}: scrolls sideways")
    return wrong


ANYBODYS = [
    *("/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/signup/"),
    *("/account/inactive/", "/account/3rdparty/login/cancelled/", "/account/3rdparty/login/error/"),
    *("/account/oidc/line/login/", "/account/password/reset/key/1-2/", "/account/invitations/banthrai/gone/"),
]
ONES_OWN = [
    *("/account/", "/account/profile/", "/account/profile/email/", "/account/password/change/"),
    *("/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/"),
    *("/account/sessions/", "/account/3rdparty/", "/account/logout/", "/account/reauthenticate/"),
]


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [
        (1280, "light", "th"),
        pytest.param(360, "dark", "th", marks=pytest.mark.slow),
        pytest.param(320, "light", "en", marks=pytest.mark.slow),
    ],
)
def test_every_page_is_for_everybody(
    visitor: Callable[..., Page], invitation: dict[str, str], width: int, scheme: str, language: str
) -> None:
    page = visitor(width=width, scheme=scheme, language=language)
    wrong: list[str] = []
    for path in [*ANYBODYS, invitation["path"]]:
        page.goto(path)
        wrong += looked_after(page, path)
    page.goto("/account/login/")
    with page.expect_navigation():
        page.click("button.btn:not([form])")
    wrong += looked_after(page, "/account/login/ with errors")
    sign_in(page, "mana")
    for path in [*ONES_OWN, invitation["path"]]:
        page.goto(path)
        if path != "/account/reauthenticate/":
            confirm(page)
        wrong += looked_after(page, path)
    assert wrong == []


def virtual_authenticator(page: Page) -> Any:
    """A device that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


@pytest.mark.slow
def test_a_passkey_is_set_up_and_then_opens_the_door_alone(visitor: Callable[..., Page]) -> None:
    page = visitor()
    session, device = virtual_authenticator(page)
    sign_in(page)
    page.goto("/account/2fa/webauthn/add/")
    confirm(page)
    page.fill("#id_name", "คอมพิวเตอร์ที่สำนักงาน")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("recovery-codes"))
    expect(page.locator(".codes li")).to_have_count(10)
    assert looked_after(page, "recovery codes") == []
    page.goto("/account/2fa/webauthn/")
    assert "คอมพิวเตอร์ที่สำนักงาน" in page.inner_text("main")
    assert looked_after(page, "passkeys") == []
    page.goto("/account/logout/")
    page.click("form.kit button.btn")
    page.goto("/account/login/?next=/account/profile/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/login/" not in url)
    assert "somsri" in page.inner_text("main")
    # A second step for who types the password: the same device.
    page.goto("/account/logout/")
    page.click("form.kit button.btn")
    sign_in(page)
    assert "/2fa/authenticate/" in page.url
    assert looked_after(page, "second step") == []
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(re.compile(r"/(banthrai|account/kept)/"))
    # A device that says no is told in words, and nothing happens.
    page.goto("/account/logout/")
    page.click("form.kit button.btn")
    page.goto("/account/login/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey-refused]:not([hidden])")
    assert looked_after(page, "refused") == []


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(visitor: Callable[..., Page]) -> None:
    page = visitor()
    sign_in(page, "mana")
    page.goto("/banthrai/work/settings/units/add/")
    page.fill("#id_name", "กองสาธารณสุขและสิ่งแวดล้อม")
    page.context.clear_cookies(name="sessionid")
    page.click("form.kit button.btn")
    assert "ข้อความที่พิมพ์ไว้ยังอยู่" in page.inner_text("main")
    page.fill("#id_login", "mana")
    page.fill("#id_password", PASSWORD)
    page.click("button.btn:not([form])")
    page.wait_for_url(re.compile("/account/kept/"))
    assert "กองสาธารณสุข" in page.inner_text("main")
    assert looked_after(page, "kept") == []
    page.click("form.kit button.btn")
    page.wait_for_url(re.compile("/banthrai/work/settings/"))
    assert "กองสาธารณสุข" in page.inner_text("main")
