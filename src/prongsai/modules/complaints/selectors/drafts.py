"""The draft that a browser holds the key of."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.db.models import QuerySet

from prongsai.kernel import clock
from prongsai.modules.complaints.models import CitizenDraft

LIVES = timedelta(days=7)


def digest_of(key: str) -> str:
    """What is kept of a draft's key: who reads the table cannot open anybody's draft."""
    return sha256(key.encode()).hexdigest()


def draft_of(key: str) -> CitizenDraft | None:
    """The draft with this key, unless nobody has touched it for a week."""
    if not key or len(key) > 100:
        return None
    alive = CitizenDraft.objects.filter(updated_at__gte=clock.now() - LIVES)
    return alive.filter(digest=digest_of(key)).first()


def stale(drafts: QuerySet[CitizenDraft]) -> QuerySet[CitizenDraft]:
    """Those of the drafts that nobody has touched for a week."""
    return drafts.filter(updated_at__lt=clock.now() - LIVES)
