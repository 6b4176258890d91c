"""Every view says who may open it; what does not say so stays closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.views import View

from prongsai.kernel.contracts import Actor
from prongsai.ui.access import PUBLIC, AccessMiddleware, permission_of, public, requires

View_ = Callable[..., Any]


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, View_]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def test_every_view_declares_its_permission() -> None:
    silent = [
        f"{address}: {view.__module__}.{getattr(view, '__qualname__', view)}"
        for address, view in views(get_resolver().url_patterns)
        if permission_of(view) is None
    ]
    assert silent == []


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


class Page(View):
    permission = "plans.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")


def opens(view: View_, actor: Actor | None) -> bool:
    request = RequestFactory().get("/")
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    try:
        AccessMiddleware(answer).process_view(request, view, (), {})
    except PermissionDenied:
        return False
    return True


CLERK = Actor(name="สมศรี ตัวอย่าง", permissions=frozenset({"plans.view"}))
STRANGER = Actor(name="มานะ ตัวอย่าง", permissions=frozenset({"plans.edit"}))


def silent_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@pytest.mark.parametrize("actor", [None, CLERK, Actor.system()])
def test_a_view_that_declares_nothing_is_closed_to_all(actor: Actor | None) -> None:
    assert not opens(silent_view, actor)


@pytest.mark.parametrize("actor", [None, CLERK, STRANGER])
def test_a_public_view_is_open_to_all(actor: Actor | None) -> None:
    assert opens(public(lambda request: None), actor)


@pytest.mark.parametrize("view", [requires("plans.view")(lambda request: None), Page.as_view()])
def test_a_view_with_a_permission_opens_to_its_holders_only(view: View_) -> None:
    assert opens(view, CLERK)
    assert opens(view, Actor.system())
    assert not opens(view, STRANGER)
    assert not opens(view, None)


def test_the_mark_survives_on_the_view() -> None:
    assert permission_of(public(silent_view_copy())) == PUBLIC


def silent_view_copy() -> View_:
    return lambda request: HttpResponse("open")


def test_the_product_asks_before_it_opens(settings: Any) -> None:
    names: list[str] = settings.MIDDLEWARE
    assert "prongsai.ui.access.AccessMiddleware" in names
    scope = names.index("prongsai.foundation.tenancy.middleware.ScopeMiddleware")
    assert names.index("prongsai.ui.access.AccessMiddleware") > scope, "it needs the organization's scope"
