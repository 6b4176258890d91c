"""Retakes docs/screenshots/*.png: the public pages of two invented offices, in a browser of this machine.

    python scripts/screenshots.py [FOLDER]

Starts a database and a server of its own in a temporary folder, and removes both.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
TALLEST = 2600  # px
# Name of the picture, address, width, colours, language, and whether the first citations are opened.
PICTURES = (
    ("offices-th-1280", "/", 1280, "light", "th", False),
    ("home-th-1280", "/banthrai/", 1280, "light", "th", False),
    ("home-th-360", "/banthrai/", 360, "light", "th", False),
    ("home-th-1280-dark", "/banthrai/", 1280, "dark", "th", False),
    ("home-en-1280", "/banthrai/", 1280, "light", "en", False),
    ("year-th-1280", "/donsai/measures/2568/", 1280, "light", "th", False),
    ("measure-th-1280", "/banthrai/measures/2568/1/", 1280, "light", "th", True),
    ("measure-th-360", "/banthrai/measures/2568/1/", 360, "light", "th", True),
    ("measure-en-1280-dark", "/banthrai/measures/2568/1/", 1280, "dark", "en", True),
    ("evidence-th-1280", "/banthrai/evidence/14/", 1280, "light", "th", False),
    ("verify-th-1280", "/donsai/verify/2568/", 1280, "light", "th", False),
    ("verify-th-360", "/donsai/verify/2568/", 360, "light", "th", False),
    ("verify-en-1280-dark", "/donsai/verify/2568/", 1280, "dark", "en", False),
    ("register-th-1280", "/donsai/heads/", 1280, "light", "th", False),
)
OPEN_FIRST = "[...document.querySelectorAll('details.cite')].slice(0, 1).forEach(d => d.open = true)"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    home = Path(tempfile.mkdtemp(prefix="prongsai-pictures-"))
    os.environ.update(
        PRONGSAI_HOME=str(home),
        DJANGO_SETTINGS_MODULE="prongsai.project.settings",
        PRONGSAI_STATIC_FINDERS="true",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    from prongsai.project.postgres import Server

    server = Server(home)
    try:
        server.ensure()
        take(target)
    finally:
        server.stop()
        for folder in (server.folder, server.socket, home):
            shutil.rmtree(folder, ignore_errors=True)


def take(target: Path) -> None:
    import django

    django.setup()
    from datetime import date

    from django.db import connection
    from django.test.testcases import LiveServerThread, _StaticFilesHandler  # type: ignore[attr-defined]
    from playwright.sync_api import sync_playwright

    from prongsai.kernel import clock
    from prongsai.project.prepare import make_tables
    from tests.cast import donsai
    from tests.sample_year import build

    make_tables()
    build()
    build(closed=True, organization=donsai())
    connection.close()
    site = LiveServerThread("localhost", _StaticFilesHandler, port=0)
    site.daemon = True
    site.server_class = one_thread_server()
    # A thread has its own context, and with it its own clock: let the pages stand in the middle of a year.
    run = site.run

    def in_august() -> None:
        with clock.at(date(2025, 8, 14)):
            run()

    site.run = in_august  # type: ignore[method-assign]
    site.start()
    site.is_ready.wait()
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for picture in PICTURES:
            photograph(browser, f"http://localhost:{site.port}", target, *picture)
        browser.close()
    site.terminate()


def one_thread_server() -> type:
    """Answers in the server's own thread: a thread for each request would have another clock."""
    from django.core.servers.basehttp import WSGIServer

    class OneThread(WSGIServer):
        def __init__(self, *given: Any, connections_override: Any = None, **named: Any) -> None:
            super().__init__(*given, **named)

    return OneThread


def photograph(
    browser: Any,
    address: str,
    target: Path,
    name: str,
    path: str,
    width: int,
    scheme: str,
    language: str,
    opened: bool,
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{address}{path}?lang={language}", wait_until="networkidle")
    if opened:
        page.evaluate(OPEN_FIRST)
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": width, "height": height})
    path_of_picture = target / f"{name}.png"
    page.screenshot(path=path_of_picture)
    page.close()
    with Image.open(path_of_picture) as picture:  # few colours: a tenth of the bytes, and nothing to be seen
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path_of_picture, optimize=True)
    print(path_of_picture)


if __name__ == "__main__":
    main()
