"""What the operating system says of other processes."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1


def running(pid: int) -> bool:
    """Whether the process lives. A zombie does not: containers without an init keep them for ever."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # if it is a dead child of ours, let it go
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return not LINUX


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process was started for `folder` (an argument of its own) or has it as its working folder.

    Root without the right to trace, as in containers, may not read where another user's process works.
    """
    if not LINUX:
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
        return os.fsencode(folder) in shown.stdout
    process = Path(f"/proc/{pid}")
    with suppress(OSError):
        if os.fsencode(folder) in (process / "cmdline").read_bytes().split(b"\0"):
            return True
        return Path(os.readlink(process / "cwd")) == folder.resolve()
    return False


def anybody_in(folder: Path) -> bool:
    """Whether any process works in `folder`. Where the system does not tell (not Linux): False."""
    return LINUX and any(works_in(int(entry.name), folder) for entry in Path("/proc").glob("[0-9]*"))


def die_with_parent() -> None:
    """For Popen's `preexec_fn`: be told to end when the parent is killed (Linux only)."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` led."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
