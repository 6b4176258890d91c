"""Runs every benchmark of benchmarks/, one after the other, and says which failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    failed: list[str] = []
    for path in sorted((ROOT / "benchmarks").glob("[a-z]*.py")):
        print(f"== {path.name}", flush=True)
        if subprocess.run([sys.executable, str(path)], cwd=ROOT, check=False).returncode:
            failed.append(path.name)
    if failed:
        sys.exit(f"bench: failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
