"""What an insider with the database server could do: SQL as its superuser, with the triggers off."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connection

from prongsai.project.postgres import SUPERUSER, Server


def behind_the_back(*statements: str) -> None:
    """Change the test database without the application. The test must be `transaction=True` to see it."""
    server = Server(Path(os.environ["PRONGSAI_HOME"]))
    with server.connect(connection.settings_dict["NAME"], SUPERUSER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            superuser.execute(statement)  # type: ignore[arg-type]
