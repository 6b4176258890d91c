"""Headers, language and caching of pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from prongsai.ui.access import PUBLIC, permission_of
from prongsai.ui.caching import CACHE_CONTROL, Kept, Page, packed, page_key, pages, read_query, read_register
from prongsai.ui.discreet import hush, is_discreet, unremembered

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class SecurityHeadersMiddleware:
    """A strict content policy on every answer: nothing inline, nothing from elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class LanguageMiddleware:
    """Thai, unless the address (`?lang=en`) or the visitor's cookie says otherwise.

    What the browser prefers is not asked: half of the phones in a Thai village are set to English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language: str = asked if asked and asked in self.known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class PublicCacheMiddleware:
    """Answers the pages of views marked `kept` without running them, from bytes made once (ui/caching.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _match(request)
        if match is not None and is_discreet(match.func):
            return self._discreet(request)
        policy, organization = _policy(match)
        query = read_query(request, policy.query) if policy else ""
        request.page_address = f"{request.path}?{query}" if query else request.path  # type: ignore[attr-defined]
        if policy is None or request.method not in {"GET", "HEAD"} or connection.in_atomic_block:
            return packed(request, self.get_response(request))
        register = read_register(organization)
        if register is None:
            return packed(request, self.get_response(request))
        key = page_key(policy, register, request)
        page = pages.get(key)
        if page is None:
            response = self.get_response(request)
            if response.status_code != 200 or response.streaming or response.cookies:
                return packed(request, response)
            response.headers.setdefault("Cache-Control", CACHE_CONTROL)
            page = Page.of(response)
            # Something may have happened while the page was made: then it is shown, but not kept.
            if read_register(organization) == register:
                pages.put(key, page, page.size)
        return page.answer(request)

    def _discreet(self, request: HttpRequest) -> HttpResponseBase:
        """A page on which nobody is known: neither kept nor packed (a packed page's length tells of its words)."""
        hush(request)
        request.page_address = request.path  # type: ignore[attr-defined]
        response = self.get_response(request)
        unremembered(request, response)
        return response


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _policy(match: ResolverMatch | None) -> tuple[Kept | None, str]:
    """How the addressed view's pages are kept, and of which organization."""
    if match is None:
        return None, ""
    policy = getattr(match.func, "kept", None)
    organization = match.kwargs.get("organization", "")
    if policy is None or not organization or permission_of(match.func) != PUBLIC:
        return None, ""
    return policy, organization
