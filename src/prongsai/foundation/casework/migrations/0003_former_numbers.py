from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_indexes")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="former_numbers",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("former_numbers", ""), _negated=True),
                fields=["organization"],
                name="case_former_number",
            ),
        ),
    ]
