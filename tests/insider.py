"""What an insider with the database server could do: SQL as its superuser, also with the triggers off."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import Connection

from prongsai.project.postgres import SUPERUSER, Server


def behind_the_back(*statements: str) -> None:
    """Change the test database without the application. The test must be `transaction=True` to see it."""
    with _superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            superuser.execute(statement)  # type: ignore[arg-type]


def as_superuser(sql: str, *given: Any) -> list[tuple[Any, ...]]:
    """What the statement returns, of all offices. The triggers are on, and only what is committed is seen."""
    with _superuser() as superuser:
        done = superuser.execute(sql, given or None)  # type: ignore[arg-type]
        return done.fetchall() if done.description else []


def _superuser() -> Connection[Any]:
    return Server(Path(os.environ["PRONGSAI_HOME"])).connect(connection.settings_dict["NAME"], SUPERUSER)
