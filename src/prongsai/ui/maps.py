"""Maps: only where the installation's operators have named a server of tiles; no other server is ever asked for anything."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

from prongsai.ui.middleware import POLICY


def map_context() -> dict[str, str]:
    """The map's tiles, where the installation's operators have named a server for them."""
    return {
        "tiles": getattr(settings, "MAP_TILES", ""),
        "tiles_by": getattr(settings, "MAP_ATTRIBUTION", ""),
    }


def tile_origin() -> str:
    """The server of the map's tiles, as a content policy names it; "" where there is none."""
    parts = urlsplit(getattr(settings, "MAP_TILES", ""))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def let_tiles(response: HttpResponse) -> HttpResponse:
    """Let this page show pictures from the server of tiles, where there is one: no other page does."""
    if origin := tile_origin():
        response["Content-Security-Policy"] = POLICY.replace(
            "img-src 'self' data:", f"img-src 'self' data: {origin}"
        )
    return response
