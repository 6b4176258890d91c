import django.db.models.deletion
from django.db import migrations, models

import prongsai.foundation.tenancy.fields
from prongsai.foundation.tenancy.operations import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0011_one_part_withdrawn"),
        ("complaints", "0002_traffy"),
        ("organizations", "0004_map_centre"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonConcerned",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=500)),
                ("about", models.TextField()),
                (
                    "how",
                    models.CharField(
                        choices=[("letter", "หนังสือ"), ("hand", "แจ้งด้วยตนเอง ลงชื่อรับทราบ"), ("email", "อีเมล")],
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                ("post", models.CharField(default="head", max_length=10)),
                ("informed_on", models.DateField()),
                ("object_by", models.DateField()),
                ("agreed_on", models.DateField(null=True)),
                ("objected_on", models.DateField(null=True)),
                ("objection", models.TextField(blank=True)),
                ("decided_on", models.DateField(null=True)),
                ("accepted", models.BooleanField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("told_on", models.DateField(null=True)),
                ("appeal_by", models.DateField(null=True)),
                ("appealed_on", models.DateField(null=True)),
                ("ruled_on", models.DateField(null=True)),
                (
                    "ruling",
                    models.CharField(
                        blank=True,
                        choices=[("disclose", "ให้เปิดเผย"), ("withhold", "ไม่ให้เปิดเผย")],
                        max_length=10,
                    ),
                ),
                (
                    "case",
                    prongsai.foundation.tenancy.fields.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons_concerned",
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
                "ordering": ["id"],
                "indexes": [models.Index(fields=["organization", "case"], name="person_concerned_case")],
            },
        ),
        ProtectTenantTables("PersonConcerned"),
    ]
