"""Whoever brought a case that others' cases were joined with may end their part, and the case goes on for the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_whom_it_is_about")]

    operations = [
        migrations.AddField(model_name="case", name="withdrawn_at", field=models.DateTimeField(null=True)),
    ]
