"""Figures tell the states apart: what they are made of stands in their index, the state too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_urgent")]

    operations = [
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
                ),
                name="case_figures",
            ),
        ),
    ]
