"""The sealed file on its way out."""

from __future__ import annotations

from django.http import HttpResponse

from prongsai.ui.attachments import SANDBOX

FILE_NAME = "sealed-reports.bin"


def sealed_file(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    response["Content-Security-Policy"] = SANDBOX
    return response
