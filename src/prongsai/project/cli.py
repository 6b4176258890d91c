"""The `prongsai` command: Django's management commands with the database server brought up where one is needed."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

OWNER_COMMANDS = {"migrate", "makemigrations"}
WITHOUT_DATABASE = {"parse", "help", "compilemessages", "collectstatic"}


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Exit code 2: the input or the call was wrong, said in one line on stderr."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = arguments[0] if arguments else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prongsai.project.settings")
    if command in OWNER_COMMANDS:
        os.environ["PRONGSAI_DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    from prongsai.project.paths import home
    from prongsai.project.postgres import Server

    embedded = command not in WITHOUT_DATABASE and not os.environ.get("DATABASE_URL")
    with Server(home()).running() if embedded else nullcontext():
        execute_from_command_line(["prongsai", *(arguments or ["help"])])
