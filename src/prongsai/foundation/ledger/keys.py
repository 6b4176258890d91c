"""Each organization's signing keys: private halves as files beside the database, public halves in it.

A dump of the database signs nothing, and whoever can only read the key folder rewrites nothing.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.kinds import KEY_MADE
from prongsai.foundation.ledger.models import PublicKey
from prongsai.foundation.ledger.selectors import organization_key
from prongsai.foundation.ledger.services import record
from prongsai.foundation.ledger.signatures import key_id_of
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin
from prongsai.kernel.errors import ProngsaiError


@dataclass(frozen=True)
class Signature:
    key_id: str
    signature: bytes

    @property
    def base64(self) -> str:
        return base64.b64encode(self.signature).decode()


def public_keys() -> list[PublicKey]:
    """The organization's public keys, oldest first; the last is in use, the others are retired."""
    return list(PublicKey.objects.all())


def current_key() -> PublicKey | None:
    """The key that signs now, or None before the first signature."""
    return PublicKey.objects.order_by("-pk").first()


def sign(context: bytes, message: bytes) -> Signature:
    """Sign `context` + `message` with the key in use; the first signature makes the first key.

    `context` says what kind of thing is signed, so that one signature is never taken for another.
    Raises ProngsaiError when the private key's file is missing or is not the registered key's.
    """
    key = current_key() or ensure_key()
    return Signature(key.key_id, _private(key).sign(context + message))


@transaction.atomic
def rotate_key(*, actor: Actor) -> PublicKey:
    """Make a new key and retire the one in use, which still verifies what it signed. Needs office.manage."""
    actor.require("office.manage")
    return _make_key(actor)


@transaction.atomic
def ensure_key() -> PublicKey:
    """The key in use; the organization's first is made now when there is none."""
    with connection.cursor() as cursor:  # two first signatures at once must not make two keys
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"prongsai.key:{current_organization_id()}"],
        )
    return current_key() or _make_key(Actor.system())


def _make_key(actor: Actor) -> PublicKey:
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = key_id_of(raw)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_new(key_path(key_id), pem)
    now = clock.now()
    record(
        actor=actor,
        kind=KEY_MADE,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        payload={"key_id": key_id, "public_key": raw.hex()},
    )
    return PublicKey.objects.create(key_id=key_id, raw=raw, created_at=now)


def key_path(key_id: str) -> Path:
    """Where the private key `key_id` of the organization in scope lies."""
    return Path(settings.KEYS_FOLDER) / organization_key() / f"{key_id}.pem"


def _write_new(path: Path, content: bytes) -> None:
    """Create a file whole or not at all, readable by its owner only, on disk before the database knows it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, refuses to replace
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _private(key: PublicKey) -> Ed25519PrivateKey:
    path = key_path(key.key_id)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise ProngsaiError(
            _(
                "The signing key %(path)s is not there. Bring it back from a backup, or make a "
                "new key with prongsai key --rotate."
            )
            % {"path": path}
        ) from None
    except (OSError, ValueError) as error:
        raise ProngsaiError(
            _("The signing key %(path)s cannot be read: %(error)s") % {"path": path, "error": error}
        ) from error
    if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw
    ) != bytes(key.raw):
        raise ProngsaiError(
            _("The file %(path)s is not this office's key %(key)s") % {"path": path, "key": key.key_id}
        )
    return private
