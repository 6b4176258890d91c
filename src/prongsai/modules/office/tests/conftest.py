"""An office whose only work is the tests' own, and a real mail server to send to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.cache import cache

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Provides, WorkItem
from prongsai.kernel.registry import Registry, registry
from tests.cast import banthrai, member
from tests.mailbox import Mailbox, mailbox

__all__ = ["Mailbox", "mailbox"]


class Desk:
    """The work that is due in the tests' office; `put` replaces it."""

    def __init__(self) -> None:
        self.items: list[WorkItem] = []

    def put(self, *items: WorkItem) -> None:
        self.items = list(items)
        cache.clear()  # as if something had been recorded


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """What is due comes from one module of the tests' own; everything else stays as the modules provide it."""
    desk, own = Desk(), Registry()
    for provides in registry().modules.values():
        own.plug(replace(provides, work_items=None))
    own.plug(Provides("testing", work_items=lambda: desk.items))
    monkeypatch.setattr("prongsai.kernel.registry._registry", own)
    cache.clear()
    return desk


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    office = banthrai()
    with scope(office.pk):
        yield office


def reachable(username: str, *permissions: str, unit: str = "", email: str = "-") -> Membership:
    """A member with an address (their own unless said, none for "")."""
    made = member(*permissions, username=username, unit=unit)
    made.user.email = f"{username}@example.go.th" if email == "-" else email
    made.user.save()
    return made
