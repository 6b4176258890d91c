"""What every page knows."""

from __future__ import annotations

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    return {"organization": getattr(request, "organization", None)}
