"""The key of a recipient outside the office: made on their own machine, of which only the public half comes here.

The public file is text that can be read over the telephone: a PEM block, and a line `Collect:` with the digest of the
secret with which they fetch what is sealed to them. The private file is JSON, opened by a passphrase.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.utils.translation import gettext as _

from prongsai.kernel.errors import InvalidInput, Unreadable
from prongsai.modules.corruption.keys import by_passphrase, opened_by_passphrase
from prongsai.modules.corruption.sealing import Pair, public_bytes, public_key

KIND = "prongsai outside recipient"
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.S)
COLLECT = re.compile(r"^\s*Collect:\s*([0-9a-fA-F]{64})\s*$", re.M)


@dataclass(frozen=True)
class OutsideKey:
    """A public key as the office keeps it. Without `collect` the office hands the sealed file over itself."""

    point: bytes
    collect: str = ""


def make_key(name: str, passphrase: str) -> tuple[str, str]:
    """The text of a private and of a public file."""
    pair, secret = Pair(), secrets.token_urlsafe(24)
    private = {
        "kind": KIND,
        "name": name,
        "collect": secret,
        "key": json.loads(by_passphrase(pair, passphrase)),
    }
    pem = pair.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return json.dumps(private, ensure_ascii=False, indent=1), f"{name}\n{pem}Collect: {digest_of(secret)}\n"


def digest_of(secret: str) -> str:
    return sha256(secret.strip().encode()).hexdigest()


def read_public(text: str) -> OutsideKey:
    """The key in the text of a public file, or of any PEM file with a key of P-256. Raises InvalidInput."""
    block = PEM.search(text)
    try:
        if block is None:
            raise ValueError("no PEM block")
        key = load_pem_public_key(block.group().encode())
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise TypeError("another kind of key")
        point = public_bytes(key)
        public_key(point)
    except (ValueError, TypeError, InvalidInput) as error:
        raise InvalidInput(
            _("The public key cannot be read. It has to be a PEM file with a P-256 key"), field="public"
        ) from error
    collect = COLLECT.search(text)
    return OutsideKey(point, collect.group(1).lower() if collect else "")


def read_private(text: str, passphrase: str) -> Pair:
    """The pair in a private file: ours, or a PEM file. Raises Unreadable, WrongSecret."""
    if "-----BEGIN" in text:
        try:
            key: Any = load_pem_private_key(text.encode(), passphrase.encode() or None)
        except (ValueError, TypeError) as error:
            raise Unreadable(
                _("The key cannot be opened. The passphrase is not right, or the file is damaged")
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise Unreadable(_("The key has to be a P-256 key"))
        return Pair(key)
    try:
        said = json.loads(text)
        if said["kind"] != KIND:
            raise ValueError("another kind of file")
        kept = json.dumps(said["key"]).encode()
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(_("The key file is of a kind that is not known")) from error
    return opened_by_passphrase(kept, passphrase)
