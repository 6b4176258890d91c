"""An office with channels, and servers of the outside on this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import connect, open_channel
from prongsai.foundation.channels.tests.servers import GraphServer, LineServer
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor, InboundMessage, Provides
from prongsai.kernel.registry import Registry, registry
from tests.cast import banthrai
from tests.mailbox import Mailbox, mailbox

__all__ = ["Mailbox", "mailbox"]

MANAGER = Actor("นางสาวสมศรี ตัวอย่าง", frozenset({"channels.manage", "channels.check"}), user_id=None)
SECRET, TOKEN = "line-channel-secret", "line-access-token"
DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin")


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any) -> Iterator[Organization]:
    """บ้านทราย in scope, its files in a folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    storages._storages.clear()  # type: ignore[attr-defined]
    office = banthrai()
    with scope(office.pk):
        yield office


@pytest.fixture
def line_server(settings: Any) -> Iterator[LineServer]:
    server = LineServer()
    settings.LINE_API_URL = settings.LINE_DATA_URL = server.url
    yield server
    server.close()


@pytest.fixture
def graph_server(settings: Any) -> Iterator[GraphServer]:
    server = GraphServer()
    settings.GRAPH_API_URL = f"{server.url}/v24.0"
    yield server
    server.close()


@pytest.fixture
def line(office: Organization, line_server: LineServer) -> Channel:
    made = open_channel(actor=MANAGER, kind="line", name="LINE อบต.บ้านทราย", address="@banthrai")
    secrets = {"channel_secret": SECRET, "access_token": TOKEN}
    return connect(actor=MANAGER, channel=made, settings={}, secrets=secrets)


@pytest.fixture
def page(office: Organization, graph_server: GraphServer) -> Channel:
    made = open_channel(
        actor=MANAGER, kind="facebook", name="เพจ อบต.บ้านทราย", address="https://www.facebook.com/banthrai"
    )
    secrets = {"page_token": "page-token", "app_secret": "app-secret", "verify_token": "verify-me"}
    return connect(actor=MANAGER, channel=made, settings={"page_id": "100200"}, secrets=secrets)


class Desk:
    """A module of the tests' own that takes every message, and says what it got."""

    def __init__(self) -> None:
        self.got: list[InboundMessage] = []
        self.act: Callable[[InboundMessage], str] = lambda message: f"case:{len(self.got)}"

    def take(self, message: InboundMessage) -> str:
        self.got.append(message)
        return self.act(message)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk, own = Desk(), Registry()
    for provides in registry().modules.values():
        own.plug(replace(provides, receives=None))
    own.plug(Provides("testing", receives=desk.take))
    monkeypatch.setattr("prongsai.kernel.registry._registry", own)
    return desk


def waiting(name: str) -> list[dict[str, Any]]:
    """The arguments of the jobs of this name that wait, in the order in which they were deferred."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name LIKE %s AND status = 'todo' ORDER BY id",
            [f"%%.{name}"],
        )
        return [
            {**(json.loads(args) if isinstance(args, str) else args), "at": at}
            for args, at in cursor.fetchall()
        ]


# -- a mailbox ---------------------------------------------------------------------------------------------------

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {run}/base
state_dir = {run}/base/state
log_path = {run}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{run}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
passdb {{
  driver = static
  args = password=mail-password
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={run}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class ImapServer:
    """A Dovecot of the test's own; mails are laid into its folder as a delivering program does."""

    port: int
    folder: Path
    count: int = 0

    def lay(self, mail: EmailMessage | bytes, *, days: int = 0) -> None:
        """Deliver it now, or so many days ago."""
        self.count += 1
        new = self.folder / "mail" / "new"
        new.mkdir(parents=True, exist_ok=True)
        path = new / f"{int(time.time())}.{self.count}.test"
        path.write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
        shutil.chown(path, "nobody", "nogroup")
        if days:
            os.utime(path, (time.time() - days * 86_400,) * 2)


@pytest.fixture
def imap(tmp_path: Path, settings: Any) -> Iterator[ImapServer]:
    if DOVECOT is None:
        pytest.skip("no Dovecot: run make system-packages as root")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    run = Path("/tmp") / f"prongsai-imap-{port}"
    for folder in (run, run / "mail", run / "mail" / "new", run / "mail" / "cur", run / "mail" / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(folder, "nobody", "nogroup")
    config = run / "dovecot.conf"
    config.write_text(CONFIG.format(run=run, port=port, user="nobody", group="nogroup"))
    process = subprocess.Popen(
        [DOVECOT, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    settings.OUTGOING_ALLOWED = {"127.0.0.1"}
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield ImapServer(port, run)
    process.terminate()
    process.wait(10)
    shutil.rmtree(run, ignore_errors=True)
