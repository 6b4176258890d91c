from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_open_of_unit")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_open_due"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", True), ("is_check", False)),
                fields=["organization", "due_on", "id"],
                include=("kind", "phase", "assignee"),
                name="case_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_check", False)),
                fields=["organization", "channel_kind", "kind"],
                name="case_of_channel",
            ),
        ),
    ]
