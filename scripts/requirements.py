"""Compiles requirements/*.in to pinned and hashed files, or checks that they are what compiling gives.

Without a network, checking uses what uv has kept; where that is not enough it says so and leaves the check
to tests/architecture (which compares names and versions without compiling).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".uv" / "bin" / "uv"
NAMES = ("bootstrap", "runtime", "dev")


def compiled(name: str, target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Compile into `target`, which keeps the versions that stand in it as far as they still fit."""
    source = f"requirements/{name}.in"
    command = [str(UV), "pip", "compile", "-q", "--universal", "--generate-hashes"]
    # The header must not name a temporary file.
    header = f"uv pip compile --universal --generate-hashes {source} -o requirements/{name}.txt"
    command += [
        "--custom-compile-command",
        header,
        "--python-version",
        "3.11",
        *options,
        source,
        "-o",
        str(target),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def compile_all() -> None:
    for name in NAMES:
        done = compiled(name, ROOT / "requirements" / f"{name}.txt")
        if done.returncode:
            sys.exit(f"requirements: {name}.in does not compile\n{done.stderr}")


def check_all() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            present = ROOT / "requirements" / f"{name}.txt"
            target = Path(folder) / present.name
            target.write_bytes(present.read_bytes())
            done = compiled(name, target, "--offline")
            if done.returncode:
                print(f"requirements: {name}.txt not compared; uv has not kept enough to compile it offline")
            elif target.read_bytes() != present.read_bytes():
                sys.exit(
                    f"requirements: {present.name} is not what {name}.in compiles to: run `make requirements`"
                )
            else:
                print(f"requirements: {name}.txt is what {name}.in compiles to")


if __name__ == "__main__":
    {"compile": compile_all, "check": check_all}[sys.argv[1]]()
