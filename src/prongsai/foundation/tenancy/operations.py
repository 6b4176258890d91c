"""Migration operations that put a table under its organization's protection."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from prongsai.foundation.tenancy.fields import CURRENT, TenantForeignKey

TENANT_ROLES = "prongsai, prongsai_owner"


class ProtectTenantTables(Operation):
    """Row-level security, forced, and composite references for the named models of one app.

    The owner is bound too (FORCE), so that a data migration must say for whom it works.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, *models: str) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        return (self.__class__.__name__, list(self.models), {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model state does not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        models = [to_state.apps.get_model(app_label, name) for name in self.models]
        for model in models:
            table = model._meta.db_table
            for statement in protect_sql(table):
                schema_editor.execute(statement)
        for model in models:
            for field in model._meta.local_fields:
                if isinstance(field, TenantForeignKey):
                    schema_editor.execute(reference_sql(model, field))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self.models:
            table = from_state.apps.get_model(app_label, name)._meta.db_table
            schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            for policy in ("tenant", "reader"):
                schema_editor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")

    def describe(self) -> str:
        return f"Protect {', '.join(self.models)} by row-level security"


def protect_sql(table: str) -> list[str]:
    """The statements that bind `table` to the organization in scope."""
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_id UNIQUE (organization_id, id)",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} TO {TENANT_ROLES} "
        f"USING (organization_id = {CURRENT}) WITH CHECK (organization_id = {CURRENT})",
        f"CREATE POLICY reader ON {table} FOR SELECT TO prongsai_reader USING (true)",
    ]


def reference_sql(model: Any, field: TenantForeignKey) -> str:
    """A composite foreign key: both ends belong to the same organization."""
    table, target = model._meta.db_table, field.remote_field.model._meta.db_table
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.column}_tenant "
        f"FOREIGN KEY (organization_id, {field.column}) REFERENCES {target} (organization_id, id) "
        f"DEFERRABLE INITIALLY DEFERRED"
    )


def append_only_sql(table: str) -> list[str]:
    """Nobody edits or removes rows of `table`: no privilege for the application, a trigger for accidents."""
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM prongsai",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION prongsai_refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION prongsai_refuse_change()",
    ]
