"""For pytest runs on a server other than the embedded one (`-p tests.slow.external`).

The product works through DATABASE_URL; only what tests do as the superuser (empty tables, play the insider) goes
through `Server`, and is led to the server that TEST_SUPERUSER names.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg

from prongsai.project.postgres import Server


def _connect(self: Server, database: str, user: str, **options: Any) -> psycopg.Connection:
    return psycopg.connect(os.environ["TEST_SUPERUSER"], dbname=database, autocommit=True, **options)


Server.connect = _connect  # type: ignore[method-assign]
