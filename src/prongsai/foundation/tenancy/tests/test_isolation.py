"""Raw SQL as the application's role, in another scope or in none, reads and writes nothing."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import (
    current_organization_id,
    reading_across_organizations,
    scope,
    working_for,
)
from prongsai.kernel.errors import NotScoped
from tests.cast import banthrai, donsai

pytestmark = pytest.mark.django_db

TENANT_COLUMNS = """
SELECT c.relname FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""
# Public by design: published text and figures that any visitor may read.
PUBLIC_TABLES = {"measures_publishedsummary"}


@pytest.fixture
def two() -> tuple[Organization, Organization]:
    return banthrai(), donsai()


def rows(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def test_the_application_is_neither_superuser_nor_bypasses_row_security() -> None:
    ((name, superuser, bypass, inherit),) = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user"
    )
    assert (name, superuser, bypass, inherit) == ("prongsai", False, False, False)


def test_nothing_is_seen_without_a_scope(two: tuple[Organization, Organization]) -> None:
    assert rows("SELECT * FROM organizations_unit") == []
    assert not Unit.objects.exists()


def test_each_organization_sees_its_own_rows_only(two: tuple[Organization, Organization]) -> None:
    first, second = two
    with scope(first.pk):
        assert Unit.objects.count() == 2
        with scope(second.pk):
            assert Unit.objects.count() == 1
        assert Unit.objects.count() == 2
    assert Unit.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO organizations_unit (organization_id, name, position) VALUES (%s, 'x', 9)",
        "INSERT INTO organizations_unit (organization_id, name, position) "
        "SELECT %s, 'x' || n, n FROM generate_series(10, 500) AS n",
    ],
)
@pytest.mark.parametrize("scoped", [True, False])
def test_writing_into_another_organization_is_refused(
    two: tuple[Organization, Organization], statement: str, scoped: bool
) -> None:
    first, second = two
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        if scoped:
            with scope(first.pk):
                rows(statement, second.pk)
        else:
            rows(statement, second.pk)


def test_bulk_create_cannot_reach_another_organization(two: tuple[Organization, Organization]) -> None:
    first, second = two
    foreign = [Unit(organization_id=second.pk, name=f"หน่วย {n}", position=n) for n in range(10, 60)]
    with pytest.raises(Error, match="row-level security"), transaction.atomic(), scope(first.pk):
        Unit.objects.bulk_create(foreign)
    with scope(second.pk):
        assert Unit.objects.count() == 1


def test_update_and_delete_do_not_touch_another_organization(two: tuple[Organization, Organization]) -> None:
    first, second = two
    with scope(first.pk):
        assert (
            rows(
                "UPDATE organizations_unit SET name = 'x' WHERE organization_id = %s RETURNING id", second.pk
            )
            == []
        )
        assert rows("DELETE FROM organizations_unit WHERE organization_id = %s RETURNING id", second.pk) == []
    with scope(second.pk):
        assert [u.name for u in Unit.objects.all()] == ["สำนักปลัด"]


def test_a_row_cannot_be_moved_into_another_organization(two: tuple[Organization, Organization]) -> None:
    first, second = two
    with pytest.raises(Error, match="row-level security"), transaction.atomic(), scope(first.pk):
        rows("UPDATE organizations_unit SET organization_id = %s", second.pk)


def test_reading_across_organizations_reads_and_cannot_write(two: tuple[Organization, Organization]) -> None:
    with reading_across_organizations():
        assert Unit.objects.count() == 3
    assert Unit.objects.count() == 0
    with (
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        reading_across_organizations(),
    ):
        rows(
            "INSERT INTO organizations_unit (organization_id, name, position) VALUES (%s, 'x', 1)", two[0].pk
        )


def test_there_is_no_current_organization_outside_a_scope(two: tuple[Organization, Organization]) -> None:
    with pytest.raises(NotScoped):
        current_organization_id()
    with working_for(two[0].pk):
        assert current_organization_id() == two[0].pk


@pytest.mark.django_db(transaction=True)
def test_a_scope_needs_a_transaction() -> None:
    with pytest.raises(NotScoped), scope(1):
        pass


def test_every_table_with_an_organization_is_protected() -> None:
    tables = {str(name) for (name,) in rows(TENANT_COLUMNS)} - PUBLIC_TABLES
    protected = {
        str(name)
        for (name,) in rows(
            "SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname "
            "WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.policyname = 'tenant' "
            "AND p.with_check LIKE '%%prongsai.organization%%' AND p.qual LIKE '%%prongsai.organization%%'"
        )
    }
    assert tables
    assert tables <= protected, f"without row-level security: {tables - protected}"


def test_every_reference_between_tenants_tables_is_composite() -> None:
    plain = rows(
        "SELECT con.conname FROM pg_constraint con "
        f"WHERE con.contype = 'f' AND cardinality(con.conkey) = 1 "
        f"AND con.conrelid IN (SELECT oid FROM pg_class WHERE relname IN ({TENANT_COLUMNS})) "
        f"AND con.confrelid IN (SELECT oid FROM pg_class WHERE relname IN ({TENANT_COLUMNS}))"
    )
    assert plain == []


def test_the_database_offers_no_extension_to_lean_on() -> None:
    with pytest.raises(Error), transaction.atomic():
        rows("CREATE EXTENSION pg_trgm")
