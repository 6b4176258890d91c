import django.db.models.deletion
from django.db import migrations, models

import prongsai.foundation.tenancy.fields
from prongsai.foundation.tenancy.operations import ProtectTenantTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_privileges"),
        ("accounts", "0002_roles"),
        ("casework", "0002_indexes"),
        ("organizations", "0003_profile_and_units"),
    ]

    operations = [
        migrations.CreateModel(
            name="CitizenDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=60)),
                ("answers", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("receipt", models.TextField(blank=True)),
                (
                    "case",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.case",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=prongsai.foundation.tenancy.fields.CurrentOrganization(),
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "draft",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="complaints.citizendraft",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=prongsai.foundation.tenancy.fields.CurrentOrganization(),
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="MeToo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="me_too",
                        to="casework.case",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=prongsai.foundation.tenancy.fields.CurrentOrganization(),
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("category", models.CharField(blank=True, max_length=60)),
                ("places", models.JSONField(default=list)),
                ("words", models.JSONField(default=list)),
                ("is_urgent", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "assignee",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=prongsai.foundation.tenancy.fields.CurrentOrganization(),
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
                (
                    "unit",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="citizendraft",
            index=models.Index(fields=["organization", "updated_at"], name="citizen_draft_age"),
        ),
        migrations.AddConstraint(
            model_name="citizendraft",
            constraint=models.UniqueConstraint(fields=("organization", "digest"), name="citizen_draft_once"),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=models.UniqueConstraint(
                fields=("organization", "draft", "sha256"), name="draft_file_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="metoo",
            constraint=models.UniqueConstraint(fields=("organization", "case", "digest"), name="me_too_once"),
        ),
        ProtectTenantTables("RoutingRule", "CitizenDraft", "DraftFile", "MeToo"),
    ]
