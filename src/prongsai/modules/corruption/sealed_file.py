"""The sealed file on its way out."""

from __future__ import annotations

from django.http import HttpResponse

from prongsai.ui.attachments import SANDBOX


def sealed_file(content: bytes, part: int, of: int) -> HttpResponse:
    """A part as a file whose name says which it is, and how many there are."""
    name = f"sealed-reports-{part}-of-{of}.bin"
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    return response
