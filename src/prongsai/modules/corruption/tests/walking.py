"""Walks the public form page by page, as a browser without scripts does, with nothing but the HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CODE = re.compile(r'<p class="code"><span class="nb">([\d ]+)</span>')
TAGS = re.compile(r"<[^>]+>")


def words(answer: Any) -> str:
    """What a page says, without its markup."""
    text = answer.content.decode()
    text = re.sub(r"<(script|style|svg|template|head)\b.*?</\1>", "", text, flags=re.S)
    return " ".join(html.unescape(TAGS.sub("", text)).split())


def heading(answer: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.S)
    return html.unescape(TAGS.sub("", found[1])) if found else ""


@dataclass
class Walker:
    """A reporter without scripts and cookies."""

    client: Client = field(default_factory=Client)
    base: str = "/banthrai/whistle/"
    answer: Any = None

    def begin(self) -> Any:
        self.answer = self.client.get(self.base + "report/")
        return self.answer

    def hidden(self) -> dict[str, str]:
        return {name: html.unescape(value) for name, value in HIDDEN.findall(self.answer.content.decode())}

    def go(self, place: str = "report/", **said: Any) -> Any:
        """Send the page's form with these answers."""
        data = {**self.hidden(), "go": "on", **said}
        self.answer = self.client.post(self.base + place, data)
        return self.answer

    def readers(self) -> list[str]:
        """The readers that are ticked on the page."""
        found = re.findall(
            r'<input type="checkbox" name="readers" value="(\d+)"([^>]*)>', self.answer.content.decode()
        )
        return [value for value, rest in found if "checked" in rest]

    def offered(self) -> list[str]:
        return re.findall(r'name="readers" value="(\d+)"', self.answer.content.decode())

    def report(
        self,
        what: str,
        *,
        concerned: tuple[str, ...] = (),
        names: str = "",
        contact: str = "",
        files: tuple[Any, ...] = (),
    ) -> str:
        """The whole way; returns the code."""
        self.begin()
        self.go(concerned=list(concerned), names=names)
        self.go(readers=self.readers())
        self.go(what=what)
        self.go(when="เมื่อวันจันทร์", where="หน้าเคาน์เตอร์")
        self.go(evidence="มีใบเสร็จ")
        self.go(known="yes" if contact else "no", contact=contact)
        self.go(files=list(files))
        return self.code()

    def code(self) -> str:
        found = CODE.search(self.answer.content.decode())
        assert found, words(self.answer)
        return found[1]


def upload(name: str, content: bytes, kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)
