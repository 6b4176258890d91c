"""Restoring a backup: all of it, checked row by row against the backup before it is committed, or nothing."""

from __future__ import annotations

import gzip
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext, gettext_lazy

from prongsai.foundation.accounts.models import User
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.errors import ProngsaiError, Unreadable, WrongState
from prongsai.project.backup.container import CHUNK, Reader, reading
from prongsai.project.backup.making import FORMAT, Result
from prongsai.project.backup.tables import (
    ORGANIZATIONS,
    PLAIN,
    USERS,
    Table,
    Tally,
    copied,
    counted,
    insert,
    of_organization,
    references,
    rows,
    tables,
)

NUMBERS_TAKEN = gettext_lazy(
    "It cannot be restored: row numbers in the backup are those of another office "
    "here. Restore into a new data folder (PRONGSAI_HOME) or a new database. Nothing "
    "has changed."
)
INSERT_TRIGGERS = (
    "SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgtype & 4 <> 0"
)


def restore_backup(source: Path) -> Result:
    """Put back what `make_backup` wrote. Runs as the tables' owner.

    A backup of the whole installation needs an empty one; a backup of one organization also an installation
    that lacks it. The backup's digest is compared before anything is touched; rows are counted and compared
    before they are committed. Raises Unreadable, WrongState or ProngsaiError, and then nothing has changed.
    """
    with reading(source) as backup:
        manifest = backup.manifest
        _require_known_release(manifest)
        _require_own_places(manifest)
        empty = _is_empty()
        _require_room(manifest, empty)
        keys = _missing_keys(backup)
        _bring_schema(manifest)
        _place_files(backup)
        try:
            for path, content in keys.items():
                _write_private(path, content)
            with transaction.atomic():
                for statement in PLAIN:
                    rows(statement)
                rows(f"LOCK TABLE {ORGANIZATIONS}, {USERS} IN SHARE ROW EXCLUSIVE MODE")
                _restore_rows(backup)
        except BaseException as error:
            for path in keys:
                path.unlink(missing_ok=True)
            if isinstance(error, IntegrityError):
                raise WrongState(str(NUMBERS_TAKEN)) from error
            raise
        _replace_secrets(backup)
        call_command("migrate", interactive=False, verbosity=0)
        parts = manifest["tables"]
        return Result(
            len(manifest["organizations"]),
            sum(part["rows"] for part in parts),
            len(manifest["files"]),
            manifest["troubles"],
        )


# -- what is there ----------------------------------------------------------------------------------------


def _is_empty() -> bool:
    """Whether there is no organization and no person yet."""
    there = [t for (t,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return not any(
        rows(f"SELECT 1 FROM {table} LIMIT 1") for table in (ORGANIZATIONS, USERS) if table in there
    )


def _require_room(manifest: dict[str, Any], empty: bool) -> None:
    if empty:
        return
    if not manifest["organization"]:
        raise WrongState(
            gettext(
                "The whole system can only be restored where there is no office and no user yet. "
                "Restore into a new data folder (PRONGSAI_HOME). Nothing has changed."
            )
        )
    key = manifest["organization"]
    if rows(f"SELECT 1 FROM {ORGANIZATIONS} WHERE key = %s", key):
        raise WrongState(
            gettext("An office has the key %(key)s already, and is not restored over. Nothing has changed.")
            % {"key": key}
        )


def _require_known_release(manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise Unreadable(
            gettext(
                "The backup is of the release %(release)s, which this one cannot read. Nothing has changed."
            )
            % {"release": manifest["release"]}
        )
    known = set(MigrationExecutor(connection).loader.graph.nodes)
    if {tuple(migration) for migration in manifest["migrations"]} - known:
        raise Unreadable(
            gettext(
                "The backup is of a newer release (%(release)s). Upgrade the program first. "
                "Nothing has changed."
            )
            % {"release": manifest["release"]}
        )


def _bring_schema(manifest: dict[str, Any]) -> None:
    """Have the tables as they were when the backup was made; the caller migrates them onward afterwards."""
    wanted = {tuple(migration) for migration in manifest["migrations"]}
    executor = MigrationExecutor(connection)
    applied = set(executor.loader.applied_migrations)
    if applied == wanted:
        return
    if applied:
        raise WrongState(
            gettext(
                "Database and backup are of different releases. Restore into a new data folder "
                "(PRONGSAI_HOME). Nothing has changed."
            )
        )
    graph = executor.loader.graph
    # The last of each app: naming an earlier one as well would undo what follows it.
    last = [
        node
        for node in wanted
        if not any(c.key in wanted and c.key[0] == node[0] for c in graph.node_map[node].children)
    ]
    executor.migrate(last)


# -- files and keys ---------------------------------------------------------------------------------------


def _require_own_places(manifest: dict[str, Any]) -> None:
    """Raise Unreadable for a path that leads out of its folder: a backup's digest does not say who made it."""
    for file in manifest["files"]:
        _inside(
            settings.HOME / "files", file["path"]
        )  # the storage may be elsewhere: only the path's form counts
    for _ in (*_members(manifest, "keys"), *_members(manifest, "secrets")):
        pass


def _members(manifest: dict[str, Any], kind: str) -> Iterator[tuple[str, Path]]:
    """The members of one kind, each with its place in this installation. Raises Unreadable."""
    root = Path(settings.KEYS_FOLDER) if kind == "keys" else Path(settings.HOME) / "secrets"
    for member in manifest["secrets"]:
        own, _, relative = member.partition("/")
        if own == kind:
            yield member, _inside(root, relative)


def _inside(root: Path, relative: str) -> Path:
    path = root / relative
    whole = root.resolve()
    if "\0" in relative or whole not in path.resolve().parents or ".." in path.relative_to(root).parts:
        raise Unreadable(
            gettext(
                "The backup names a file outside the data folder, so it is not restored. Nothing has changed."
            )
        )
    return path


def _place_files(backup: Reader) -> None:
    """Evidence files: a name is a digest, so that an existing one is the same."""
    for file in backup.manifest["files"]:
        if not storages["default"].exists(file["path"]):
            storages["default"].save(file["path"], File(backup.open(f"files/{file['path']}")))


def _missing_keys(backup: Reader) -> dict[Path, bytes]:
    """The key files that are not there yet. Raises WrongState when one is there and differs."""
    missing: dict[Path, bytes] = {}
    for member, path in _members(backup.manifest, "keys"):
        content = backup.open(member).read()
        if not path.exists():
            missing[path] = content
        elif path.read_bytes() != content:
            raise WrongState(
                gettext(
                    "There is a key file %(path)s that differs from the one in the backup, and it is "
                    "not overwritten. Nothing has changed."
                )
                % {"path": path}
            )
    return missing


def _replace_secrets(backup: Reader) -> None:
    for member, path in _members(backup.manifest, "secrets"):
        _write_private(path, backup.open(member).read())


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


# -- rows -------------------------------------------------------------------------------------------------


def _restore_rows(backup: Reader) -> None:
    manifest = backup.manifest
    one = bool(manifest["organization"])
    parts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for part in manifest["tables"]:
        parts[part["table"]].append(part)
    order = tables()
    if not one:
        _clear(order)
    for table in order:
        for part in parts[table.name]:
            with _within(part), _quiet(table):
                same = _identity(table) if one else ()
                insert(table, part["columns"], _pieces(backup, part), same)
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    _set_sequences(manifest["sequences"])
    by_name = {table.name: table for table in order}
    for part in manifest["tables"]:
        _compare(by_name[part["table"]], part, manifest["organization"])


def _within(part: dict[str, Any]) -> AbstractContextManager[None]:
    return scope(part["organization"]) if part["organization"] else nullcontext()


def _clear(order: list[Table]) -> None:
    """Remove what migrating wrote into shared tables: the backup has its own."""
    for table in reversed(order):
        if not table.protected:
            with _quiet(table):
                rows(f"DELETE FROM {table.name}")
                rows("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def _quiet(table: Table) -> Iterator[None]:
    """Without triggers that would write what the backup holds already (the queue's events, its notifications)."""
    if not rows(INSERT_TRIGGERS, table.name):
        yield
        return
    rows(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    yield
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    rows(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")


def _pieces(backup: Reader, part: dict[str, Any]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=backup.open(part["member"])) as content:
        read: Callable[[], bytes] = lambda: content.read(CHUNK)  # noqa: E731
        yield from iter(read, b"")


def _set_sequences(sequences: dict[str, int | None]) -> None:
    for name, value in sequences.items():
        if value is not None:
            rows(
                "SELECT setval(%s::regclass, GREATEST(%s, (SELECT last_value FROM pg_sequences "
                "WHERE schemaname = 'public' AND sequencename = %s)))",
                f'public."{name}"', value, name,
            )  # fmt: skip


def _identity(table: Table) -> tuple[str, ...]:
    """For tables of people: what a row that is there already must have in common. Empty for all other tables.

    A person may work for several organizations: restoring one finds them there, with a newer password perhaps.
    """
    if "organization_id" in table.columns or table.name == ORGANIZATIONS:
        return ()
    if table.name == USERS:
        return ("id", User.USERNAME_FIELD)
    return ("id", *(reference.column for reference in references() if reference.table == table.name))


def _compare(table: Table, part: dict[str, Any], key: str) -> None:
    """Raise ProngsaiError unless the rows are back exactly as they were."""
    if key and _identity(table):
        return  # `insert` has seen to these
    organization, condition, tally = part["organization"], None, Tally()
    if key:
        ((organization,),) = rows(f"SELECT id FROM {ORGANIZATIONS} WHERE key = %s", key)
    with scope(organization) if organization else nullcontext():
        if organization:
            condition = of_organization(table, organization, references())
        for _ in counted(copied(table, condition), tally):
            pass
    if (tally.rows, tally.digest) != (part["rows"], part["sha256"]):
        raise ProngsaiError(
            gettext(
                "It cannot be restored: the table %(table)s disagrees with the backup (%(there)s "
                "rows there, %(here)s here). Nothing has changed."
            )
            % {"table": table.name, "there": part["rows"], "here": tally.rows}
        )
