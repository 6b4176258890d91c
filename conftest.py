"""One embedded server for all test processes; each has its own database, made and migrated by the owner."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prongsai.project.postgres import APPLICATION, OWNER, SUPERUSER, Server

# Tests make and drop whole databases; only the crash tests (on a server of their own) need the disk's promise.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


def pytest_configure(config: pytest.Config) -> None:
    if "DATABASE_URL" not in os.environ:
        Path(os.environ["PRONGSAI_HOME"]).mkdir(parents=True, exist_ok=True)
        Server(Path(os.environ["PRONGSAI_HOME"]), options=FAST).ensure()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker, django_db_modify_db_settings, request):  # type: ignore[no-untyped-def]
    """The test database: created and migrated as the owner, then used as the application's role."""
    from django.db import connection

    with django_db_blocker.unblock():
        app_user = connection.settings_dict["USER"]
        connection.settings_dict["USER"] = OWNER
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        connection.settings_dict["USER"] = app_user or APPLICATION
    yield
    with django_db_blocker.unblock():
        connection.close()
        _as_superuser(
            f'DROP DATABASE IF EXISTS "{connection.settings_dict["NAME"]}" WITH (FORCE)', "postgres"
        )


def _as_superuser(sql: str, database: str) -> None:
    server = Server(Path(os.environ["PRONGSAI_HOME"]))
    with server.connect(database, SUPERUSER) as superuser:
        superuser.execute(sql)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def _flush_as_superuser(django_db_setup: None) -> None:
    """TransactionTestCase empties tables by TRUNCATE, which the application's role may not."""
    from django.db import connection
    from django.test import TransactionTestCase

    def empty(self: object) -> None:
        tables = [t for t in connection.introspection.django_table_names(only_existing=True)]
        connection.close()
        names = ", ".join(f'"{t}"' for t in tables)
        _as_superuser(
            f"SET session_replication_role = replica; TRUNCATE {names} RESTART IDENTITY CASCADE",
            connection.settings_dict["NAME"],
        )

    TransactionTestCase._fixture_teardown = empty  # type: ignore[method-assign]
