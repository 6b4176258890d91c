"""Error pages. They work without a database, and say what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from prongsai.ui.access import public
from prongsai.ui.api.problems import Kind, asked_language, problem
from prongsai.ui.typed import returned

API = "/api/"


def _said_to_a_program(request: HttpRequest, kind: Kind) -> HttpResponse | None:
    """Below /api/ nobody reads pages."""
    if not request.path.startswith(API):
        return None
    with override(asked_language(request)):
        return problem(kind)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said_to_a_program(request, Kind.NOT_FOUND) or render(request, "ui/404.html", status=404)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said_to_a_program(request, Kind.FORBIDDEN) or render(request, "ui/403.html", status=403)


@public
def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent without its token: from another site, or with cookies switched off.

    Nothing is done with it. What somebody without an account had typed stands in the answer, to be sent again.
    """
    return render(request, "ui/csrf.html", {"returned": returned(request)}, status=403)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Shown after a fault of ours: the template asks nothing of the request or the database."""
    request.organization = None  # type: ignore[attr-defined]
    return _said_to_a_program(request, Kind.FAULT) or render(request, "ui/500.html", status=500)
