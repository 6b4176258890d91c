"""Makes the virtual environment from the pinned requirements. Needs Python and its venv module, nothing else.

Does nothing when all is in place. Also runs on older Pythons, if only to say that they are too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_HOME = ROOT / ".uv"
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "prongsai-setup"
LOCALE = ROOT / "src" / "prongsai" / "locale"
OLDEST = (3, 11)


def main() -> None:
    if "--recheck" not in sys.argv and is_done():
        return
    check_python()
    started = time.monotonic()
    install_uv()
    install_requirements()
    run([BIN / "python", "-m", "prongsai.project.i18n", "compile"])
    STAMP.write_text(digest())
    say(f"ready in {time.monotonic() - started:.0f} s; next: make demo, or .venv/bin/prongsai help")


def say(message: str) -> None:
    sys.stdout.write(f"setup: {message}\n")
    sys.stdout.flush()


def check_python() -> None:
    """Say in one line what is missing, with the command that mends it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if sys.version_info[:2] < OLDEST:
        sys.exit(
            f"setup: Python 3.11 or newer is needed; {sys.executable} is {version}. Name one: make setup PYTHON=…"
        )
    try:
        import ensurepip  # noqa: F401 (Debian packages it apart from python3)
        import venv  # noqa: F401
    except ImportError:
        sys.exit(f"setup: Python's venv module is missing. As root: apt-get install python{version}-venv")


def digest() -> str:
    """One value for everything that the environment was made from."""
    parts = [sys.version, str(ROOT)]
    files = [*(ROOT / "requirements").glob("*.txt"), ROOT / "pyproject.toml", Path(__file__).resolve()]
    files += LOCALE.glob("*/LC_MESSAGES/*.po")
    for path in sorted(files):
        parts.append(path.name + hashlib.sha256(path.read_bytes()).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_done() -> bool:
    catalogues = all(path.with_suffix(".mo").exists() for path in LOCALE.glob("*/LC_MESSAGES/*.po"))
    return STAMP.exists() and (BIN / "prongsai").exists() and catalogues and STAMP.read_text() == digest()


def run(command: "list[object]") -> None:
    """Run a step; its own words explain a failure, so no traceback on top."""
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run([str(part) for part in command], cwd=str(ROOT), env=environment, check=False)
    if done.returncode:
        sys.exit(f"setup: stopped at {' '.join(str(part) for part in command)}")


def install_uv() -> None:
    """uv of the pinned version in a place of its own: nothing of the machine's is used or changed."""
    wanted = (ROOT / "requirements" / "bootstrap.txt").read_bytes()
    stamp = UV_HOME / "prongsai-setup"
    if stamp.exists() and stamp.read_bytes() == wanted and works(UV_HOME / "bin" / "uv"):
        return
    say("installing uv")
    shutil.rmtree(str(UV_HOME), ignore_errors=True)
    run([sys.executable, "-m", "venv", UV_HOME])
    pip = [UV_HOME / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", "requirements/bootstrap.txt"])
    stamp.write_bytes(wanted)


def works(program: Path) -> bool:
    try:
        return (
            subprocess.run([str(program), "--version"], stdout=subprocess.DEVNULL, check=False).returncode
            == 0
        )
    except OSError:
        return False


def install_requirements() -> None:
    """Exactly the pinned packages, then the project itself in place (`sync` removes it, so this order)."""
    uv = UV_HOME / "bin" / "uv"
    if not is_of_this_python():
        run([uv, "venv", "-q", "--clear", "--python", sys.executable, VENV])
    STAMP.unlink(missing_ok=True)
    say("installing the pinned requirements")
    python = ["--python", BIN / "python"]
    run([uv, "pip", "sync", "-q", *python, "--require-hashes", "requirements/dev.txt"])
    run([uv, "pip", "install", "-q", *python, "--offline", "--no-deps", "--no-build-isolation", "-e", "."])
    run([uv, "pip", "check", "-q", *python])


def is_of_this_python() -> bool:
    try:
        command = [str(BIN / "python"), "-c", "import sys; print(sys.version)"]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    except OSError:
        return False
    return found.stdout.strip() == sys.version.strip()


if __name__ == "__main__":
    main()
