"""The organization's seal as papers carry it."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.core.files.storage import storages
from PIL import Image

from prongsai.foundation.files.selectors import public_file
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.foundation.typeset.model import Picture

WIDTH = 30  # mm on a cover
SIDE = 600  # pixels: 500 to the inch at that width


def seal_picture(seal: str | None = None) -> Picture | None:
    """The seal of the organization in scope, small enough for every paper; None where there is none, or its file is gone.

    `seal` is what the organization's row says, for who has read it.
    """
    if seal is None:
        seal = Organization.objects.values_list("seal", flat=True).get(pk=current_organization_id())
    file = public_file(seal) if seal else None
    if file is None:
        return None
    try:
        return Picture(_small(file.public_path), "image/png", "ตราหน่วยงาน", WIDTH)
    except FileNotFoundError:
        return None


@lru_cache(64)  # a path is the digest of its content
def _small(path: str) -> bytes:
    with storages["default"].open(path, "rb") as content, Image.open(content) as picture:
        picture.thumbnail((SIDE, SIDE))
        out = BytesIO()
        picture.convert("RGBA").save(out, "PNG", optimize=True)
        return out.getvalue()
