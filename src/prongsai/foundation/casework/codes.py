"""The secret code by which a citizen follows a case: eight signs, told once, kept as a keyed digest. And its number.

40 random bits in Crockford's base 32, which has no I, L, O and U: nothing that is read out or copied by hand is
ambiguous. What was typed may have small letters, gaps, O for 0 and Thai digits.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256

from django.conf import settings

from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.thai.digits import to_arabic

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_MISREAD = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-–—.]+")
_CODE = re.compile(f"[{SIGNS}]{{{LENGTH}}}")
_AMONG_WORDS = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-– ]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_NUMBER = re.compile(r"([A-Z]{0,3}) ?(\d\d)(?: ?[-–—./] ?| |(?=\d{4}))(\d{1,6})")
SENTENCE = 80  # letters: in longer texts what looks like a code is something else


def fresh_code() -> str:
    """A new code: K7QM-4T2X."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def normalised(typed: str) -> str:
    """The code as it was given out (K7QM-4T2X) from what somebody typed; "" for what cannot be one."""
    signs = _BETWEEN.sub("", to_arabic(typed[:100])).upper().translate(_MISREAD)
    return f"{signs[:4]}-{signs[4:]}" if _CODE.fullmatch(signs) else ""


def code_in(said: str) -> str:
    """What may be the code in a short message (รหัสติดตาม K7QM-4T2X ค่ะ); "" where there is none."""
    found = _AMONG_WORDS.search(to_arabic(said)) if len(said.strip()) <= SENTENCE else None
    return normalised(found.group()) if found else ""


def number_from(typed: str) -> str:
    """The number of a case as it was given out (69-0127) from what somebody typed: without the dash, with gaps, Thai
    digits or small letters. What cannot be one comes back as it stands.
    """
    said = " ".join(to_arabic(typed[:100]).upper().split())
    found = _NUMBER.fullmatch(said)
    return f"{found[1]}{found[2]}-{found[3]:0>4}" if found else said


def digest(code: str) -> str:
    """What is kept of a code of the organization in scope: without the installation's key nobody can try codes on it."""
    return _digest(code, settings.SECRET_KEY)


def digests(typed: str) -> list[str]:
    """What a typed code may be kept as, under the present key and those before it; none for what cannot be a code."""
    code = normalised(typed)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [_digest(code, key) for key in keys] if code else []


def _digest(code: str, key: str) -> str:
    message = f"{current_organization_id()}:{code}".encode()
    return hmac.new(sha256(f"prongsai tracking codes {key}".encode()).digest(), message, sha256).hexdigest()
