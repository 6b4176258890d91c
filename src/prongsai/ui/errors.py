"""Error pages. They work without a database, and say what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from prongsai.ui.access import public


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/404.html", status=404)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/403.html", status=403)


@public
def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent without its token: from another site, or with cookies switched off."""
    return render(request, "ui/csrf.html", status=403)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Shown after a fault of ours: the template asks nothing of the request or the database."""
    request.organization = None  # type: ignore[attr-defined]
    return render(request, "ui/500.html", status=500)
