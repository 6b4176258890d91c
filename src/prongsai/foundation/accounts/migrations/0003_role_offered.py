from typing import Any

from django.db import migrations, models

# What the built-in roles held before releases began to give them more.
FIRST = {
    "planner": ["measures.draft", "measures.submit", "evidence.record", "files.publish", "office.remind"],
    "unit_officer": ["evidence.record"],
    "unit_head": ["evidence.record", "measures.attest", "measures.remark"],
    "clerk": [
        "measures.review", "measures.submit", "measures.publish", "measures.close", "measures.attest",
        "measures.remark", "office.manage", "office.remind",
    ],
    "head": ["measures.approve", "measures.publish", "measures.close", "office.remind"],
    "auditor": ["audit.read", "measures.remark"],
    "administrator": ["office.manage", "people.manage", "audit.read", "ledger.erase"],
}  # fmt: skip


def note_what_was_offered(apps: Any, schema_editor: Any) -> None:
    """What a role holds or held at first was offered to it; the rest of a release is not, yet.

    The tables' owner is bound by row-level security too, and says for whom it works.
    """
    Role = apps.get_model("accounts", "Role")
    for organization in apps.get_model("organizations", "Organization").objects.order_by("id"):
        schema_editor.execute("SELECT set_config('prongsai.organization', %s, true)", [str(organization.pk)])
        for role in Role.objects.filter(is_builtin=True):
            role.offered = sorted({*FIRST.get(role.key, []), *role.permissions})
            role.save(update_fields=["offered"])
    schema_editor.execute("SELECT set_config('prongsai.organization', '', true)")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]
    operations = [
        migrations.AddField("role", "offered", models.JSONField(default=list)),
        migrations.RunPython(note_what_was_offered, migrations.RunPython.noop),
    ]
