"""The embedded server under everything that happens to servers on office computers. Real servers, really killed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from prongsai.kernel.errors import ProngsaiError
from prongsai.project import postgres, processes
from prongsai.project.postgres import APPLICATION, DATABASE, OWNER, SUPERUSER, Server
from prongsai.project.tests.installation import until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can play another user")
CODE = "import sys, time, pathlib; from prongsai.project.postgres import Server; s = Server(pathlib.Path(sys.argv[1])); "


@pytest.fixture
def server(place: Path) -> Iterator[Server]:
    made = Server(place / "home")
    yield made
    made.stop()


def elsewhere(server: Server, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CODE + code, str(server.home)], stdout=subprocess.PIPE, text=True
    )


def crash(server: Server) -> int:
    pid = server.pid()
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not server.alive(), "the death of the server")
    return pid


def value(server: Server, sql: str, user: str = SUPERUSER) -> object:
    with server.connect(DATABASE, user) as connection:
        row = connection.execute(sql).fetchone()  # type: ignore[arg-type]
    assert row
    return row[0]


def test_the_first_start_makes_the_database_and_the_second_attaches(server: Server) -> None:
    assert not server.alive()
    server.stop()  # of nothing, quietly
    assert server.ensure()
    pid = server.pid()
    assert not server.ensure()
    assert server.pid() == pid
    assert value(server, "SHOW data_checksums") == "on"
    assert value(server, "SELECT current_user", APPLICATION) == APPLICATION
    assert (
        value(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        == OWNER
    )
    assert value(server, "SHOW listen_addresses") == ""


def test_the_last_user_stops_the_server_unless_somebody_asked_to_keep_it(server: Server) -> None:
    with server.running():
        with Server(server.home).running():
            pass
        assert server.alive()
    assert not server.alive()
    server.ensure()
    with server.running():
        pass
    assert server.alive()


def test_after_python_was_killed_the_next_start_attaches_and_stops_it_in_the_end(server: Server) -> None:
    with elsewhere(
        server, "r = s.running(); r.__enter__(); print('up', flush=True); time.sleep(600)"
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == "up\n"
        pid = server.pid()
        first.kill()
    assert server.alive()
    with server.running():
        assert server.pid() == pid
    assert not server.alive()
    assert not processes.running(pid or 0)


def test_a_killed_server_starts_again_and_has_lost_nothing(server: Server) -> None:
    server.ensure()
    with server.connect(DATABASE, OWNER) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for n in range(100):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])
        crash(server)
    assert server.ensure()
    assert value(server, "SELECT count(*) FROM kept", OWNER) == 100


@pytest.mark.slow
def test_a_zombie_server_is_not_taken_for_a_living_one(server: Server) -> None:
    # Its parent neither ends nor collects its dead, as in a container without an init.
    with elsewhere(server, "s.ensure(); print('up', flush=True); time.sleep(600)") as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "up\n"
        try:
            zombie = crash(server)
            until(lambda: "State:\tZ" in Path(f"/proc/{zombie}/status").read_text(), "the zombie")
            assert server.pid() is None
            assert server.ensure()
            assert server.pid() != zombie
        finally:
            parent.kill()


@pytest.mark.slow
def test_a_reused_process_number_neither_blocks_the_start_nor_is_killed(server: Server) -> None:
    server.ensure()
    crash(server)
    bystander = subprocess.Popen(["sleep", "600"], user=server.os_user if os.geteuid() == 0 else None)
    try:
        for lock_file in (server.data / "postmaster.pid", server.socket / ".s.PGSQL.5432.lock"):
            lines = lock_file.read_text().split("\n")
            lock_file.write_text("\n".join([str(bystander.pid), *lines[1:]]))
        server.stop()
        assert bystander.poll() is None
        assert server.ensure()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.slow
def test_of_many_processes_starting_at_once_one_starts_the_server(server: Server) -> None:
    starters = [elsewhere(server, "print(s.ensure())") for _ in range(4)]
    answers = sorted(starter.communicate(timeout=100)[0].strip() for starter in starters)
    assert answers == ["False", "False", "False", "True"]


@pytest.mark.slow
def test_an_interrupted_first_start_is_begun_anew(server: Server) -> None:
    server._make_folders()
    (server.folder / "data.new").mkdir()
    (server.folder / "data.new" / "half").touch()
    assert server.ensure()
    assert not (server.folder / "data.new").exists()


@pytest.mark.slow
def test_a_long_path_gets_a_short_socket(place: Path) -> None:
    server = Server(place / ("ยาว" * 20) / "home")
    assert len(os.fsencode(server.folder / "run")) > 107
    try:
        server.ensure()
        assert server.socket.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.socket, ignore_errors=True)


@pytest.mark.slow
def test_settings_of_another_server_in_the_environment_do_no_harm(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "th_TH.UTF-8")
    assert server.ensure()


@pytest.mark.slow
def test_a_server_that_cannot_start_says_where_to_look(place: Path) -> None:
    server = Server(place / "home", options={"shared_buffers": "nonsense"})
    with pytest.raises(ProngsaiError, match=r"server\.log"):
        server.ensure()


@as_root
def test_other_users_of_the_computer_are_refused(server: Server) -> None:
    server.ensure()
    assert _as_nobody(server) == "Permission denied"
    # Even with the folders open, the server asks the kernel who is there.
    server.folder.chmod(0o755)
    server.socket.chmod(0o755)
    (server.socket / ".s.PGSQL.5432").chmod(0o777)
    assert "authentication failed" in _as_nobody(server)


def _as_nobody(server: Server) -> str:
    """Log in as another system user, in a forked process that gives up being root."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setgid(pwd.getpwnam("nobody").pw_gid)
            os.setuid(pwd.getpwnam("nobody").pw_uid)
            try:
                psycopg.connect(host=str(server.socket), dbname="postgres", user=SUPERUSER).close()
                said = "let in"
            except psycopg.OperationalError as error:
                said = "Permission denied" if "Permission denied" in str(error) else str(error)
            os.write(write, said.encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read) as answer:
        return answer.read()


@as_root
@pytest.mark.slow
def test_a_home_that_the_servers_user_cannot_reach_keeps_its_data_elsewhere_for_good(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SYSTEM_FOLDER", place / "system")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "home")
    try:
        assert server.folder.parent == place / "system"
        server.ensure()
        assert closed.stat().st_mode & 0o777 == 0o700
        closed.chmod(0o755)  # the data are still where they were
        assert Server(closed / "home").folder == server.folder
        (closed / "home").rename(place / "moved")
        assert not Server(place / "moved").ensure()
    finally:
        server.stop()


@as_root
@pytest.mark.slow
def test_where_root_keeps_the_project_to_itself_the_server_runs_from_a_copy(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a new machine where root clones into its own home."""
    closed, system = place / "closed", place / "system"
    closed.mkdir(mode=0o700)
    site, inside = postgres.BINARIES.parents[2], postgres.BINARIES.relative_to(postgres.BINARIES.parents[2])
    for part in (inside.parent, f"{inside.parts[0]}.libs"):
        shutil.copytree(site / part, closed / part, symlinks=True)
    for file in closed.rglob("*"):
        if not file.is_symlink():
            file.chmod(file.stat().st_mode & ~0o077)  # as a umask of 077 would have it
    monkeypatch.setattr(postgres, "SYSTEM_FOLDER", system)
    monkeypatch.setattr(postgres, "BINARIES", closed / inside)
    server = Server(closed / "home")
    try:
        server.ensure()
        assert value(server, "SELECT 1") == 1
        assert server.binaries.is_relative_to(system)
        assert Server(closed / "another").binaries == server.binaries
        assert [each.name for each in system.glob("half-*")] == []
    finally:
        server.stop()


@as_root
def test_a_folder_that_somebody_else_put_in_the_sockets_place_is_refused(place: Path) -> None:
    server = Server(place / ("x" * 100) / "home")
    server.socket.mkdir()
    os.chown(server.socket, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        with pytest.raises(ProngsaiError, match="another user"):
            server.ensure()
    finally:
        server.socket.rmdir()


def test_the_servers_log_keeps_neither_statements_nor_values_of_what_it_refuses(server: Server) -> None:
    """It writes the moment of each line: a value of a sealed report in it would tell when the report came."""
    server.ensure()
    telltale = "0123456789abcdef-a-digest-of-a-report"
    with server.connect(DATABASE, OWNER) as connection:
        connection.execute("CREATE TEMPORARY TABLE probe (word text UNIQUE)")
        insert = f"INSERT INTO probe VALUES ('{telltale}')"
        connection.execute(insert)  # type: ignore[arg-type]
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(insert)  # type: ignore[arg-type]
    written = server.log.read_text("utf-8")
    assert "duplicate key" in written, "that something was refused is told"
    assert telltale not in written
    assert "INSERT INTO probe" not in written
