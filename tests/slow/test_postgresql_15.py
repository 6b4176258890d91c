"""The oldest supported PostgreSQL, as an office's administrator sets it up: by what `prongsai roles` prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from prongsai.project.postgres import APPLICATION, OWNER
from prongsai.project.tests.installation import REPOSITORY, Installation, free_port, scratch, until

BINARIES = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "ข้อมูลตัวอย่าง"  # of both roles: the tests change from one to the other

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not BINARIES.exists(), reason=f"no PostgreSQL 15 in {BINARIES} (apt install postgresql-15)"
    ),
]


@dataclass
class External:
    """A throwaway server that listens on loopback and asks for passwords."""

    folder: Path
    port: int

    @property
    def superuser(self) -> str:
        return f"host={self.folder} port={self.port} user=postgres"

    def url(self, role: str, database: str = "prongsai") -> str:
        return f"postgresql://{role}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def psql(self, text: str, database: str = "postgres") -> str:
        command = [
            str(BINARIES / "psql"),
            "-X",
            "-v",
            "ON_ERROR_STOP=1",
            "-At",
            self.superuser + f" dbname={database}",
        ]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def external() -> Iterator[External]:
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(dir=scratch(), prefix="pg15-"))
    if user:
        shutil.chown(folder, user)
    server = External(folder, free_port())
    subprocess.run(
        [BINARIES / "initdb", "-D", folder / "data", "-U", "postgres", "--encoding=UTF8", "--locale=C",
         "--auth-local=trust", "--auth-host=scram-sha-256"],
        check=True, capture_output=True, user=user, cwd="/",
    )  # fmt: skip
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [BINARIES / "postgres", "-D", folder / "data", "-p", str(server.port), "-k", folder,
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
            stdout=log, stderr=log, user=user, cwd="/",
        )  # fmt: skip

    def answers() -> bool:
        try:
            psycopg.connect(server.superuser, dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    until(answers, "PostgreSQL 15")
    yield server
    process.terminate()
    process.wait(60)
    shutil.rmtree(folder)
    (folder.parent / f"{folder.name}.log").unlink()


@pytest.fixture(scope="module")
def office(external: External) -> Iterator[Installation]:
    """An installation on that server, set up as the operators' page says."""
    place = Path(tempfile.mkdtemp(dir=scratch()))
    made = Installation(place / "home")
    statements = made.run("roles")
    for _ in range(2):  # may be run again
        external.psql(statements)
    for role in (OWNER, APPLICATION):
        external.psql(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'")
    made.extra = {"DATABASE_URL": external.url(APPLICATION), "DATABASE_OWNER_URL": external.url(OWNER)}
    made.run("migrate", "--verbosity", "0")
    yield made
    shutil.rmtree(place)


def test_the_server_is_the_oldest_that_is_supported(external: External) -> None:
    assert external.psql("SHOW server_version").startswith("15.")


def test_isolation_holds_there(external: External, office: Installation) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.slow.external", "-p", "no:cacheprovider",
         "src/prongsai/foundation/tenancy", "src/prongsai/foundation/ledger/tests", "-m", "not slow"],
        env=office.environment | {"TEST_SUPERUSER": external.superuser, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True, text=True, cwd=REPOSITORY, check=False,
    )  # fmt: skip
    print(done.stdout[-300:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_the_product_runs_there_and_its_backup_moves_to_the_embedded_server_and_back(
    external: External, office: Installation
) -> None:
    office.run("demo", "--no-serve")
    assert "muangkae" in office.run("organization", "list")
    with office.up() as up:
        assert up.pid("worker")
        assert up.get() == 200
        assert up.get("/muangkae/") == 200
    place = office.home.parent
    said = office.run("backup", str(place / "there.backup"))
    assert "2 หน่วยงาน" in said
    embedded = Installation(place / "embedded")
    try:
        assert "ตรงกับไฟล์สำรองทุกแถว: 2 หน่วยงาน" in embedded.run("restore", str(place / "there.backup"))
        assert (
            embedded.call("verify", "--organization", "muangkae").returncode
            == office.call("verify", "--organization", "muangkae").returncode
        )
        embedded.run("backup", str(place / "here.backup"))
    finally:
        embedded.remove()
    external.psql("DROP DATABASE prongsai WITH (FORCE)")
    external.psql(office.run("roles"))
    again = Installation(place / "again", office.extra)
    assert "ตรงกับไฟล์สำรองทุกแถว: 2 หน่วยงาน" in again.run("restore", str(place / "here.backup"))


def test_the_tables_owner_is_not_let_in_as_the_application(external: External, office: Installation) -> None:
    for role in (OWNER, "postgres"):
        if role == "postgres":
            external.psql(f"ALTER ROLE postgres PASSWORD '{PASSWORD}'")
        done = office.call("up", "--port", "0", DATABASE_URL=external.url(role))
        assert done.returncode == 2
        assert "ไม่เปิดระบบ" in done.stderr
