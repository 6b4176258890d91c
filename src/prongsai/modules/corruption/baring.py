"""Takes out of a picture or a PDF what tells of its maker, in a process of its own that a swelling file cannot outgrow.

Started by stripping.py: `python -m prongsai.modules.corruption.baring FORM`, the file on stdin, the bare one on stdout.
Why it refuses stands on stdout as a key: stripping.py has the words, in the reader's language.
A few kilobytes of a stranger's PDF unpack to gigabytes, whatever reads it: memory and time are bounded from outside.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

from prongsai.foundation.files.pictures import SAVE, only_pixels
from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.baring_pdf import TOO_MUCH, bare_pdf

# Pillow tells a debugging log what the metadata say.
logging.getLogger("PIL").setLevel(logging.INFO)

REFUSED = 3  # exit code: why stands on stdout
MOST_MEMORY = 1 << 30
MOST_SECONDS = 40  # of the processor
MOST_PIXELS = 40_000_000
SMALL_PIXELS = 4_000_000  # up to here a picture is worth the time of packing it well
DAMAGED_PICTURE, TOO_MANY_PIXELS = "damaged-picture", "too-many-pixels"


# --- pictures ----------------------------------------------------------------------------------------------


def bare_picture(content: bytes) -> bytes:
    """The pixels, turned upright, in the colours of sRGB; nothing else. Raises Unreadable."""
    out = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            form = {"MPO": "JPEG"}.get(picture.format or "", picture.format or "")
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable(TOO_MANY_PIXELS)
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
            shown = _in_srgb(picture, profile) if isinstance(profile, bytes) else picture
            only_pixels(shown, form).save(out, form, **_how(form, picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(DAMAGED_PICTURE) from error
    return out.getvalue()


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours that the profile means, without the profile: it can name a screen, a scanner, and a day."""
    through = picture.convert("RGBA") if picture.mode in {"P", "LA", "PA"} else picture
    try:
        return ImageCms.profileToProfile(
            through,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if through.mode == "RGBA" else "RGB",
        ) or through  # fmt: skip
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a profile that is damaged or of another kind of picture is none


def _how(form: str, picture: Image.Image) -> dict[str, Any]:
    how = dict(SAVE[form])
    if picture.width * picture.height > SMALL_PIXELS:
        how.pop("optimize", None)
    return how


# --- the process -------------------------------------------------------------------------------------------


def _bounded() -> None:
    """No more memory and time than this, and no dump of what was in it."""
    import resource

    for which, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no bound of addresses
            resource.setrlimit(which, (most, most))


def main() -> int:
    _bounded()
    content = sys.stdin.buffer.read()
    try:
        bare = bare_pdf(content) if sys.argv[1] == "application/pdf" else bare_picture(content)
    except (Unreadable, MemoryError, RecursionError) as error:
        reason = str(error) if isinstance(error, Unreadable) else TOO_MUCH
        sys.stdout.buffer.write(reason.encode())
        return REFUSED
    sys.stdout.buffer.write(bare)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
