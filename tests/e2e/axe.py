"""What axe finds on a page, looked at when the page stands still."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

_LEAVING = ("Execution context was destroyed", "reading 'documentElement'", "navigat")


def violations(page: Page, *, tries: int = 5) -> list[dict[str, Any]]:
    """The violations on `page`. A page that is just being left is not looked at: the one that follows is."""
    for left in reversed(range(tries)):
        page.wait_for_load_state("load")
        try:
            found = Axe().run(page, options={"resultTypes": ["violations"]})
        except Error as error:
            if not left or not any(each in str(error) for each in _LEAVING):
                raise
        else:
            return found.response["violations"]
    raise AssertionError("unreachable")


def faults(page: Page) -> list[tuple[str, list[str]]]:
    """The violations, each as its rule and the first three elements that break it."""
    return [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in violations(page)]
