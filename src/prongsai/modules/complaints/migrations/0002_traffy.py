import django.db.models.deletion
from django.db import migrations, models

import prongsai.foundation.tenancy.fields
from prongsai.foundation.tenancy.operations import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_indexes"),
        ("channels", "0001_initial"),
        ("complaints", "0001_initial"),
        ("organizations", "0003_profile_and_units"),
    ]

    operations = [
        migrations.CreateModel(
            name="TraffyLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                ("user", models.CharField(max_length=120)),
                ("org_id", models.CharField(blank=True, max_length=20)),
                ("tells", models.BooleanField(default=True)),
                ("secrets", models.TextField(blank=True)),
                ("hook", models.CharField(max_length=64)),
                ("balance", models.IntegerField(null=True)),
                ("quota", models.IntegerField(null=True)),
                ("month", models.DateField(null=True)),
                ("polled_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "channel",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="channels.channel",
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
                "constraints": [models.UniqueConstraint(fields=("organization",), name="traffy_link_once")],
            },
        ),
        migrations.CreateModel(
            name="TraffyTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ticket_id", models.CharField(max_length=40)),
                ("seen", models.CharField(blank=True, max_length=80)),
                ("told", models.CharField(max_length=40)),
                ("message_told", models.BigIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, max_length=300)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "ticket_id"), name="traffy_ticket_once")
                ],
            },
        ),
        ProtectTenantTables("TraffyLink", "TraffyTicket"),
    ]
