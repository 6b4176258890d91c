from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_inbound_wanted")]

    operations = [
        migrations.AddField(
            model_name="outbound", name="files", field=models.JSONField(db_default=[], default=list)
        ),
    ]
