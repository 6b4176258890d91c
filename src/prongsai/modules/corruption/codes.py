"""The reporter's code: 16 digits instead of an account. It opens the conversation, and not the report."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.secrets import derived_key
from prongsai.kernel.errors import Unreadable
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.corruption.keys import Cost, grouped, stretched
from prongsai.modules.corruption.sealing import Pair

DIGITS = 16  # 53 bits, stretched
COST = Cost(rounds=3, memory=64)
NONCE_BYTES = 12


@dataclass(frozen=True)
class Opener:
    """What a code is worth: `digest` finds the report, `key` opens the reporter's private key."""

    digest: str
    key: bytes


def code_for(nonce: bytes) -> str:
    """The code of one form: the same form sent twice has the same code. Nobody without the form can work it out."""
    drawn = HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"prongsai corruption code v1").derive(
        derived_key("corruption codes")
    )
    return grouped(f"{int.from_bytes(drawn, 'big') % 10**DIGITS:0{DIGITS}d}", " ")


def code_of(typed: str) -> str:
    """The code as it was given, however it was typed (Thai digits, other gaps); "" when it cannot be one."""
    digits = re.sub(r"[\s.·-]", "", to_arabic(typed))
    return grouped(digits, " ") if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else ""


def opener(code: str, salt: bytes) -> Opener:
    """What the code is worth in the organization whose salt this is. Takes about 0.15 s and 64 MiB on purpose."""
    drawn = stretched(code.encode(), salt, COST, length=64)
    return Opener(sha256(drawn[:32]).hexdigest(), drawn[32:])


def locked(pair: Pair, found: Opener) -> bytes:
    """The reporter's private key, to be opened with the code alone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(found.key).encrypt(nonce, pair.secret, pair.public)


def unlocked(kept: bytes, public: bytes, found: Opener) -> Pair:
    """The reporter's pair. Raises Unreadable with another code."""
    try:
        return Pair.of(AESGCM(found.key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], public))
    except (InvalidTag, ValueError) as error:
        raise Unreadable(_("The code is not right")) from error
