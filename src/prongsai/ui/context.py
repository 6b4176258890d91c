"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from prongsai.foundation.ledger.selectors import latest_head
from prongsai.ui.navigation import Workspace


def page(request: HttpRequest) -> dict[str, object]:
    """The organization of the address, languages, and for a member the workspace's frame.

    The latest signed head and the frame are asked for only when they are shown.
    """
    organization = getattr(request, "organization", None)
    actor = getattr(request, "actor", None)
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "organization": organization,
        "register_head": SimpleLazyObject(latest_head) if organization else None,
        "language": language,
        "other_language": "en" if language == "th" else "th",
        "page_address": getattr(request, "page_address", request.path),
        "actor": actor,
        "workspace": Workspace(request) if organization and actor else None,
        "messages": SimpleLazyObject(lambda: get_messages(request)),
    }
