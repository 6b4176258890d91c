"""A recipient's own key: made, printed, typed back, opened for a while, opened with the paper when the passphrase is lost."""

from __future__ import annotations

import hmac
import json
import os
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.corruption.choices import RECEIVE, UNLOCKED_HOURS, UNLOCKED_MINUTES
from prongsai.modules.corruption.keys import (
    WrongSecret,
    by_passphrase,
    by_recovery_key,
    new_recovery_key,
    opened_by_passphrase,
    opened_by_recovery_key,
    recovery_key_of,
)
from prongsai.modules.corruption.models import Access, Holder, Unlocked
from prongsai.modules.corruption.sealing import Pair, dummy_wrap
from prongsai.modules.corruption.selectors import holders
from prongsai.modules.corruption.services.common import log_channel
from prongsai.modules.corruption.services.desk import add_dummies

NONCE_BYTES = 12


def _own(actor: Actor, holder: Holder) -> Holder:
    """The holder's row, locked, when it is the actor's own."""
    actor.require(RECEIVE)
    found = Holder.objects.select_for_update().get(pk=holder.pk)
    if found.ended_on is not None or found.member is None or found.member.user_id != actor.user_id:  # type: ignore[attr-defined]
        raise NotPermitted(_("Only the owner of the key can do this"))
    return found


@transaction.atomic
def make_key(*, actor: Actor, holder: Holder, passphrase: str, former: str = "") -> str:
    """Make the holder's key pair; the recovery key is returned once, and kept nowhere.

    In use once the recovery key was typed back (`confirm_key`); until then a former key stays as it is. A key in use
    is replaced by whoever has its passphrase or its recovery key (`former`), and by nobody else: whoever signs in as
    the holder has neither. Raises WrongState without it, WrongSecret for another; the caller counts that. Who has lost
    both is ended and named again by whoever manages the channel, which everybody sees.
    """
    holder = _own(actor, holder)
    if holder.confirmed:
        _prove(holder, former)
    pair, recovery = Pair(), new_recovery_key()
    made = (pair.public, by_passphrase(pair, passphrase), by_recovery_key(pair, recovery))
    holder.next_key = json.dumps([b64encode(part).decode() for part in made]).encode()
    holder.save(update_fields=["next_key"])
    return recovery


def _prove(holder: Holder, former: str) -> None:
    if not former.strip():
        raise WrongState(_("A key is in use. Changing it takes its passphrase or its recovery key"))
    if recovery_key_of(former):
        try:
            opened_by_recovery_key(bytes(holder.by_recovery), former)
        except WrongSecret:
            pass  # a passphrase may look like a recovery key
        else:
            return
    opened_by_passphrase(bytes(holder.by_passphrase), former)


def _drop_former(holder: Holder) -> None:
    Unlocked.objects.filter(holder=holder).delete()
    for access in Access.objects.filter(holder=holder):
        access.wrapped = dummy_wrap()
        access.save(update_fields=["wrapped"])


@transaction.atomic
def confirm_key(*, actor: Actor, holder: Holder, recovery: str) -> None:
    """Use the key from now on: whoever types the recovery key has it on paper. Raises InvalidInput when it is another."""
    holder = _own(actor, holder)
    if not holder.next_key and not holder.confirmed:
        raise WrongState(_("No key was made yet"))
    public, passphrase, by_paper = _next(holder)
    try:
        opened_by_recovery_key(by_paper, recovery)
    except WrongSecret as error:
        raise InvalidInput(str(error), field="recovery") from error
    if not holder.next_key:
        return  # sent twice: it is in use
    if anew := holder.confirmed:
        _drop_former(holder)
    holder.public_key, holder.by_passphrase, holder.by_recovery = public, passphrase, by_paper
    holder.confirmed, holder.key_on, holder.next_key = True, clock.today(), b""
    holder.save(
        update_fields=["public_key", "by_passphrase", "by_recovery", "confirmed", "key_on", "next_key"]
    )
    add_dummies(holder)
    done = "key_changed" if anew else "key_made"
    log_channel(actor, done, list(holders()), holder=holder.pk, key=holder.fingerprint)


def _next(holder: Holder) -> tuple[bytes, bytes, bytes]:
    """The key that waits for its paper; where none does, the one in use."""
    if not holder.next_key:
        return holder.public, bytes(holder.by_passphrase), bytes(holder.by_recovery)
    public, passphrase, by_paper = (b64decode(part) for part in json.loads(bytes(holder.next_key)))
    return public, passphrase, by_paper


@transaction.atomic
def recover(*, actor: Actor, holder: Holder, recovery: str, passphrase: str) -> None:
    """A new passphrase for the same key, by the recovery key and by nothing else. Raises InvalidInput when it is wrong."""
    holder = _own(actor, holder)
    if not holder.by_recovery or not recovery_key_of(recovery):
        raise InvalidInput(
            _("A recovery key has 28 characters. Check it group by group against the paper"), field="recovery"
        )
    try:
        pair = opened_by_recovery_key(bytes(holder.by_recovery), recovery)
    except WrongSecret as error:
        raise InvalidInput(str(error), field="recovery") from error
    holder.by_passphrase = by_passphrase(pair, passphrase)
    holder.save(update_fields=["by_passphrase"])
    Unlocked.objects.filter(holder=holder).delete()
    log_channel(actor, "passphrase_set", list(holders()), holder=holder.pk)


@transaction.atomic
def unlock(*, actor: Actor, holder: Holder, passphrase: str) -> str:
    """Open the holder's key for a while. Returns what the browser's cookie keeps; without it nobody opens the row here.

    Raises WrongSecret for another passphrase; the caller counts that.
    """
    holder = _own(actor, holder)
    if not holder.confirmed:
        raise WrongState(_("No key was made yet"))
    pair = opened_by_passphrase(bytes(holder.by_passphrase), passphrase)
    raw, nonce, now = os.urandom(32), os.urandom(NONCE_BYTES), clock.now()
    Unlocked.objects.filter(expires_at__lt=now).delete()
    Unlocked.objects.create(
        holder=holder,
        digest=_digest(raw),
        wrapped=nonce + AESGCM(_key(raw)).encrypt(nonce, pair.secret, holder.public),
        began_at=now,
        expires_at=now + timedelta(minutes=UNLOCKED_MINUTES),
    )
    holder.opened_on = clock.today()
    holder.save(update_fields=["opened_on"])
    return urlsafe_b64encode(raw).decode()


def unlocked_pair(holder: Holder, cookie: str) -> Pair | None:
    """The holder's pair, while the cookie is theirs and its time is not over; a page opened keeps it for longer."""
    raw = _raw(cookie)
    if raw is None:
        return None
    now = clock.now()
    found = Unlocked.objects.filter(holder=holder, digest=_digest(raw), expires_at__gt=now).first()
    if found is None:
        return None
    until = min(now + timedelta(minutes=UNLOCKED_MINUTES), found.began_at + timedelta(hours=UNLOCKED_HOURS))
    if until - found.expires_at > timedelta(minutes=1):  # not a write for every page
        Unlocked.objects.filter(pk=found.pk).update(expires_at=until)
    kept = bytes(found.wrapped)
    try:
        return Pair.of(AESGCM(_key(raw)).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], holder.public))
    except InvalidTag:
        return None


def lock(*, holder: Holder) -> None:
    """Close the holder's key on every device."""
    Unlocked.objects.filter(holder=holder).delete()


def _raw(cookie: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(cookie)
    except (ValueError, Error):
        return None
    return raw if len(raw) == 32 else None


def _digest(raw: bytes) -> str:
    return hmac.new(raw, b"prongsai corruption find", sha256).hexdigest()


def _key(raw: bytes) -> bytes:
    return hmac.new(raw, b"prongsai corruption open", sha256).digest()
