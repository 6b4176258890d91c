import django.db.models.deletion
from django.db import migrations, models

import prongsai.foundation.tenancy.fields
from prongsai.foundation.tenancy.operations import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("casework", "0004_open_of_unit"),
        ("notify", "0001_initial"),
        ("organizations", "0003_profile_and_units"),
    ]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="news",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "case",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.case",
                    ),
                ),
                (
                    "member",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
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
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["organization", "member", "told_at"], name="notify_news_told")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("told_at", None)),
                        fields=("organization", "member", "case", "what"),
                        name="notify_news_once",
                    )
                ],
            },
        ),
        ProtectTenantTables("News"),
    ]
