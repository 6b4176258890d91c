"""What has to be in place before the application runs: tables, and static files."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _

from prongsai.kernel.errors import ProngsaiError
from prongsai.project.checks import pending_migrations
from prongsai.project.paths import home


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """One process at a time; the others find the work done."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / f"{what}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_tables() -> None:
    """Apply pending migrations as the tables' owner, in a process of its own: this one stays without that login."""
    if not apps.ready:
        django.setup()
    with _alone("migrate"):
        try:
            if not pending_migrations():
                return
        finally:
            connections.close_all()
        done = subprocess.run(
            [sys.executable, "-m", "prongsai.project.cli", "migrate", "--verbosity", "0"],
            env=os.environ | {"PRONGSAI_DATABASE_ROLE": "owner"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise ProngsaiError(
                _("The database could not be upgraded, and nothing has changed: %(reason)s")
                % {"reason": reason}
            )


def collect_static() -> None:
    """Put the static files where the web server reads them; quick when none has changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):  # type: ignore[attr-defined]
            found = os.stat(storage.path(name))
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".collected"
    with _alone("static"):
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest())
