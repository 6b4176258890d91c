"""What the database itself promises about tenants' and append-only tables, whichever module brings them."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models

from prongsai.foundation.tenancy.fields import TenantModel
from prongsai.project.postgres import OWNER, Server

pytestmark = pytest.mark.django_db

# Tables in which nothing is ever changed or removed. A table leaves this list only with a decision in docs/adr.
APPEND_ONLY = {
    "casework_caseevent",
    "ledger_entry",
    "ledger_node",
    "ledger_publickey",
    "ledger_treehead",
    "ledger_withdrawal",
    "measures_reportversion",
}


def rows(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def test_every_reference_between_tenants_is_held_by_a_composite_constraint() -> None:
    held = {
        (str(table), str(column))
        for table, column in rows(
            "SELECT con.conrelid::regclass::text, a.attname FROM pg_constraint con "
            "JOIN pg_attribute o ON o.attrelid = con.conrelid AND o.attname = 'organization_id' "
            "JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = ANY (con.conkey) "
            "AND a.attname <> 'organization_id' "
            "WHERE con.contype = 'f' AND cardinality(con.conkey) = 2 AND o.attnum = ANY (con.conkey)"
        )
    }
    wanted = {
        (model._meta.db_table, field.column)
        for model in tenant_models()
        for field in model._meta.local_fields
        if field.remote_field and issubclass(field.remote_field.model, TenantModel)
    }
    assert wanted - held == set(), "use TenantForeignKey, and name the model in ProtectTenantTables"


def test_no_tenants_model_has_a_hidden_table_between_two_others() -> None:
    hidden = [f"{m.__name__}.{f.name}" for m in tenant_models() for f in m._meta.local_many_to_many]
    assert hidden == [], "a many-to-many table carries no organization: write it as a TenantModel"


def test_the_append_only_tables_are_the_known_ones() -> None:
    found = rows("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%\\_append\\_only'")
    assert {str(table) for (table,) in found} == APPEND_ONLY


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
@pytest.mark.parametrize("privilege", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_application_may_only_add_to_append_only_tables(table: str, privilege: str) -> None:
    assert rows("SELECT has_table_privilege(current_user, %s, %s)", table, privilege) == [(False,)]
    assert rows("SELECT has_any_column_privilege(current_user, %s, 'UPDATE')", table) == [(False,)]


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_the_owner_cannot_empty_an_append_only_table_by_accident(table: str) -> None:
    server = Server(Path(os.environ["PRONGSAI_HOME"]))
    with (
        server.connect(connection.settings_dict["NAME"], OWNER) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        owner.execute(f"TRUNCATE {table} CASCADE")
