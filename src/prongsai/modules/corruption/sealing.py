"""Sealing to a public key: HPKE (RFC 9180) with P-256, HKDF-SHA256 and AES-256-GCM, and sizes in few steps.

The same bytes are made by `static/corruption/sealing.js` in the browser. P-256, because every browser of the last ten
years can do it; X25519 came to telephones in 2025. The formats stand in docs/threat-model.md.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext as _

from prongsai.kernel.errors import InvalidInput, Unreadable

CONTEXT: Final = b"prongsai corruption v1 "
POINT_BYTES: Final = 65  # an uncompressed point of P-256
SECRET_BYTES: Final = 32
TAG_BYTES: Final = 16
WRAP_BYTES: Final = POINT_BYTES + SECRET_BYTES + TAG_BYTES
SMALLEST: Final = 4096  # bytes: what is shorter is padded to this, what is longer to the next power of two
SMALLEST_LOG: Final = 512  # one block of the sealed log, like a filler
LENGTH_BYTES: Final = 4

# What a sealed thing is for: one cannot be passed off as another.
CONTENT, ITEM, FILE, LOG, WRAP, BUNDLE = b"content", b"item", b"file", b"log", b"wrap", b"bundle"

_suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_CURVE = ec.SECP256R1()


class Pair:
    """A key pair. `secret` is the private number as 32 bytes, `public` the point as 65."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        self.key = key or ec.generate_private_key(_CURVE)

    @classmethod
    def of(cls, secret: bytes) -> Pair:
        """The pair of a private number. Raises Unreadable when it is none."""
        try:
            return cls(ec.derive_private_key(int.from_bytes(secret, "big"), _CURVE))
        except ValueError as error:
            raise Unreadable(_("The key is damaged")) from error

    @property
    def secret(self) -> bytes:
        return self.key.private_numbers().private_value.to_bytes(SECRET_BYTES, "big")

    @property
    def public(self) -> bytes:
        return public_bytes(self.key.public_key())


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """The key at a point. Raises InvalidInput when the point is not on the curve or not written in 65 bytes."""
    try:
        if len(point) != POINT_BYTES:
            raise ValueError("wrong length")
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError as error:
        raise InvalidInput(_("The public key is not valid"), field="public_key") from error


def padded(content: bytes, smallest: int = SMALLEST) -> bytes:
    """Length, content, and zeros up to the next step, so that a size tells little."""
    whole = LENGTH_BYTES + len(content)
    step = max(smallest, 1 << (whole - 1).bit_length())
    return len(content).to_bytes(LENGTH_BYTES, "big") + content + bytes(step - whole)


def unpadded(whole: bytes) -> bytes:
    """The content. Raises Unreadable when the length does not fit."""
    length = int.from_bytes(whole[:LENGTH_BYTES], "big")
    if LENGTH_BYTES + length > len(whole):
        raise Unreadable(_("The sealed data are damaged"))
    return whole[LENGTH_BYTES : LENGTH_BYTES + length]


def is_sealed_size(size: int) -> bool:
    """Whether something sealed by `seal` can be this long."""
    inner = size - POINT_BYTES - TAG_BYTES
    return inner >= SMALLEST and inner & (inner - 1) == 0


def seal(content: bytes, public: bytes, purpose: bytes) -> bytes:
    """`content` for whoever holds the private half of `public`, padded."""
    smallest = SMALLEST_LOG if purpose == LOG else SMALLEST
    return _suite.encrypt(padded(content, smallest), public_key(public), info=CONTEXT + purpose)


def opened(sealed: bytes, pair: Pair, purpose: bytes) -> bytes:
    """What was sealed. Raises Unreadable with another key, another purpose, or when a bit was changed."""
    return unpadded(_decrypted(sealed, pair, CONTEXT + purpose))


def wrap(secret: bytes, public: bytes, belongs_to: bytes) -> bytes:
    """A private number for the holder of `public`; it is bound to the public half that it `belongs_to`."""
    return _suite.encrypt(secret, public_key(public), info=_wrap_info(belongs_to))


def unwrapped(wrapped: bytes, pair: Pair, belongs_to: bytes) -> bytes | None:
    """The private number; None when it was not wrapped for this pair."""
    try:
        return _decrypted(wrapped, pair, _wrap_info(belongs_to))
    except Unreadable:
        return None


def dummy_wrap() -> bytes:
    """What nobody can open and nobody can tell from a wrapped key."""
    return wrap(os.urandom(SECRET_BYTES), Pair().public, b"")


def _wrap_info(belongs_to: bytes) -> bytes:
    return CONTEXT + WRAP + b" " + belongs_to


def _decrypted(sealed: bytes, pair: Pair, info: bytes) -> bytes:
    try:
        return _suite.decrypt(sealed, pair.key, info=info)
    except (InvalidTag, ValueError) as error:
        raise Unreadable(
            _("The seal cannot be opened: the key is another, or the data were changed")
        ) from error


def seal_for_many(content: bytes, publics: list[bytes], purpose: bytes) -> bytes:
    """`content` for each of several keys: how many, a wrapped key for each, then the content under that key."""
    key, nonce, info = AESGCM.generate_key(256), os.urandom(12), CONTEXT + purpose
    wraps = b"".join(_suite.encrypt(key, public_key(each), info=info) for each in publics)
    return (
        bytes([len(publics)])
        + wraps
        + nonce
        + AESGCM(key).encrypt(nonce, padded(content, SMALLEST_LOG), info)
    )


def opened_of_many(sealed: bytes, pair: Pair, purpose: bytes) -> bytes:
    """What was sealed to several keys, by one of them. Raises Unreadable for any other."""
    count, info = sealed[0] if sealed else 0, CONTEXT + purpose
    rest = sealed[1 + count * WRAP_BYTES :]
    for at in range(count):
        try:
            key = _decrypted(sealed[1 + at * WRAP_BYTES : 1 + (at + 1) * WRAP_BYTES], pair, info)
            return unpadded(AESGCM(key).decrypt(rest[:12], rest[12:], info))
        except (Unreadable, InvalidTag, ValueError):
            continue
    raise Unreadable(_("The seal cannot be opened: the key is another, or the data were changed"))
