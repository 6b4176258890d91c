from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_clock_from_pauses")]

    operations = [
        migrations.AddField(
            model_name="case", name="is_guessed", field=models.BooleanField(db_default=False, default=False)
        ),
    ]
