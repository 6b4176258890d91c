"""What has to hold of every page on the way: no fault of axe, no complaint of the browser, no word left in English."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.e2e.axe import faults

# Words that are names in Thai papers too.
NAMES = frozenset(
    [
        "line",
        "pdf",
        "docx",
        "xlsx",
        "csv",
        "html",
        "json",
        "qr",
        "ita",
        "e-service",
        "facebook",
        "english",
        "prongsai",
        "ed25519",
        "rfc",
        "sha-256",
    ]
)
# The column beside a form was asked for while the page was being left: nobody waits for it any more.
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
HEARD = "h1, h2, h3, h4, button, label, legend, summary, th, dt, caption, a.btn, nav a, .tag, .lead, .hint, .empty p"
# Visible text of these parts that has Latin letters and not one Thai letter.
LATIN = """(heard) => [...document.querySelectorAll(heard)]
  .filter(e => e.getClientRects().length && !e.closest('[lang=en], code, pre, .notation, .st-words'))
  .map(e => e.innerText.trim()).filter(t => /[A-Za-z]{2}/.test(t) && !/[\\u0e00-\\u0e7f]/.test(t))"""


@dataclass
class Watch:
    """Looks at pages; keeps what is wrong with them, each once."""

    language: str
    faults: list[str] = field(default_factory=list[str])
    patterns: set[str] = field(default_factory=set[str])
    pages: int = 0

    def over(self, page: Page) -> None:
        """From now on hear what the browser complains of on this page."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._note(f"{path_of(page)}: {error}"))
        page.on("response", self._answered)

    def look(self, page: Page) -> None:
        """Judge the page as it stands: axe and words once for each pattern of addresses."""
        path, width = path_of(page), (page.viewport_size or {"width": 0})["width"]
        self.pages += 1
        if page.evaluate("document.documentElement.scrollWidth") > width:
            self._note(f"{path}: scrolls sideways")
        pattern = pattern_of(path)
        if pattern in self.patterns:
            return
        self.patterns.add(pattern)
        for fault in faults(page):
            self._note(f"{path}: {fault}")
        if self.language == "th":
            for text in page.evaluate(LATIN, HEARD):
                if not is_name(text):
                    self._note(f"{path}: not in Thai: {text[:80]!r}")

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and not said.text.startswith(LEFT):
            self._note(f"{urlsplit(said.location.get('url', '')).path}: {said.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{urlsplit(response.url).path}: answered {response.status}")

    def _note(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)


def is_name(text: str) -> bool:
    """Whether nothing but names, file names and numbers stands here."""
    words = re.findall(r"[A-Za-z][\w.@-]*", text)
    return all(word.lower() in NAMES or "." in word or re.search(r"\d", word) for word in words)


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def pattern_of(path: str) -> str:
    try:
        return str(resolve(path).route)
    except Resolver404:
        return path
