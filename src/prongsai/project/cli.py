"""The `prongsai` command: Django's management commands with the database server brought up where one is needed."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

# These log in as the tables' owner.
OWNER_COMMANDS = {"migrate", "makemigrations", "backup", "restore"}
WITHOUT_DATABASE = {
    "parse", "help", "roles", "probe", "compilemessages", "collectstatic", "version", "--version",
    "make-sealed-key", "open-sealed",
}  # fmt: skip
# These see to the tables themselves.
WITHOUT_TABLES = OWNER_COMMANDS | WITHOUT_DATABASE | {"up", "check", "shell", "showmigrations", "sqlmigrate"}
BAD_INPUT = 2


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Exit code 2: the input or the call was wrong, said in one line on stderr."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError
    from django.utils.translation import gettext as _

    from prongsai.kernel.errors import ProngsaiError

    arguments = (sys.argv[1:] if arguments is None else arguments) or ["help"]
    if arguments[0] == "verify":
        from prongsai.modules.measures.verify_report import offline

        code = offline(arguments[1:])  # a file and a key: no database, no settings
        if code is not None:
            raise SystemExit(code)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prongsai.project.settings")
    if arguments[0] in OWNER_COMMANDS:
        os.environ["PRONGSAI_DATABASE_ROLE"] = "owner"
    try:
        _run(arguments)
    except (ProngsaiError, ImproperlyConfigured) as error:
        _refuse(str(error))
    except OperationalError as error:
        _refuse(_("The database cannot be used: %(error)s") % {"error": error})
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _refuse(message: str) -> None:
    sys.stderr.write(" ".join(message.split()) + "\n")
    raise SystemExit(BAD_INPUT) from None


def _run(arguments: list[str]) -> None:
    import django
    from django.core.management import execute_from_command_line, get_commands

    from prongsai.project.paths import home
    from prongsai.project.postgres import Server

    asks_only = arguments[0] in WITHOUT_DATABASE or not {"-h", "--help"}.isdisjoint(arguments)
    if not asks_only:
        django.setup()
        asks_only = arguments[0] not in get_commands()  # a slip of the pen starts no server
    embedded = not asks_only and not os.environ.get("DATABASE_URL")
    if embedded:
        # libpq reads these (PGPORT, PGOPTIONS …); they speak of some other server.
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]
    with Server(home()).running() if embedded else nullcontext():
        if embedded and arguments[0] not in WITHOUT_TABLES:
            from prongsai.project.prepare import make_tables

            make_tables()
        execute_from_command_line(["prongsai", *arguments])


if __name__ == "__main__":
    main()
