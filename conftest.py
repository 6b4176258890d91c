"""One embedded server for all test processes; each has its own database, made and migrated by the owner."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prongsai.project.postgres import APPLICATION, OWNER, SUPERUSER, Server
from prongsai.project.tests.installation import alone, source_digest

# Tests make and drop whole databases; only the crash tests (on a server of their own) need the disk's promise.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}
PREFIX = "test_prongsai_"


def pytest_configure(config: pytest.Config) -> None:
    if "DATABASE_URL" not in os.environ:
        (Path(os.environ["PRONGSAI_HOME"]) / "static").mkdir(parents=True, exist_ok=True)
        Server(Path(os.environ["PRONGSAI_HOME"]), options=FAST).ensure()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    _look_for_static_files_once()


def _look_for_static_files_once() -> None:
    """Every test client builds the middleware anew, and WhiteNoise would look through all folders each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database: a copy of one that the owner made and migrated, used as the application's role.

    Each process has its own, named after its number, so that several runs may go on side by side.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import TransactionTestCase

    name = f"{PREFIX}{os.getpid()}"
    with django_db_blocker.unblock(), alone("tests.lock"):
        _drop_what_dead_processes_left()
        template = _tables()
        _as_superuser(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {OWNER}', "postgres")
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        connection.settings_dict["USER"] = APPLICATION
    TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        connection.close()
        _as_superuser(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")


@pytest.fixture(autouse=True)
def thai_again() -> Iterator[None]:
    """A page that one test opened in English leaves the next one in Thai, as each request begins anew."""
    from django.utils.translation import override

    with override("th"):
        yield


def _tables() -> str:
    """A database with the tables of the present source, migrated by the owner; made when it is not there yet."""
    from django.db import connection

    template = f"{PREFIX}tables_{source_digest()}"
    made = [name for (name,) in _as_superuser("SELECT datname FROM pg_database", "postgres")]
    if template not in made:
        for old in (name for name in made if name.startswith(f"{PREFIX}tables_")):
            _as_superuser(f'DROP DATABASE "{old}" WITH (FORCE)', "postgres")
        connection.settings_dict["TEST"]["NAME"] = half = f"{PREFIX}tables_half"
        connection.settings_dict["USER"] = OWNER
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        _as_superuser(f'ALTER DATABASE "{half}" RENAME TO "{template}"', "postgres")
    return template


# As the superuser, past triggers and references: what holds rows is emptied, and counting begins at one again.
EMPTY = """
SET session_replication_role = replica;
DO $$
DECLARE name text; filled boolean;
BEGIN
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
  FOR name IN SELECT s.sequencename FROM pg_sequences s
    JOIN pg_depend d ON d.objid = quote_ident(s.sequencename)::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid AND t.relname IN ({names})
    WHERE s.schemaname = 'public' AND s.last_value IS NOT NULL LOOP
    PERFORM setval(quote_ident(name)::regclass, 1, false);
  END LOOP;
END $$
"""


def _empty_tables(self: object) -> None:
    """TransactionTestCase empties tables by TRUNCATE, which the application's role may not, and which is slow."""
    from django.db import connection

    names = ", ".join(f"'{t}'" for t in connection.introspection.django_table_names(only_existing=True))
    connection.close()
    _as_superuser(EMPTY.format(names=names), connection.settings_dict["NAME"])


def _drop_what_dead_processes_left() -> None:
    for (name,) in _as_superuser(
        f"SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'", "postgres"
    ):
        number = name.removeprefix(PREFIX)
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            _as_superuser(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")


def _as_superuser(sql: str, database: str) -> list[tuple[Any, ...]]:
    server = Server(Path(os.environ["PRONGSAI_HOME"]))
    with server.connect(database, SUPERUSER) as superuser:
        cursor = superuser.execute(sql)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []
