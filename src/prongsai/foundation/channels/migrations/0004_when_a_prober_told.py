from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_outbound_files")]
    operations = [
        migrations.AddField(model_name="channelcheck", name="told_at", field=models.DateTimeField(null=True)),
    ]
