"""Kept files on their way to a browser: always an attachment, of which the browser runs nothing here."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from django.http import FileResponse, Http404

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import open_file

# Whatever is in a file that somebody handed in: no script, no form, no address of ours.
SANDBOX = "sandbox; default-src 'none'"


def attachment(
    file: StoredFile | None, *, name: str = "", opened: Callable[[StoredFile], IO[bytes]] = open_file
) -> FileResponse:
    """The file under its own name (or `name`). Raises Http404 when there is none, or its bytes are gone."""
    if file is None:
        raise Http404("no such file")
    try:
        content = opened(file)
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    response = FileResponse(
        content, as_attachment=True, filename=name or file.name, content_type=file.content_type
    )
    response["Content-Security-Policy"] = SANDBOX
    return response
