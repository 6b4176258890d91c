from typing import Any

from django.db import migrations, models


def take_from_details(apps: Any, schema_editor: Any) -> None:
    """What a rule had marked as urgent stood among the details, where nothing looked at it.

    The tables' owner is bound by row-level security too, and says for whom it works.
    """
    case = apps.get_model("casework", "Case")
    for organization in apps.get_model("organizations", "Organization").objects.order_by("id"):
        schema_editor.execute("SELECT set_config('prongsai.organization', %s, true)", [str(organization.pk)])
        case.objects.filter(details__has_key="urgent").update(is_urgent=True)
    schema_editor.execute("SELECT set_config('prongsai.organization', '', true)")


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_figures_from_indexes"), ("organizations", "0003_profile_and_units")]

    operations = [
        migrations.AddField(
            model_name="case", name="is_urgent", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunPython(take_from_details, migrations.RunPython.noop),
    ]
