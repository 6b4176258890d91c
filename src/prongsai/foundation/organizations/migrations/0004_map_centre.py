from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0003_profile_and_units"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="map_centre",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
    ]
