"""Forms with files from a slow line are read to their end before the transaction is opened, and never without bounds.

A view says `@arrives(file=…, whole=…)`. A file over `file` bytes is not kept, its name stands in `request.too_large`, and
all else of the form arrives; over `whole` bytes the line is cut. No database connection waits for a telephone on 3G.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from prongsai.ui.api.problems import Kind, problem

# In the environment of a request of which the server did not take the body (project/door.py): why.
UNREAD = "prongsai.unread"
LATE = 400  # it did not come, or too slowly
BUSY = 503  # too many others were on their way
AGAIN = {"Retry-After": "60"}

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Bounds:
    """How many bytes one file, and the whole form, may have."""

    file: int
    whole: int


def arrives(*, file: int, whole: int) -> Callable[[View], View]:
    """Mark a view (or `SomeView.as_view()`) whose forms may come slowly and with files."""

    def mark(view: View) -> View:
        view.arrives = Bounds(file, whole)  # type: ignore[attr-defined]
        return view

    return mark


class Bounded(FileUploadHandler):
    """Lets no file pass that is larger than allowed, and stops reading when all of it together is."""

    def __init__(self, request: HttpRequest, bounds: Bounds) -> None:
        super().__init__(request)
        self.bounds = bounds
        self.received = self.of_file = 0
        self.too_large: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.of_file = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        self.of_file += len(raw_data)
        if self.received > self.bounds.whole:
            raise StopUpload(connection_reset=True)
        if self.of_file > self.bounds.file:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class ArrivingMiddleware:
    """Stands before ScopeMiddleware, which opens the transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if UNREAD in request.META:
            return _told(request, request.META[UNREAD])
        bounds = _bounds(request) if request.method == "POST" else None
        if bounds is not None:
            refused = _read(request, bounds)
            if refused is not None:
                return refused
        return self.get_response(request)


def _bounds(request: HttpRequest) -> Bounds | None:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return None
    return getattr(view, "arrives", None)


def _read(request: HttpRequest, bounds: Bounds) -> HttpResponse | None:
    """Read the form; an answer instead, when it breaks off or is too large to be read at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > 2 * bounds.whole:
        return _told(request, 413)
    handler = Bounded(request, bounds)
    request.upload_handlers.insert(0, handler)
    try:
        _ = request.POST
    except (UnreadablePostError, MultiPartParserError):
        return _told(request, 400)
    except (RequestDataTooBig, TooManyFilesSent):
        return _told(request, 413)
    if handler.received > bounds.whole:
        return _told(request, 413)
    request.too_large = handler.too_large  # type: ignore[attr-defined]
    return None


def _told(request: HttpRequest, status: int) -> HttpResponse:
    """There is no organization in scope yet: the page says what happened and asks nothing of the database."""
    if request.path_info.startswith("/api/"):
        return problem(
            {413: Kind.TOO_LARGE, BUSY: Kind.TOO_MANY}.get(status, Kind.BAD_REQUEST), headers=AGAIN
        )
    request.organization = None  # type: ignore[attr-defined]
    said = {"large": status == 413, "busy": status == BUSY}
    if request.method == "PATCH" or "application/json" in request.headers.get("Accept", ""):
        words = render_to_string("ui/arriving.html#words", said, request)
        return JsonResponse({"message": words}, status=status, headers=AGAIN)
    response = render(request, "ui/arriving.html", said, status=status)
    if status == BUSY:
        response["Retry-After"] = AGAIN["Retry-After"]
    return response
