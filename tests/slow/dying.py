"""Installations on a disk that keeps its promise, whose processes are killed while they work."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prongsai.project.tests.installation import REPOSITORY, Installation, Up, children, scratch


def lasting(environment: dict[str, str]) -> Iterator[Installation]:
    """For a fixture: an empty installation, removed afterwards."""
    place = Path(tempfile.mkdtemp(dir=scratch()))
    place.chmod(0o755)
    made = Installation(place / "home", {"PYTHONPATH": str(REPOSITORY), **environment}).with_tables()
    yield made
    made.remove()
    shutil.rmtree(place)


def dies(up: Up, name: str) -> None:
    """kill -9 of `web`, of its `web worker`, of the job `worker` or of the `database`."""
    with suppress(StopIteration, ProcessLookupError):
        if name == "web worker":
            worker = next(iter(children(up.pid("web"))))
            assert worker > 0
            os.kill(worker, signal.SIGKILL)
        else:
            up.kill(name)
