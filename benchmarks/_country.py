"""What benchmarks of pages stand on: a server of their own, and a country of copies of the sample organization."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

SHIFT = 10_000  # ids of copied rows: the copy n of row i is i + n * SHIFT
# What each organization has of its own: table and the columns that point at copied rows.
COPIED = {
    "organizations_unit": (),
    "measures_plan": (),
    "measures_measure": ("plan_id",),
    "measures_measureunit": ("measure_id", "unit_id"),
    "measures_statement": ("measure_id",),
    "measures_proof": ("statement_id",),
    "ledger_log": (),
    "ledger_entry": (),
    "ledger_payload": ("entry_id",),
    "ledger_treehead": (),
}


def run(measured: Callable[[Any], dict[str, Any]]) -> NoReturn:
    """Measure on an empty installation in a temporary folder, which is removed; print the results and say by the exit
    code whether they reach their goals.
    """
    home = Path(tempfile.mkdtemp(prefix="prongsai-bench-"))
    os.environ.update(PRONGSAI_HOME=str(home), DJANGO_SETTINGS_MODULE="prongsai.project.settings")
    os.environ.pop("DATABASE_URL", None)
    from prongsai.project.postgres import Server

    server = Server(home)
    try:
        server.ensure()
        import django

        django.setup()
        from prongsai.project.prepare import collect_static, make_tables

        make_tables()
        collect_static()
        results = measured(server)
    finally:
        server.stop()
        for folder in (server.folder, server.socket, home):
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(results, indent=2, ensure_ascii=False))
    sys.exit(0 if results["goals_met"] else 1)


def add_organizations(server: Any, first: int, last: int) -> None:
    """Copies of the sample organization with all that it has, as organizations number `first` to `last` - 1."""
    with server.connect("prongsai", "postgres") as superuser:
        superuser.execute("SET session_replication_role = replica")
        series = f"generate_series({first}, {last - 1}) AS n"
        _copy_rows(
            superuser, "organizations_organization", series, where="t.key = 'banthrai'",
            changed={
                "id": "t.id + n", "key": "t.key || n", "name": "t.name || n", "short_name": "t.short_name || n",
                "sort_key": "t.sort_key || lpad(n::text, 5, '0')",
            },
        )  # fmt: skip
        ours = "t.organization_id = (SELECT id FROM organizations_organization WHERE key = 'banthrai')"
        for table, pointers in COPIED.items():
            changed = {"id": f"t.id + n * {SHIFT}", "organization_id": "t.organization_id + n"}
            changed |= {column: f"t.{column} + n * {SHIFT}" for column in pointers}
            _copy_rows(superuser, table, series, where=ours, changed=changed)
        superuser.execute(
            "INSERT INTO measures_publishedsummary (organization_id, fiscal_year, version, statements, proven, attested,"
            " unproven, contradicted, closed_at) SELECT o.id + n, 2567, 1, 55, 33, 13, 8, 1, now()"
            f" FROM organizations_organization o, {series} WHERE o.key = 'banthrai'"
        )
        superuser.commit()
        superuser.autocommit = True
        superuser.execute("VACUUM ANALYZE")


def _copy_rows(superuser: Any, table: str, series: str, *, where: str, changed: dict[str, str]) -> None:
    columns = [c.name for c in superuser.execute(f"SELECT * FROM {table} LIMIT 0").description]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    superuser.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, {series} WHERE {where}")
