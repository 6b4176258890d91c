"""Signing tree heads: what the log is committed to once a head has left the house."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from prongsai.foundation.ledger.append import known_organization, lock
from prongsai.foundation.ledger.keys import sign
from prongsai.foundation.ledger.leaf import HEAD_CONTEXT
from prongsai.foundation.ledger.models import LogName, TreeHead
from prongsai.foundation.ledger.selectors import latest_head, log_size, root
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


@transaction.atomic
def sign_head(*, actor: Actor, log: str = LogName.MAIN, time: datetime | None = None) -> TreeHead:
    """The signed head of the log as it stands, pending facts included.

    There is one head per size: without a new entry the former head is returned. Its time never lies before
    the former head's. Where there is something to sign it locks the log until the transaction ends: call it last.
    """
    organization_id = current_organization_id()
    grown = flush() if log == LogName.MAIN else []
    if not grown:
        former = latest_head(log)
        if former is not None and former.size == log_size(log):
            return (
                former  # without the lock, which readers of a quiet log would hold against those who record
            )
    locked = lock(organization_id, log)
    size = locked.size
    former = latest_head(log)  # somebody may have signed while we waited
    if former is not None and former.size == size:
        return former
    moment = time or clock.now()
    head = TreeHead(
        organization=known_organization(organization_id, locked.organization_key),
        log=log,
        size=size,
        root=root(size, log=log),
        time=max(moment, former.time) if former else moment,
    )
    signed = sign(HEAD_CONTEXT, head.message().removeprefix(HEAD_CONTEXT))
    head.key_id, head.signature = signed.key_id, signed.signature
    head.save(force_insert=True)
    return head
