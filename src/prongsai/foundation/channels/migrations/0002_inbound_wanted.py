from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.AddField(model_name="inbound", name="is_wanted", field=models.BooleanField(default=False)),
    ]
