"""What a request loses before anything else runs, and what no page of the channel says."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from prongsai.modules.corruption.tests.conftest import Office
from prongsai.ui.access import PUBLIC, permission_of
from prongsai.ui.discreet import InMemory, hush, is_discreet, stranger_of
from prongsai.ui.middleware import PublicCacheMiddleware

TOLD = {
    "HTTP_USER_AGENT": "Telltale", "HTTP_COOKIE": "sessionid=abc", "HTTP_X_FORWARDED_FOR": "203.0.113.5",
    "HTTP_REFERER": "https://example.org/", "HTTP_ACCEPT_LANGUAGE": "xx", "HTTP_FORWARDED": "for=203.0.113.5",
    "HTTP_DEVICE_MEMORY": "8", "HTTP_FROM_TOMORROW": "x", "REMOTE_ADDR": "203.0.113.5", "REMOTE_HOST": "x",
    "REMOTE_PORT": "1", "HTTP_VIA": "x",
}  # fmt: skip


def asked(**more: str) -> HttpRequest:
    return RequestFactory().post("/banthrai/whistle/report/", {"a": "b"}, **{**TOLD, **more})  # type: ignore[arg-type]


def test_nothing_that_tells_of_the_sender_is_left_of_a_request() -> None:
    request = asked()
    assert request.headers["User-Agent"] == "Telltale"
    assert request.COOKIES
    hush(request)
    left = {**{k: v for k, v in request.META.items() if not k.startswith("wsgi.")}, **request.headers}
    assert not [name for name in TOLD if request.META.get(name) not in {None, "0.0.0.0"}]
    assert "203.0.113.5" not in str(left)
    assert "Telltale" not in str(left)
    assert request.COOKIES == {}
    assert request.POST["a"] == "b", "what was sent is still there"


def test_a_stranger_is_a_digest_that_differs_by_address_and_by_day_and_joins_a_line_of_ipv6() -> None:
    one, other = stranger_of(asked()), stranger_of(asked(REMOTE_ADDR="203.0.113.6"))
    assert one != other
    assert "203" not in one
    six = {stranger_of(asked(REMOTE_ADDR=f"2001:db8:1:2::{n}")) for n in range(1, 5)}
    assert len(six) == 1
    assert stranger_of(asked(REMOTE_ADDR="rubbish")) == stranger_of(asked(REMOTE_ADDR="0.0.0.0"))


def test_behind_a_proxy_that_says_nothing_of_use_everybody_is_one(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert stranger_of(asked(HTTP_X_FORWARDED_FOR="203.0.113.5")) == stranger_of(
        asked(HTTP_X_FORWARDED_FOR="198.51.100.1")
    )


def patterns(found: list[URLPattern | URLResolver], prefix: str = "") -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for each in found:
        route = prefix + str(each.pattern)
        flat += (
            patterns(each.url_patterns, route) if isinstance(each, URLResolver) else [(route, each.callback)]
        )
    return flat


def test_every_page_for_reporters_is_marked() -> None:
    pages = [(route, view) for route, view in patterns(get_resolver().url_patterns) if "/whistle/" in route]
    assert len(pages) >= 5
    loud = {route for route, view in pages if not is_discreet(view)}
    assert loud == {
        "<slug:organization>/whistle/statistics/",
        "<slug:organization>/whistle/statistics/<int:fiscal_year>/<slug:format>/",
    }
    assert all(permission_of(view) == PUBLIC for _, view in pages)


@pytest.mark.django_db
def test_files_of_any_size_stay_in_memory(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django writes files over 2.5 MB to the disk; here that must not happen."""
    kept: list[Any] = []

    def look(self: PublicCacheMiddleware, request: HttpRequest) -> HttpResponse:
        hush(request)
        kept.extend(request.FILES.getlist("files"))
        return HttpResponse("")

    monkeypatch.setattr(PublicCacheMiddleware, "_discreet", look)
    from prongsai.modules.corruption.tests.walking import upload

    Client().post("/banthrai/whistle/report/", {"files": [upload("a.jpg", b"x" * 9_000_000)]})
    (file,) = kept
    assert file.size == 9_000_000
    assert not hasattr(file, "temporary_file_path")
    assert InMemory.LARGEST > 20 * 1024 * 1024


@pytest.mark.django_db
def test_a_passphrase_or_a_note_is_not_kept_for_signing_in_again(office: Office, client: Client) -> None:
    """Elsewhere what was typed outlives the session; here it would lie in the clear."""
    from django.contrib.sessions.models import Session

    from prongsai.foundation.accounts.devices import COOKIE, cookie_value

    office.submit()
    user = office.people["somsri"].member.user
    client.cookies[COOKIE] = cookie_value(None, user)
    for place in (
        "unlock/",
        f"reports/{office.last.ref}/note/",
        f"reports/{office.last.ref}/say/",
        "key/",
        "key/recover/",
    ):
        said = {"passphrase": "ความลับยาวมากของสมศรี", "text": "ความลับยาวมากของสมศรี", "recovery": "X" * 28}
        answer = client.post(f"/banthrai/work/corruption/{place}", said)
        assert answer.status_code == 302
    assert not any("ความลับ" in str(session.get_decoded()) for session in Session.objects.all())


@pytest.mark.django_db
def test_what_is_refused_stands_in_no_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    answer = Client().post("/banthrai/whistle/report/", {"state": "x"})
    assert answer.status_code == 400
    assert "whistle" not in caplog.text
