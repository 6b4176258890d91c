"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from prongsai.foundation.ledger.selectors import latest_head


def page(request: HttpRequest) -> dict[str, object]:
    """The organization of the address, its latest signed head (asked for only when shown), and languages."""
    organization = getattr(request, "organization", None)
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "organization": organization,
        "register_head": SimpleLazyObject(latest_head) if organization else None,
        "language": language,
        "other_language": "en" if language == "th" else "th",
        "page_address": getattr(request, "page_address", request.path),
    }
