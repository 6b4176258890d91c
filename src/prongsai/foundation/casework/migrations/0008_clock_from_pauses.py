"""A case keeps when its clock stood still, what its former runs took, and that it was late once; the days on which a
citizen must have been told and an agency is asked again have an index of their own."""

from typing import Any

from django.db import migrations, models


def keep_what_was_counted(apps: Any, schema_editor: Any) -> None:
    """What the old counting says goes on: days waited as a bare number, former runs of what is open.

    A closed case that had been opened again says only all its days together: which run took how many is worked out when
    it is opened once more. The tables' owner is bound by row-level security too, and says for whom it works.
    """
    case = apps.get_model("casework", "Case")
    array = models.Func("waited_days", function="jsonb_build_array", output_field=models.JSONField())
    for organization in apps.get_model("organizations", "Organization").objects.order_by("id"):
        schema_editor.execute("SELECT set_config('prongsai.organization', %s, true)", [str(organization.pk)])
        case.objects.filter(waited_days__gt=0).update(pauses=array)
        again = case.objects.filter(reopened__gt=0)
        again.filter(closed_on__isnull=False).update(days_before=None)
        again.filter(closed_on__isnull=True, days_taken__isnull=False).update(
            days_before=models.F("days_taken")
        )
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending would forbid changing the table
    schema_editor.execute("SELECT set_config('prongsai.organization', '', true)")


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_figures_by_state"), ("organizations", "0003_profile_and_units")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="pauses",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="case",
            name="days_before",
            field=models.PositiveIntegerField(db_default=0, default=0, null=True),
        ),
        migrations.AddField(
            model_name="case", name="was_late", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(model_name="case", name="follow_up_on", field=models.DateField(null=True)),
        migrations.RunPython(keep_what_was_counted, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("closed_on__isnull", True), ("informed_at__isnull", True), ("is_check", False)
                ),
                fields=["organization", "inform_by", "id"],
                name="case_untold",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("follow_up_on__isnull", False)),
                fields=["organization", "follow_up_on", "id"],
                name="case_follow_up",
            ),
        ),
        migrations.RemoveIndex(model_name="case", name="case_figures"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_check", False)),
                fields=["organization", "received_on"],
                include=(
                    "kind",
                    "topic",
                    "category",
                    "channel_kind",
                    "phase",
                    "state",
                    "unit",
                    "due_on",
                    "closed_on",
                    "days_taken",
                    "found",
                    "satisfied",
                    "reopened",
                    "was_late",
                ),
                name="case_figures",
            ),
        ),
    ]
