"""Backup and restore between real installations: everything comes back as it was, or nothing is touched."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from prongsai.kernel.errors import Unreadable, WrongState
from prongsai.project.backup.container import reading, writing
from prongsai.project.backup.making import FORMAT
from prongsai.project.backup.restoring import restore_backup
from prongsai.project.postgres import DATABASE, SUPERUSER, Server
from prongsai.project.tests.installation import FAST, Installation, scratch

# Two organizations with people, ledger, keys and files; one person works for both, one paper is public.
FILL = """
import io
from datetime import date
from django.db import transaction
from prongsai.foundation.accounts.models import Membership, MembershipRole, Role, User
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import publish_file, store_file
from prongsai.foundation.files.tests import samples
from prongsai.foundation.ledger.kinds import FACT_WITHDRAWN
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor, Origin
from prongsai.foundation.jobs.tasks import forget_old_jobs
SYSTEM = Actor.system("ชุดทดสอบ")
with transaction.atomic():
    both = User.objects.create_user("manee", "x", full_name="มานี ตัวอย่าง")
    for organization in Organization.objects.order_by("key"):
        own = User.objects.create_user(f"clerk-{organization.key}", "x", full_name="สมศรี ตัวอย่าง\\tเสมียน\\nกองคลัง")
        with scope(organization.pk):
            for user in (both, own):
                member = Membership.objects.create(user=user, position="เสมียน")
                MembershipRole.objects.create(membership=member, role=Role.objects.get(key="planner"))
            paper = store_file(actor=SYSTEM, content=io.BytesIO(samples.pdf() + organization.key.encode()), name="ก.pdf")
            photo = store_file(actor=SYSTEM, content=io.BytesIO(samples.picture("JPEG")), name="ภาพ.jpg")
            publish_file(actor=SYSTEM, file=photo)
            for n in range(5):
                record(actor=SYSTEM, kind=FACT_WITHDRAWN, occurred_on=date(2025, 1, 1), origin=Origin.WORK,
                       title=f"ข้อเท็จจริง {n}", payload={"files": [reference(paper)], "n": n})
    forget_old_jobs.defer()
"""
pytestmark = pytest.mark.slow  # each test works whole installations
KEY_FILE = "keys/{}/abc.pem"
KEYS = ("banthrai", "donsai")


@pytest.fixture(scope="module")
def office() -> Iterator[Installation]:
    """An installation at work, made once for the module; the tests only read it."""
    place = Path(tempfile.mkdtemp(dir=scratch()))
    place.chmod(0o755)
    made = Installation(place / "home").with_tables()
    Server(made.home, options=FAST).ensure()  # one start for all commands
    for key in KEYS:
        made.add(key)
    made.python(FILL)
    for key in KEYS:
        path = made.home / KEY_FILE.format(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"private key of {key}")
    yield made
    made.remove()
    shutil.rmtree(place)


@pytest.fixture
def installation(installation: Installation) -> Installation:
    """A new installation whose database stays up between commands."""
    Server(installation.home, options=FAST).ensure()
    return installation


@pytest.fixture(scope="module")
def whole(office: Installation) -> Path:
    target = office.home.parent / "whole.backup"
    office.run("backup", str(target))
    return target


def one(office: Installation, key: str) -> Path:
    target = office.home.parent / f"{key}.backup"
    if not target.exists():
        office.run("backup", str(target), "--organization", key)
    return target


def contents(installation: Installation, organization: str = "") -> dict[str, tuple[int, str]]:
    """Rows and digest of every table, read by the superuser whom no policy binds."""
    found = {}
    with Server(installation.home).running() as server, server.connect(DATABASE, SUPERUSER) as connection:
        names = connection.execute(
            "SELECT tablename, EXISTS (SELECT FROM information_schema.columns c WHERE c.table_name = tablename "
            "AND c.column_name = 'organization_id') FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        (number,) = connection.execute(
            "SELECT min(id) FROM organizations_organization WHERE key = %s", [organization]
        ).fetchone() or (None,)
        for name, tenant in names:
            if name == "django_migrations" or (organization and not tenant):
                continue  # its times are those of the migrating
            where = sql.SQL("WHERE organization_id = {}").format(number) if organization else sql.SQL("")
            query = sql.SQL("SELECT t::text FROM {} t {} ORDER BY 1").format(sql.Identifier(name), where)
            rows = [row for (row,) in connection.execute(query)]
            found[name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def files(installation: Installation, below: str) -> dict[str, bytes]:
    root = installation.home / below
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_whole_installation_comes_back_as_it_was(
    office: Installation, whole: Path, installation: Installation
) -> None:
    assert whole.stat().st_mode & 0o777 == 0o600
    said = installation.run("restore", str(whole))
    assert "กู้คืนแล้ว ตรงกับไฟล์สำรองทุกแถว: 2 หน่วยงาน" in said
    before = contents(office)
    assert before["ledger_entry"][0] >= 10
    assert before["procrastinate_jobs"][0] == 1
    assert contents(installation) == before
    for below in ("files", "keys", "secrets"):
        assert files(office, below) == files(installation, below) != {}
    assert (installation.home / KEY_FILE.format("donsai")).stat().st_mode & 0o777 == 0o600


def test_new_rows_after_a_restore_get_new_numbers_and_the_ledger_stays_append_only(
    office: Installation, whole: Path, installation: Installation
) -> None:
    installation.run("restore", str(whole))
    installation.add("newcomer")
    with Server(installation.home).running() as server, server.connect(DATABASE, SUPERUSER) as connection:
        ((numbers,),) = connection.execute("SELECT array_agg(id ORDER BY id) FROM organizations_organization")
        assert numbers == [1, 2, 3]
        disabled = connection.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'").fetchall()
        assert disabled == []
        with pytest.raises(Exception, match="append-only"):
            connection.execute("UPDATE ledger_entry SET label = ''")
        open_tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'ledger%' AND relkind = 'r' AND NOT relforcerowsecurity"
        ).fetchall()
        assert open_tables == []


def test_one_organization_comes_back_alone_and_a_second_beside_it(
    office: Installation, installation: Installation
) -> None:
    for key in KEYS:
        installation.run("restore", str(one(office, key)))
        restored = contents(installation, key)
        assert restored == contents(office, key)
        assert restored["accounts_membership"][0] == 2
        assert restored["ledger_entry"][0] >= 5
        present = installation.run("organization", "list")
        assert [k for k in KEYS if k in present] == list(KEYS[: KEYS.index(key) + 1])
    # The person of both is there once, with the people of each.
    people = contents(installation)["accounts_user"]
    assert people == contents(office)["accounts_user"]
    assert files(installation, "files") == files(office, "files")
    assert files(installation, "keys") == files(office, "keys")


def test_the_backup_of_one_organization_holds_nothing_of_another(office: Installation) -> None:

    with tarfile.open(one(office, "donsai"), "r:") as tar:
        names = tar.getnames()
    numbers = {name.split("/")[1] for name in names if name.startswith("rows/")}
    assert numbers == {"all", "2"}
    assert {name.split("/")[2] for name in names if name.startswith("files/")} == {"2"}
    assert [name for name in names if name.startswith(("keys", "secrets"))] == ["keys/donsai/abc.pem"]


def test_nothing_is_restored_over_what_is_there(office: Installation, whole: Path, tmp_path: Path) -> None:
    before, mtime = contents(office), whole.stat().st_mtime_ns
    for source, message in ((one(office, "donsai"), "มีหน่วยงานรหัส donsai อยู่แล้ว"), (whole, "กู้คืนทั้งระบบได้เฉพาะ")):
        done = office.call("restore", str(source))
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    done = office.call("backup", str(whole))
    assert done.returncode == 2
    assert "ไม่เขียนทับ" in done.stderr
    assert (contents(office), whole.stat().st_mtime_ns) == (before, mtime)


def test_rows_of_another_installation_with_the_same_numbers_are_refused(
    office: Installation, installation: Installation
) -> None:
    installation.add("other")
    before = contents(installation)
    done = installation.call("restore", str(one(office, "banthrai")))
    assert done.returncode == 2
    assert "เลขแถวในไฟล์สำรองซ้ำ" in done.stderr
    assert contents(installation) == before
    assert files(installation, "keys") == {}


@pytest.mark.parametrize("where", [0.01, 0.3, 0.6, 0.9, 0.999999])
def test_a_changed_or_cut_backup_is_refused_in_one_line_and_touches_nothing(
    whole: Path, place: Path, where: float
) -> None:
    content = whole.read_bytes()
    at = int(len(content) * where)
    home = Installation(place / "home")
    damaged = {
        "changed": content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :],
        "cut": content[:at],
        "longer": content + b"\0",
        "empty": b"",
    }
    for name, data in damaged.items():
        (place / name).write_bytes(data)
        with pytest.raises(Unreadable, match="จึงไม่กู้คืน"), reading(place / name):
            pass
    if where == 0.3:  # once by the command itself
        done = home.call("restore", str(place / "changed"))
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert not (home.home / "files").exists()
        home.remove()


def test_a_missing_evidence_file_is_named_and_the_rest_is_backed_up(
    office: Installation, whole: Path, installation: Installation
) -> None:
    installation.run("restore", str(whole))
    lost = next(path for path in (installation.home / "files").rglob("*") if path.is_file())
    lost.unlink()
    target = installation.home.parent / "second.backup"
    done = installation.call("backup", str(target))
    assert done.returncode == 1
    assert "ไฟล์หาย" in done.stderr
    assert lost.name in done.stderr
    assert target.exists()


def test_a_backup_of_an_older_release_is_restored_and_migrated(
    installation: Installation, place: Path
) -> None:
    installation.add("banthrai")
    installation.run("migrate", "ledger", "0001", "--verbosity", "0")
    applied = installation.run("showmigrations", "--plan")
    assert "[ ]  ledger." in applied
    installation.run("backup", str(place / "old.backup"))
    later = Installation(place / "later")
    try:
        later.run("restore", str(place / "old.backup"))
        assert "[ ]" not in later.run("showmigrations", "--plan")
        assert "banthrai" in later.run("organization", "list")
    finally:
        later.remove()


def test_a_backup_of_a_newer_release_is_refused(whole: Path, place: Path) -> None:
    newer = place / "newer.backup"
    with reading(whole) as backup, writing(newer) as writer:
        manifest = backup.manifest
        manifest["migrations"].append(["ledger", "9999_from_the_future"])
        content = json.dumps(manifest).encode()
        writer.add("manifest.json", io.BytesIO(content), len(content))
    home = Installation(place / "home")
    try:
        done = home.call("restore", str(newer))
        assert done.returncode == 2
        assert "รุ่นใหม่กว่า" in done.stderr
    finally:
        home.remove()


def test_a_backup_of_an_unknown_organization_or_into_no_folder_is_refused(
    office: Installation, tmp_path: Path
) -> None:
    done = office.call("backup", str(tmp_path / "a"), "--organization", "nobody")
    assert (done.returncode, done.stderr) == (2, "ไม่มีหน่วยงานรหัส nobody\n")
    assert office.call("backup", str(tmp_path / "no" / "a")).returncode == 2
    assert list(tmp_path.iterdir()) == []


def crafted(
    target: Path, members: dict[str, bytes], files: tuple[str, ...] = (), organization: str = ""
) -> Path:
    """A well-formed backup, made by hand, of an installation without rows."""
    manifest: dict[str, Any] = {
        "format": FORMAT, "release": "1", "organization": organization, "organizations": [], "tables": [],
        "migrations": [[m.app, m.name] for m in MigrationRecorder(connection).migration_qs],
        "sequences": {}, "files": [{"path": path} for path in files], "secrets": list(members), "troubles": [],
    }  # fmt: skip
    with writing(target) as writer:
        everything = members | {f"files/{path}": b"x" for path in files}
        for name, data in (everything | {"manifest.json": json.dumps(manifest).encode()}).items():
            writer.add(name, io.BytesIO(data), len(data))
    return target


@pytest.fixture
def own_places(settings: Any, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    settings.HOME, settings.KEYS_FOLDER = home, home / "keys"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": home / "files"},
        }
    }
    return home


def all_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "a/../b", "/tmp/prongsai-x", "", ".", "..", "link/x", "a\0b"]
)
@pytest.mark.parametrize("kind", ["keys", "secrets", "files"])
def test_a_backup_writes_nowhere_but_into_its_own_folders(own_places: Path, kind: str, path: str) -> None:
    (own_places / kind).mkdir(parents=True)
    (own_places / kind / "link").symlink_to(own_places.parent)
    good = {"keys/banthrai/a.pem": b"a", "secrets/b": b"b"}
    if kind == "files":
        source = crafted(own_places.parent / "c.backup", good, files=("1/aa", path))
    else:
        source = crafted(own_places.parent / "c.backup", good | {f"{kind}/{path}": b"x"})
    before = all_files(own_places.parent)
    with pytest.raises(Unreadable, match="นอกโฟลเดอร์ข้อมูล"):
        restore_backup(source)
    assert all_files(own_places.parent) == before


@pytest.mark.django_db
def test_a_key_file_that_differs_leaves_no_other_key_behind(own_places: Path) -> None:
    there = own_places / "keys" / "b" / "2.pem"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"mine")
    source = crafted(
        own_places.parent / "c.backup", {"keys/a/1.pem": b"1", "keys/b/2.pem": b"2"}, files=("1/aa",)
    )
    with pytest.raises(WrongState, match="ระบบไม่เขียนทับ"):
        restore_backup(source)
    assert all_files(own_places) == {"keys/b/2.pem": b"mine"}
