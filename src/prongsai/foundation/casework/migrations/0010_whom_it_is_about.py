"""Whom a case is about, and what lists of cases are narrowed by."""

import django.db.models.deletion
from django.db import migrations, models

import prongsai.foundation.tenancy.fields

TABLE = "casework_case"


def refers(column: str, target: str) -> migrations.RunSQL:
    """A composite foreign key: both ends belong to the same organization."""
    return migrations.RunSQL(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_{column}_tenant "
        f"FOREIGN KEY (organization_id, {column}) REFERENCES {target} (organization_id, id) "
        "DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {TABLE} DROP CONSTRAINT {TABLE}_{column}_tenant",
    )


def reference(to: str) -> prongsai.foundation.tenancy.fields.TenantForeignKey:
    return prongsai.foundation.tenancy.fields.TenantForeignKey(
        db_constraint=False, db_index=False, null=True,
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0009_guessed_until_sorted"),
        ("accounts", "0002_roles"),
        ("organizations", "0003_profile_and_units"),
    ]

    operations = [
        migrations.AddField(model_name="case", name="concerned_unit", field=reference("organizations.unit")),
        migrations.AddField(
            model_name="case", name="concerned_member", field=reference("accounts.membership")
        ),
        refers("concerned_unit_id", "organizations_unit"),
        refers("concerned_member_id", "accounts_membership"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("concerned_unit__isnull", False)),
                fields=["organization", "concerned_unit"],
                name="case_about_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("concerned_member__isnull", False)),
                fields=["organization", "concerned_member"],
                name="case_about_member",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("category", ""), _negated=True),
                fields=["organization", "category", "-received_on", "-id"],
                name="case_of_category",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("village", ""), _negated=True),
                fields=["organization", "village", "-received_on", "-id"],
                name="case_of_village",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_urgent", True)),
                fields=["organization", "-received_on", "-id"],
                name="case_urgent",
            ),
        ),
    ]
