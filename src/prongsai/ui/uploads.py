"""Files sent in pieces: begun by POST, continued by PATCH from where the line dropped, asked about by GET, given up by DELETE.

Answers are JSON: {"key", "name", "size", "received", "done"}, with "sha256" and "token" once the file is kept; what is refused comes
with "message", a sentence for the person who sent it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from prongsai.foundation.files import uploads
from prongsai.foundation.files.models import Upload
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.uploads import CHUNK_LIMIT, UnknownUpload, WrongOffset
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import ProngsaiError
from prongsai.ui.access import signed_in
from prongsai.ui.arriving import UNREAD
from prongsai.ui.forms.files import file_token

OFFSET = "Upload-Offset"
PAGES = "Upload-Pages"  # the field takes web pages too, as plain text
PLACE = "work/uploads/"


class PieceMiddleware:
    """Reads a piece from a slow line before the transaction is opened, so that no database connection waits for it.

    At most CHUNK_LIMIT bytes are held in memory; a longer piece is refused unread, one cut off half-way is forgotten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "PATCH" or PLACE not in request.path_info or UNREAD in request.META:
            return self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal():
            return _said(gettext("The piece does not say its length"), 411)
        if int(length) > CHUNK_LIMIT:
            return _said(gettext("The piece is too large"), 413)
        try:
            whole = len(request.body) == int(length)
        except UnreadablePostError:
            whole = False
        if not whole:
            return _said(gettext("The line dropped in the middle of a piece"), 400)
        return self.get_response(request)


@signed_in
@never_cache
@require_POST
def begin(request: HttpRequest, organization: str) -> HttpResponse:
    """Begin a file (`name`, `size`, `mark`), or go on with the same one begun before."""
    size = request.POST.get("size", "")
    if not size.isdecimal() or len(size) > 15:
        return _said(gettext("The size of the file is missing"), 400)
    try:
        upload = uploads.start_upload(
            actor=_actor(request),
            name=request.POST.get("name", ""),
            size=int(size),
            mark=request.POST.get("mark", ""),
        )
    except ProngsaiError as error:
        return _said(str(error), 422)
    return _state(upload, 201)


@signed_in
@never_cache
@require_http_methods(["GET", "PATCH", "DELETE"])
def piece(request: HttpRequest, organization: str, key: str) -> HttpResponse:
    """How far a file is, its next piece (header Upload-Offset), or its end."""
    actor = _actor(request)
    try:
        if request.method == "PATCH":
            return _received(request, actor, key)
        if request.method == "DELETE":
            uploads.drop_upload(actor=actor, key=key)
            return HttpResponse(status=204)
        return _state(uploads.upload_of(actor, key))
    except UnknownUpload as error:
        return _said(str(error), 404)


def _received(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Take the piece; with the last one the file is judged and kept. What is refused is dropped with all its pieces."""
    offset = request.headers.get(OFFSET, "")
    if not offset.isdecimal() or len(offset) > 15:
        return _said(gettext("The piece does not say where it begins"), 400)
    try:
        with transaction.atomic():
            upload = uploads.append_chunk(actor=actor, key=key, offset=int(offset), content=request.body)
            if upload.received == upload.size:
                upload = uploads.finish_upload(actor=actor, key=key, pages=PAGES in request.headers)
    except UnknownUpload:
        raise
    except WrongOffset:
        return _state(uploads.upload_of(actor, key), 409)
    except ProngsaiError as error:
        uploads.drop_upload(actor=actor, key=key)
        return _said(str(error), 422)
    return _state(upload)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _state(upload: Upload, status: int = 200) -> JsonResponse:
    said: dict[str, Any] = {
        "key": upload.key,
        "name": upload.name,
        "size": upload.size,
        "received": upload.received,
        "done": upload.is_done,
    }
    if upload.file is not None:
        said |= {"name": upload.file.name, "sha256": upload.file.sha256}
        said["token"] = file_token(reference(upload.file))
    return JsonResponse(said, status=status)


def _said(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
