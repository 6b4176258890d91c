"""A recipient's private key at rest: wrapped by a passphrase (Argon2id), and by a recovery key that is printed once."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from prongsai.kernel.errors import ProngsaiError, Unreadable
from prongsai.modules.corruption.sealing import Pair

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nothing is read wrongly from paper
RECOVERY_LENGTH = 28  # 140 bits
GROUP = 4
_READ_AS = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Cost:
    """What one guess at a passphrase costs: rounds, and memory in MiB. Written beside each wrapped key."""

    rounds: int = 4
    memory: int = 128


COST = Cost()
MOST_MEMORY, MOST_ROUNDS = (
    1024,
    64,
)  # a wrapped key from a file does not choose how much of the machine it takes


class WrongSecret(ProngsaiError):
    """The passphrase or the recovery key does not open the private key."""


def stretched(secret: bytes, salt: bytes, cost: Cost, *, length: int = 32) -> bytes:
    """Argon2id (RFC 9106), one lane."""
    return hash_secret_raw(secret, salt, cost.rounds, cost.memory * 1024, 1, length, Type.ID)


def new_recovery_key() -> str:
    """28 signs of 5 bits, in groups of four."""
    return grouped("".join(secrets.choice(CROCKFORD) for _sign in range(RECOVERY_LENGTH)))


def grouped(text: str, by: str = "-") -> str:
    return by.join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def recovery_key_of(typed: str) -> str:
    """The recovery key as it was made, however it was typed; "" when it cannot be one."""
    signs = "".join(typed.upper().split()).replace("-", "").translate(_READ_AS)
    return grouped(signs) if len(signs) == RECOVERY_LENGTH and set(signs) <= set(CROCKFORD) else ""


def by_passphrase(pair: Pair, passphrase: str, cost: Cost | None = None) -> bytes:
    """The private key, to be opened with the passphrase alone."""
    cost = cost or COST
    salt = os.urandom(16)
    key = stretched(passphrase.encode(), salt, cost)
    return _sealed(pair, key, kdf="argon2id", salt=_text(salt), rounds=cost.rounds, memory=cost.memory)


def by_recovery_key(pair: Pair, recovery: str) -> bytes:
    """The private key, to be opened with the recovery key alone. Its 140 bits need no stretching."""
    salt = os.urandom(16)
    return _sealed(pair, _from_recovery(recovery, salt), kdf="hkdf", salt=_text(salt))


def opened_by_passphrase(kept: bytes, passphrase: str) -> Pair:
    """The pair. Raises WrongSecret; Unreadable when what is kept is damaged."""
    said = _read(kept)
    try:
        cost = Cost(int(said["rounds"]), int(said["memory"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(_("The stored key is damaged")) from error
    if not (0 < cost.rounds <= MOST_ROUNDS and 0 < cost.memory <= MOST_MEMORY):
        raise Unreadable(_("The stored key is damaged"))
    key = stretched(passphrase.encode(), b64decode(said["salt"]), cost)
    return _opened(said, key, _("The passphrase of the sealed inbox is not right"))


def opened_by_recovery_key(kept: bytes, recovery: str) -> Pair:
    """The pair. Raises WrongSecret; Unreadable when what is kept is damaged."""
    said = _read(kept)
    key = _from_recovery(recovery_key_of(recovery), b64decode(said["salt"]))
    return _opened(said, key, _("The recovery key is not right. Check it group by group against the paper"))


def _from_recovery(recovery: str, salt: bytes) -> bytes:
    info = b"prongsai corruption recovery v1"
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(recovery.encode())


def _sealed(pair: Pair, key: bytes, **said: Any) -> bytes:
    nonce = os.urandom(12)
    closed = AESGCM(key).encrypt(nonce, pair.secret, pair.public)
    whole = {"v": 1, "public": _text(pair.public), "nonce": _text(nonce), "key": _text(closed), **said}
    return json.dumps(whole, sort_keys=True).encode()


def _read(kept: bytes) -> dict[str, Any]:
    try:
        said = json.loads(kept)
        if said["v"] != 1 or not {"public", "nonce", "key", "salt"} <= said.keys():
            raise ValueError("unknown version")
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(_("The stored key is damaged")) from error
    return said


def _opened(said: dict[str, Any], key: bytes, refusal: str) -> Pair:
    nonce, closed, public = (b64decode(said[name]) for name in ("nonce", "key", "public"))
    try:
        return Pair.of(AESGCM(key).decrypt(nonce, closed, public))
    except (InvalidTag, ValueError):
        raise WrongSecret(refusal) from None


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
