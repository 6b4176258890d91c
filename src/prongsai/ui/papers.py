"""Papers that are made when they are asked for, on their way to a browser."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from prongsai.foundation.typeset import MEDIA_TYPES, Document, write


def paper(document: Document, format: str, name: str, *, shown: bool = False) -> HttpResponse:
    """The document as a file called `name`, with its ending; `shown` in the browser instead of kept."""
    response = HttpResponse(write(document, format), content_type=MEDIA_TYPES[format])
    response["Content-Disposition"] = content_disposition_header(not shown, f"{name}.{format}") or ""
    return response
