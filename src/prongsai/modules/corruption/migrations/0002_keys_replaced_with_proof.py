"""Since when a key is in use; and the key that waits for its paper beside the one in use."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("corruption", "0001_initial")]

    operations = [
        migrations.AddField(model_name="holder", name="key_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="holder", name="next_key", field=models.BinaryField(default=bytes)),
    ]
