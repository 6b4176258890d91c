"""The whole installation in one call: database, tables, web server, job worker; each is restarted when it dies."""

from __future__ import annotations

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from django.db import connections
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.services import offer_builtin_roles, organizations_to_offer
from prongsai.foundation.accounts.setup import setup_token
from prongsai.kernel.errors import ProngsaiError
from prongsai.project import processes
from prongsai.project.checks import require_safe_database
from prongsai.project.door import THREADS
from prongsai.project.paths import home
from prongsai.project.postgres import Server
from prongsai.project.prepare import collect_static, make_tables
from prongsai.project.settings import kept_secret

logger = logging.getLogger(__name__)
LINES = 8_192  # connections of each web process that may be open at once, as far as the system lets us
GRACE = 25.0  # seconds for running requests and jobs to finish
READY = 60.0  # seconds for the web server to answer
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})  # of this machine, for itself alone
ROUND = 0.2  # seconds between looks at the children


@dataclass
class Child:
    """A process that has to run as long as the installation does."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0

    def start(self, environment: dict[str, str]) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the children in their order
            preexec_fn=processes.die_with_parent,
        )

    def look_after(self, environment: dict[str, str]) -> None:
        """Start the process again if it has died; slower each time when it does not last."""
        if self.process is None or self.process.poll() is None:
            return
        processes.end_group(self.process.pid)  # its own children may still hold the port
        lived = time.monotonic() - self.started
        self.failures = 0 if lived > 30 else self.failures + 1
        if lived > min(self.failures, 10):
            logger.warning("%s ended (%s) and is started again", self.name, self.process.returncode)
            self.start(environment)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not stop in time and is killed", self.name)
        processes.end_group(self.process.pid)
        self.process.wait()


@dataclass
class Site:
    """A running installation."""

    host: str
    port: int
    server: Server | None
    children: list[Child]
    environment: dict[str, str]
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return (
            f"http://{'localhost' if self.host in {'127.0.0.1', '0.0.0.0', '::'} else self.host}:{self.port}"  # noqa: S104
        )

    def pids(self) -> dict[str, int]:
        """The process numbers of the children, and of the embedded database under `database`."""
        found = {child.name: child.process.pid for child in self.children if child.process}
        database = self.server.pid() if self.server else None
        return found | ({"database": database} if database else {})

    def watch(self) -> None:
        """Until `ended`: keep database and children alive."""
        while not self.ended.wait(ROUND):
            try:
                if self.server and self.server.pid() is None:
                    logger.warning("the database ended and is started again")
                    self.server.bring_up()
                for child in self.children:
                    child.look_after(self.environment)
            except Exception:  # the watch must go on: what failed is tried again in the next round
                logger.exception("looking after the processes failed")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        while time.monotonic() < deadline:
            try:
                socket.create_connection((host, self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise ProngsaiError(
            _("The web server did not answer within %(seconds)s seconds. See what it said above.")
            % {"seconds": f"{READY:.0f}"}
        )


@contextmanager
def running(*, port: int = 8000, host: str = "127.0.0.1", workers: int | None = None) -> Iterator[Site]:
    """The installation for the length of a block: ready when the block begins, gone when it ends.

    Raises ProngsaiError when the port is taken, when migrating fails, or when the database login is one that
    the application must not have.
    """
    _require_free(host, port)
    server = None if os.environ.get("DATABASE_URL") else Server(home())
    with server.running() if server else nullcontext():
        if server or os.environ.get("DATABASE_OWNER_URL"):
            make_tables()
        require_safe_database()
        for organization_id in organizations_to_offer():
            offer_builtin_roles(organization_id=organization_id)
        connections.close_all()
        collect_static()
        site = Site(host, port, server, _children(host, port, workers), _environment(port))
        watch = threading.Thread(target=site.watch, name="watch", daemon=True)
        try:
            for child in site.children:
                child.start(site.environment)
            watch.start()
            site.wait_until_ready()
            yield site
        finally:
            site.ended.set()
            if watch.is_alive():
                watch.join()
            for child in site.children:
                child.stop()


def serve(*, port: int = 8000, host: str = "127.0.0.1", workers: int | None = None) -> None:
    """Run the installation until Ctrl-C or SIGTERM. Raises ProngsaiError as `running` does."""
    asked = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with running(port=port, host=host, workers=workers) as site:
            sys.stdout.write(f"เปิดแล้วที่ {site.url}  (กด Ctrl-C เพื่อปิด)\n")
            sys.stdout.write(address_warning(host))
            sys.stdout.write(_where_to_begin(site))
            sys.stdout.flush()
            while not asked.wait(1.0):
                pass
            sys.stdout.write("กำลังปิด…\n")
            sys.stdout.flush()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def address_warning(host: str) -> str:
    """A warning where others are let in, and receipts, mails and invitations would still carry localhost."""
    named = {name.strip() for name in os.environ.get("PRONGSAI_HOSTS", "").split(",")} - {"", *OWN_NAMES}
    if os.environ.get("PRONGSAI_URL") or (host in OWN_NAMES and not named):
        return ""
    return (
        "ยังไม่ได้ตั้ง PRONGSAI_URL ใบรับเรื่อง อีเมล และลิงก์คำเชิญจึงบอกที่อยู่ localhost ซึ่งเครื่องอื่นเปิดไม่ได้ "
        "ตั้งเป็นที่อยู่ที่ประชาชนใช้ เช่น PRONGSAI_URL=https://ชื่อเครื่อง แล้วเปิดระบบใหม่\n"
    )


def _where_to_begin(site: Site) -> str:
    """While there is no organization: the address at which the first one is set up."""
    nobody = setup_token()
    connections.close_all()
    if not nobody:
        return ""
    # Read anew: the settings of this process may be older than the data folder.
    token = kept_secret("SETUP_TOKEN")
    return f"ยังไม่มีหน่วยงานในระบบ เปิดหน้านี้เพื่อเริ่มตั้งค่า (ใช้ได้ครั้งเดียว): {site.url}/setup/{token}/\n"


def _children(host: str, port: int, workers: int | None) -> list[Child]:
    return [
        Child("web", web_server(host, port, workers or os.cpu_count() or 1)),
        Child("worker", [sys.executable, "-m", "prongsai.project.cli", "worker"]),
    ]


def web_server(
    host: str, port: int, workers: int, application: str = "prongsai.project.asgi:application"
) -> list[str]:
    """The command that serves `application`. Lines that stand open cost it a file each, and no thread."""
    return [
        sys.executable, "-m", "granian", "--interface", "asginl", "--host", host, "--port", str(port),
        "--workers", str(workers), "--no-ws", "--http", "1",
        "--http1-header-read-timeout", "20000", "--backlog", "2048", "--backpressure", str(_lines()),
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "15",
        # Said, since GRANIAN_… in the environment would say otherwise: no address of a visitor is logged.
        "--log-level", "warning", "--no-access-log", application,
    ]  # fmt: skip


def _lines() -> int:
    """How many lines a web process can hold open beside its own files. Children may open as many files as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 2 * LINES if hard == resource.RLIM_INFINITY else min(2 * LINES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return min(LINES, most // 2)


def _environment(port: int) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if name != "PRONGSAI_DATABASE_ROLE"}
    return {
        "PRONGSAI_URL": f"http://localhost:{port}",
        "PRONGSAI_DATABASE_POOL": str(THREADS + 1),
        **given,
        "PRONGSAI_DATABASE_POOLED": "true",
    }


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ProngsaiError(
                _(
                    "Port %(port)s at %(host)s cannot be used (%(error)s). The system may be running "
                    "already, or another program uses it. Try another, such as prongsai up --port "
                    "%(other)s."
                )
                % {"port": port, "host": host, "error": error.strerror, "other": port + 1}
            ) from error
