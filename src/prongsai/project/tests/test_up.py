"""`prongsai up` as people use it: start, stop, start again, and processes that die."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prongsai.project.postgres import OWNER, SUPERUSER, Server
from prongsai.project.tests.installation import Installation, until
from prongsai.project.up import address_warning


def processes_of(home: Path) -> list[str]:
    """Everything that still runs for the installation."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"PRONGSAI_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_without_leaving_anything(installation: Installation, number: int) -> None:
    with installation.up() as up:
        assert up.get() == 200
        assert up.get("/no-such-organization/") == 404
        assert up.pid("database")
        taken = installation.call("up", "--port", str(up.port))
        assert taken.returncode == 2
        assert f"ใช้พอร์ต {up.port} ที่ 127.0.0.1 ไม่ได้" in taken.stderr
        up.process.send_signal(number)
        assert up.process.wait(180) == 0
    assert processes_of(installation.home) == []
    assert Server(installation.home).pid() is None
    log = (Server(installation.home).folder / "server.log").read_text()
    assert "terminating connection" not in log.split("ready to accept connections")[-1], (
        "the database went last"
    )
    begin = time.monotonic()
    with installation.up() as up:
        assert time.monotonic() - begin < 30


@pytest.mark.slow
def test_a_first_start_says_where_to_begin_and_a_later_one_does_not(nothing: Installation) -> None:
    log = nothing.home.parent / "up.log"
    with nothing.up() as up:
        until(lambda: "/setup/" in log.read_text(), "the address of the first run")
        (path,) = re.findall(r"/setup/[\w-]+/", log.read_text())
        assert up.get(path) == 200
        assert up.get("/setup/made-up/") == 404
    nothing.add("banthrai")
    log.write_text("")
    with nothing.up() as up:
        until(lambda: "Ctrl-C" in log.read_text(), "the word that it is up")
        assert "/setup/" not in log.read_text()
        assert up.get(path) == 404


@pytest.mark.parametrize(
    ("host", "names", "url", "warned"),
    [
        ("127.0.0.1", "", "", False),
        ("127.0.0.1", "localhost,127.0.0.1", "", False),
        ("0.0.0.0", "", "", True),
        ("127.0.0.1", "integrity.example.go.th", "", True),
        ("0.0.0.0", "integrity.example.go.th", "https://integrity.example.go.th", False),
    ],
)
def test_whoever_lets_others_in_is_warned_when_receipts_would_say_localhost(
    monkeypatch: pytest.MonkeyPatch, host: str, names: str, url: str, warned: bool
) -> None:
    for name, value in (("PRONGSAI_HOSTS", names), ("PRONGSAI_URL", url)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    assert ("PRONGSAI_URL" in address_warning(host)) is warned


@pytest.mark.slow
def test_what_dies_is_started_again(installation: Installation) -> None:
    with installation.up() as up:
        for name in ("web", "worker", "database"):
            dead = up.kill(name)
            until(lambda: up.pid(name) not in {0, dead}, f"a new {name}")  # noqa: B023
            until(lambda: up.get() == 200, f"an answer after the death of {name}")
    assert processes_of(installation.home) == []


@pytest.mark.slow
def test_when_it_is_killed_itself_its_children_end_and_the_next_start_finds_a_free_port(
    installation: Installation,
) -> None:
    with installation.up() as up:
        up.process.kill()
        until(lambda: processes_of(installation.home) == [], "the end of the children")
    # The last child to leave may have stopped the database, or left it running: the next start takes either.
    with installation.up() as up:
        assert up.get() == 200
    assert Server(installation.home).pid() is None


@pytest.mark.parametrize(("role", "power"), [(SUPERUSER, "SUPERUSER"), (OWNER, "เป็นเจ้าของตาราง")])
def test_it_refuses_logins_that_row_level_security_does_not_bind(
    installation: Installation, role: str, power: str
) -> None:
    with Server(installation.home).running() as server:
        installation.run("organization", "list")
        url = f"postgresql://{role}@/prongsai?host={server.socket}"
        done = installation.call("up", "--port", "0", DATABASE_URL=url)
    assert done.returncode == 2
    assert "ไม่เปิดระบบ" in done.stderr
    assert power in done.stderr


def test_it_refuses_a_database_whose_tables_are_not_up_to_date(nothing: Installation) -> None:
    with Server(nothing.home).running() as server:
        url = f"postgresql://prongsai@/prongsai?host={server.socket}"
        for command in (["up", "--port", "0"], ["worker"]):
            done = nothing.call(*command, DATABASE_URL=url)
            assert done.returncode == 2
            assert "ยังไม่ได้ปรับรุ่น" in done.stderr


@pytest.mark.slow
def test_it_is_reached_from_this_machine_only_unless_told_otherwise(installation: Installation) -> None:
    own = next(iter({info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}))
    if own.startswith("127."):
        pytest.skip(f"this machine has no address but {own}")
    with installation.up() as up, pytest.raises(OSError):
        socket.create_connection((own, up.port), timeout=2)


@pytest.mark.slow
def test_a_wrong_call_is_one_line_and_code_2(installation: Installation) -> None:
    installation.add("banthrai")
    again = installation.call(
        "organization", "add", "banthrai", "--name", "ก", "--district", "ข", "--province", "ค"
    )
    assert (again.returncode, again.stderr) == (2, "มีหน่วยงานรหัส banthrai อยู่แล้ว\n")
    assert "banthrai\tองค์การบริหารส่วนตำบลbanthrai" in installation.run("organization", "list")


def test_help_and_roles_need_no_database(nothing: Installation) -> None:
    assert "CREATE ROLE prongsai" in nothing.run("roles")
    assert "--port" in nothing.run("up", "--help")
    assert not (nothing.home / "postgres").exists()


@pytest.mark.parametrize(
    ("command", "environment", "message"),
    [
        ("list", {"DATABASE_URL": "mysql://x"}, "DATABASE_URL must look like"),
        ("list", {"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"}, "ใช้ฐานข้อมูลไม่ได้"),
        ("list", {"PRONGSAI_S3_ENDPOINT": "http://127.0.0.1:1"}, "PRONGSAI_S3_BUCKET must be set"),
    ],
)
def test_wrong_settings_are_one_line_and_code_2_and_no_password(
    nothing: Installation, command: str, environment: dict[str, str], message: str
) -> None:
    done = nothing.call("organization", command, **environment)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
    assert not (nothing.home / "postgres").exists()


def test_a_slip_of_the_pen_starts_no_database(nothing: Installation) -> None:
    done = nothing.call("bakcup", "x")
    assert done.returncode == 1
    assert "backup" in done.stderr
    assert not (nothing.home / "postgres").exists()


def test_commands_ignore_another_servers_environment(installation: Installation) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prongsai.project.cli", "organization", "list"],
        env=installation.environment | {"PGPORT": "1", "PGHOST": "nowhere", "PGOPTIONS": "-c x=y"},
        capture_output=True, text=True, check=False, cwd=os.fspath(installation.home.parent),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
