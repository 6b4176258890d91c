"""The visitors' copy of a picture: what is seen, and nothing of where, when and with what it was taken."""

from __future__ import annotations

import tempfile
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from prongsai.kernel.errors import Unreadable

SAVE = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
}
MODES = {
    "JPEG": {"L", "RGB", "CMYK"},
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "WEBP": {"RGB", "RGBA"},
}


def without_metadata(content: IO[bytes]) -> IO[bytes]:
    """A copy of the picture, turned upright, with pixels and colour profile only (no EXIF, XMP, comments).

    Raises Unreadable when the picture cannot be read to its end.
    """
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        with Image.open(content, formats=("JPEG", "PNG", "WEBP")) as opened:
            form = {"MPO": "JPEG"}.get(opened.format or "", opened.format or "")
            profile = opened.info.get("icc_profile")
            bare = only_pixels(ImageOps.exif_transpose(opened), form)
            bare.save(out, form, icc_profile=profile, **SAVE[form])
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        out.close()
        raise Unreadable(_("The picture is damaged, so no copy can be made for the public")) from error
    out.seek(0)
    return out


def only_pixels(picture: Image.Image, form: str) -> Image.Image:
    """A new picture of what is seen, in colours that the format can hold, and nothing else of the old one."""
    if picture.mode not in MODES[form]:
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    if picture.mode == "P":
        bare.putpalette(picture.getpalette("RGBA") or b"", "RGBA")
    return bare
