"""What the application refuses to run on."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext

from prongsai.kernel.errors import ProngsaiError
from prongsai.project.postgres import OWNER

ROLE = """
SELECT rolname, rolsuper, rolbypassrls,
  EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace)
  OR EXISTS (SELECT FROM pg_roles o WHERE o.rolname = %s AND pg_has_role(current_user, o.oid, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""


def pending_migrations() -> list[str]:
    """The migrations that the database lacks, as app.name; all of them in an empty database."""
    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def require_application_role() -> None:
    """Raise ProngsaiError when the login could see or change what row-level security withholds."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE, [OWNER])
        ((name, superuser, bypass, owner),) = cursor.fetchall()
    powers = {"SUPERUSER": superuser, "BYPASSRLS": bypass, gettext("owner of the tables"): owner}
    held = [power for power, has in powers.items() if has]
    if held:
        raise ProngsaiError(
            gettext(
                "Not started: the database account %(name)s is %(powers)s, and could pass over "
                "what keeps the offices' data apart. Use the account prongsai, which prongsai "
                "roles makes."
            )
            % {"name": name, "powers": gettext(" and ").join(held)}
        )


def require_safe_database() -> None:
    """Raise ProngsaiError unless the login is the application's and every migration is applied."""
    require_application_role()
    pending = pending_migrations()
    if pending:
        raise ProngsaiError(
            gettext(
                "Not started: the database lacks %(count)s migrations (such as %(first)s). Run "
                "prongsai migrate first."
            )
            % {"count": len(pending), "first": pending[0]}
        )
