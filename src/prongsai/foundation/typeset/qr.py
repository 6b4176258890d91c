"""QR codes of addresses, as SVG and PNG."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno


@lru_cache(256)
def qr_svg(text: str) -> str:
    """A QR code with its quiet zone, error correction M. Equal texts give equal bytes."""
    out = BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=2, xmldecl=False, light="#fff", omitsize=True)
    return out.getvalue().decode()


@lru_cache(256)
def qr_png(text: str) -> bytes:
    out = BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", border=2, scale=8)
    return out.getvalue()
