"""Ed25519 as the ledger uses it. Pure: no Django, no database, so that papers are verified anywhere."""

from __future__ import annotations

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)


def key_id_of(raw: bytes) -> str:
    """A public key's name: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return sha256(raw).hexdigest()[:16]


def is_signed(raw: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the owner of the public key `raw` signed `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_pem(raw: bytes) -> str:
    """A public key as people hand it on."""
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_keys_from_pem(text: bytes) -> dict[str, bytes]:
    """The Ed25519 public keys of a PEM file, one after another, by key id. Raises ValueError for none."""
    end = b"-----END PUBLIC KEY-----"
    found: dict[str, bytes] = {}
    for part in text.split(end)[:-1]:
        start = part.rfind(b"-----BEGIN PUBLIC KEY-----")
        key = load_pem_public_key(part[max(start, 0) :] + end + b"\n")
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        found[key_id_of(raw)] = raw
    if not found:
        raise ValueError("no public key")
    return found
