"""The right edge of each log's tree stands in the log's own row: an append holds the lock for one statement less."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="log",
            name="peaks",
            field=models.BinaryField(default=bytes),
        ),
        migrations.RunSQL("GRANT UPDATE (peaks) ON ledger_log TO prongsai", migrations.RunSQL.noop),
    ]
