"""One transaction and one scope around each request, rendering included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from prongsai.foundation.organizations.selectors import organization_by_key
from prongsai.foundation.tenancy.scope import scope


class ScopeMiddleware:
    """Opens the transaction, and the scope of the organization that the address names (`<slug:organization>`).

    Instead of ATOMIC_REQUESTS, which ends before a TemplateResponse renders: its lazy querysets would then come
    out empty without a word. An answer of 500 or more rolls back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organization = None  # type: ignore[attr-defined]
        outermost = not connection.in_atomic_block  # in a test, an outer transaction may go on
        with transaction.atomic(), ExitStack() as stack:
            key = _organization_key(request.path_info)
            if key is not None:
                organization = organization_by_key(key)
                request.organization = organization  # type: ignore[attr-defined]
                if organization is not None:
                    stack.enter_context(scope(organization.pk, until_commit=outermost))
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> None:
        if "organization" in kwargs and request.organization is None:  # type: ignore[attr-defined]
            raise Http404("no such organization")


def _organization_key(path: str) -> str | None:
    try:
        return resolve(path).kwargs.get("organization")
    except Resolver404:
        return None
