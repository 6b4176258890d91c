"""An office whose only work is the tests' own, and a real mail server to send to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Provides, WorkItem
from prongsai.kernel.registry import Registry, registry
from tests.cast import banthrai, member


class Mailbox:
    """Takes every mail but those to `full@`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        if address.startswith("full@"):
            return "552 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    @property
    def receivers(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails)


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:  # type: ignore[no-untyped-def]
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    server.stop()


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
