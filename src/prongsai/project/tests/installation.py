"""An installation as an office has it: its own data folder, worked by the `prongsai` command."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prongsai.project.postgres import Server

REPOSITORY = Path(__file__).resolve().parents[4]
ORGANIZATION = ["--district", "อำเภอตัวอย่าง", "--province", "จังหวัดตัวอย่าง", "--sample", "--unit", "สำนักปลัด"]

# For installations that nobody kills: without waiting for the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def scratch() -> Path:
    """Where the tests' installations stand."""
    folder = REPOSITORY / "var" / "test" / "installations"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def source_digest() -> str:
    """Of what makes the tables: migrations and what they import, models, first roles, and the pinned requirements."""
    source, digest = REPOSITORY / "src", hashlib.sha256()
    names = (
        "models.py",
        "models/*.py",
        "apps.py",
        "migrations/*.py",
        "tenancy/*.py",
        "postgres.py",
        "data/roles.toml",
    )
    files = {path for name in names for path in source.rglob(name)}
    for path in sorted([*files, *(REPOSITORY / "requirements").iterdir()]):
        digest.update(f"{path.relative_to(REPOSITORY)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One test process at a time."""
    with (scratch() / name).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def until(condition: Callable[[], object], what: str, seconds: float = 180) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.05)


def children(pid: int) -> dict[int, str]:
    """The children of a process with their command lines."""
    found = {}
    tasks = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has its own
    for child in " ".join(task.read_text() for task in tasks).split():
        found[int(child)] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Up:
    """`prongsai up` in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    home: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str = "/") -> int:
        """The status of a page, or 0 when nobody answers."""
        try:
            return urllib.request.urlopen(self.url + path, timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def pid(self, name: str) -> int:
        """The process number of `web`, `worker` or `database`; 0 while there is none."""
        if name == "database":
            return Server(self.home).pid() or 0
        word = {"web": "-m granian", "worker": "cli worker"}[name]
        return next((pid for pid, line in children(self.process.pid).items() if word in line), 0)

    def kill(self, name: str) -> int:
        """kill -9, once it is there; returns the number of the dead process."""
        found: list[int] = []
        # 0 would be ourselves: to kill(2) it means the caller's whole process group.
        until(lambda: found.append(self.pid(name)) or found[-1] > 0, f"a process to kill: {name}")
        os.kill(found[-1], signal.SIGKILL)
        return found[-1]


@dataclass
class Installation:
    """A data folder and the commands that work on it."""

    home: Path
    extra: dict[str, str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        dropped = {"DATABASE_URL", "DATABASE_OWNER_URL", "PRONGSAI_DATABASE_ROLE", "PRONGSAI_KEYS"}
        clean = {name: value for name, value in os.environ.items() if name not in dropped}
        return clean | {
            "PRONGSAI_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "prongsai.project.settings",
            **(self.extra or {}),
        }

    def call(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `prongsai …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "prongsai.project.cli", *arguments],
            env=self.environment | more, capture_output=True, text=True, timeout=200, check=False,
            cwd=self.home.parent,
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        """Run `prongsai …`, which has to succeed, and return what it said."""
        done = self.call(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str, **more: str) -> object:
        """Run code inside the set-up application; its last line prints JSON, which is returned."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.environment | more, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    def add(self, key: str) -> None:
        self.run("organization", "add", key, "--name", f"องค์การบริหารส่วนตำบล{key}", *ORGANIZATION)

    @contextmanager
    def up(self, *arguments: str) -> Iterator[Up]:
        """`prongsai up`, ready when the block begins."""
        port = free_port()
        log = self.home.parent / "up.log"
        with log.open("a") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "prongsai.project.cli", "up", "--port", str(port),
                 "--workers", "1", *arguments],
                env=self.environment, stdout=out, stderr=out, text=True,
            )  # fmt: skip
        up = Up(process, port, self.home)
        try:
            until(lambda: up.get() or process.poll() is not None, "prongsai up")
            assert process.poll() is None, log.read_text()
            yield up
        finally:
            process.terminate()
            process.wait(180)

    def with_tables(self) -> Installation:
        """Give it the database of a new installation with all tables: a copy, since making them takes long."""
        with alone("tables.lock"):
            ready = scratch() / f"tables-{source_digest()}"
            if not ready.exists():
                for old in scratch().glob("tables-*"):
                    shutil.rmtree(old)
                made = Installation(scratch() / "tables.new")
                made.remove()
                made.run("migrate", "--verbosity", "0")
                _copy(Server(made.home).data, ready)
                made.remove()
        server = Server(self.home)
        server._make_folders()
        _copy(ready, server.data)
        return self

    def remove(self) -> None:
        server = Server(self.home)
        if server.folder.exists():
            server.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def _copy(folder: Path, target: Path) -> None:
    """With owners and modes: the server refuses a folder that others may read."""
    subprocess.run(["cp", "-a", "--reflink=auto", str(folder), str(target)], check=True)
