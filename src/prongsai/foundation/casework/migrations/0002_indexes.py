from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["organization", "-received_on", "-id"], name="case_newest"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["organization", "kind", "-received_on", "-id"], name="case_newest_of_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["organization", "phase", "-received_on", "-id"], name="case_phase"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", True), ("is_check", False)),
                fields=["organization", "due_on", "id"],
                name="case_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["organization", "assignee", "-received_on", "-id"],
                name="case_of_person",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["organization", "unit", "-received_on", "-id"], name="case_of_unit"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["organization", "number"], name="case_number"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_public", True)),
                fields=["organization", "-closed_on", "-id"],
                name="case_public",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", False), ("erased_at__isnull", True)),
                fields=["organization", "closed_on"],
                name="case_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["organization", "parent"],
                name="case_children",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["organization", "merged_into"],
                name="case_merged",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("contact_handle", ""), _negated=True),
                fields=["organization", "contact_handle"],
                name="case_of_handle",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("contact_email", ""), _negated=True),
                fields=["organization", "contact_email"],
                name="case_of_email",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("heard_at__isnull", False)),
                fields=["organization", "heard_at"],
                name="case_heard",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_check", True)),
                fields=["organization", "received_at"],
                name="case_checks",
            ),
        ),
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
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_check", False)),
                fields=("organization", "kind", "fiscal_year", "sequence"),
                name="case_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("organization", "secret"), name="case_secret_once"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=("organization", "channel_kind", "source_key"),
                name="case_source_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="casecounter",
            constraint=models.UniqueConstraint(
                fields=("organization", "kind", "fiscal_year"), name="case_counter_once"
            ),
        ),
        migrations.AddIndex(
            model_name="caseevent",
            index=models.Index(fields=["organization", "case", "id"], name="case_event_order"),
        ),
        migrations.AddIndex(
            model_name="casemessage",
            index=models.Index(fields=["organization", "case", "id"], name="case_message_order"),
        ),
        migrations.AddIndex(
            model_name="casemessage",
            index=models.Index(
                condition=models.Q(("delivery", "failed")),
                fields=["organization", "id"],
                name="case_message_failed",
            ),
        ),
        migrations.AddConstraint(
            model_name="casemessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=("organization", "channel_kind", "source_key"),
                name="case_message_once",
            ),
        ),
        migrations.AddIndex(
            model_name="casefile",
            index=models.Index(fields=["organization", "message"], name="case_file_of_message"),
        ),
        migrations.AddIndex(
            model_name="casefile",
            index=models.Index(fields=["organization", "file"], name="case_file_content"),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.UniqueConstraint(
                fields=("organization", "case", "file"), name="case_file_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="specialday",
            constraint=models.UniqueConstraint(fields=("organization", "day"), name="special_day_once"),
        ),
    ]
