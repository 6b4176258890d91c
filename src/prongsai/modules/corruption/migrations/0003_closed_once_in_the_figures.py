"""In which published figures a report is counted as closed. What was published before stays as it was.

A report that was closed in a published quarter and stands open again when this runs is not known to have been counted
(what happened to it can be read with a key alone): it is in progress from the next figures on and is closed a second time.
These figures balance; what they call carried over is one more than the quarter before ended with.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def as_published(apps: Any, schema_editor: Any) -> None:
    """Reports closed in a published quarter were counted in it.

    The tables' owner is bound by row-level security too, and says for whom it works.
    """
    Report, Desk = apps.get_model("corruption", "Report"), apps.get_model("corruption", "Desk")
    for organization in apps.get_model("organizations", "Organization").objects.order_by("id"):
        schema_editor.execute("SELECT set_config('prongsai.organization', %s, true)", [str(organization.pk)])
        for desk in Desk.objects.exclude(counted=None):
            published = Report.objects.filter(closed_quarter__lte=desk.counted)
            published.update(counted_quarter=models.F("closed_quarter"))
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending would forbid changing the table
    schema_editor.execute("SELECT set_config('prongsai.organization', '', true)")


class Migration(migrations.Migration):
    dependencies = [("corruption", "0002_keys_replaced_with_proof")]

    operations = [
        migrations.AddField(model_name="report", name="counted_quarter", field=models.DateField(null=True)),
        migrations.RunPython(as_published, migrations.RunPython.noop),
    ]
