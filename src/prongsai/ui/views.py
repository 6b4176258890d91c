"""Pages that belong to no module: language, robots, accessibility."""

from __future__ import annotations

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from prongsai.foundation.files.selectors import public_file as find_public_file
from prongsai.foundation.files.services import open_public
from prongsai.ui.access import public
from prongsai.ui.attachments import attachment

A_YEAR = 365 * 24 * 3600
ROBOTS = "User-agent: *\nDisallow: /language/\nDisallow: /*/verify/file/\nDisallow: /*/track/\nDisallow: /*/complaints/new/\n"


@public
@never_cache
@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language in a cookie and go back to the page (`?next=`), if it is one of ours."""
    if code not in dict(settings.LANGUAGES):
        raise Http404("no such language")
    target = request.GET.get("next", "/")
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be found; there is nothing to find behind the language switch and the upload form."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the pages promise to people with disabilities, and what is known to be missing."""
    return render(request, "ui/accessibility.html")


@public
@require_safe
def public_file(request: HttpRequest, organization: str, sha256: str) -> HttpResponseBase:
    """A published file as an attachment: whatever is in it, the browser runs nothing of it here."""
    file = find_public_file(sha256)
    if file is None:
        raise Http404("no such published file")
    etag = f'"{file.public_sha256}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": etag})
    response = attachment(file, opened=open_public)
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    return response
