"""People of an office at their browsers: what the tests of the plan's screens share."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from tests.cast import signed_in_client


class Person:
    """Somebody of the office with a browser."""

    def __init__(self, office: Organization, member: Membership) -> None:
        self.office, self.member = office, member
        self.client: Client = signed_in_client(member)

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs={"organization": self.office.key, **kwargs})

    def see(self, name: str, *, query: str = "", **kwargs: Any) -> str:
        """The page's words."""
        answer = self.client.get(self.url(name, **kwargs) + query, follow=True)
        assert answer.status_code == 200, (name, answer.status_code)
        return words(answer.content)

    def send(self, name: str, data: dict[str, Any] | None = None, *, query: str = "", **kwargs: Any) -> Any:
        """Open the page, fill in, press the button; what the page held otherwise is sent as it stands."""
        address = self.url(name, **kwargs) + query
        held = fields(self.client.get(address).content.decode())
        return self.client.post(address, {**held, **(data or {})})


def words(content: bytes) -> str:
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


class Held(HTMLParser):
    """What the last form of a page would send if nothing was touched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        reader = getattr(self, f"{tag}_begins", None)
        if reader:
            reader(given)

    def form_begins(self, given: dict[str, str]) -> None:
        if given.get("method") == "post":
            self.found.clear()

    def input_begins(self, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "")
        ticked = kind in {"checkbox", "radio"}
        if name and kind != "file" and ("checked" in given or not ticked):
            self.found.setdefault(name, []).append(given.get("value", "on" if ticked else ""))

    def textarea_begins(self, given: dict[str, str]) -> None:
        self.area = given["name"]
        self.found[self.area] = [""]

    def select_begins(self, given: dict[str, str]) -> None:
        self.select = given["name"]

    def option_begins(self, given: dict[str, str]) -> None:
        if self.select and ("selected" in given or self.select not in self.found):
            self.found[self.select] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self.area = self.select = ""


def fields(page: str) -> dict[str, Any]:
    reader = Held()
    reader.feed(page)
    return reader.found
