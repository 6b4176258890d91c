"""What each role may do with the tables that later migrations make. Runs before all others."""

from django.db import migrations

FORWARDS = """
GRANT USAGE ON SCHEMA public TO prongsai, prongsai_reader;
GRANT SELECT ON django_migrations TO prongsai;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO prongsai;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO prongsai;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO prongsai_reader;
CREATE FUNCTION prongsai_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""

BACKWARDS = "DROP FUNCTION prongsai_refuse_change();"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
