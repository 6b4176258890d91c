"""Somebody at a browser: says what to press and fill in by the words and names on the page, by hand or by keyboard."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Protocol

from django.utils import translation
from playwright.sync_api import Browser, Locator, Page

from tests.e2e.year.watch import Watch

SPACES = re.compile(r"\s+")
PATIENCE = 50  # tenths of a second that words may take to appear


class Hands(Protocol):
    """How a person reaches the things on a page."""

    def press(self, what: Locator) -> None: ...
    def choose(self, radio: Locator) -> None: ...
    def tick(self, box: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...
    def select(self, field: Locator, value: str) -> None: ...
    def attach(self, field: Locator, file: Path) -> None: ...


class Mouse:
    """Points and clicks."""

    def press(self, what: Locator) -> None:
        what.click()

    def choose(self, radio: Locator) -> None:
        label_of(radio).click()

    def tick(self, box: Locator) -> None:
        if not box.is_checked():
            label_of(box).click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def select(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def attach(self, field: Locator, file: Path) -> None:
        field.set_input_files(file)


def label_of(choice: Locator) -> Locator:
    """The label around a radio or box, which is what one clicks; the box itself where it stands alone."""
    around = choice.locator("xpath=ancestor::label[1]")
    return around if around.count() else choice


class Person:
    """One member of the office, in a browser of their own."""

    def __init__(
        self, browser: Browser, address: str, *, watch: Watch, hands: Hands, width: int, name: str = ""
    ) -> None:
        self.address, self.watch, self.hands, self.name = address, watch, hands, name
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=address, accept_downloads=True
        )
        self.context.set_default_timeout(25_000)
        self.context.add_cookies([{"name": "django_language", "value": watch.language, "url": address}])
        self.page: Page = self.context.new_page()
        # Listening from the start: a window that opens before anybody listens is lost.
        self.page.on("filechooser", lambda _: None)
        watch.over(self.page)

    def t(self, words: str, **values: object) -> str:
        """The words of the product in the language of this walk."""
        with translation.override(self.watch.language):
            return translation.gettext(words) % values if values else translation.gettext(words)

    # -- going ----------------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.watch.look(self.page)

    def go(self, what: Locator) -> None:
        """Press what leads to another page, and look at that page."""
        with self.page.expect_navigation():
            self.hands.press(what)
        self.watch.look(self.page)

    def press(self, words: str) -> None:
        """Press the button with these words and go where it leads."""
        self.go(self.button(words))

    def follow(self, words: str, within: str = "main") -> None:
        """Follow the first link that begins with these words."""
        begins = re.compile("^" + re.escape(self.t(words)))
        self.go(self.page.locator(within).get_by_role("link", name=begins).first)

    def follow_to(self, ending: str) -> None:
        """Follow the first visible link whose address ends so."""
        self.go(self.page.locator(f"main a[href$='{ending}']").first)

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=self.t(words), exact=True).first

    # -- filling in -----------------------------------------------------------------------------------------

    def field(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']").first

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            self.hands.write(self.field(name), text)

    def day(self, name: str, day: date) -> None:
        """A date as it is written on paper, all of it in the first box."""
        self.hands.write(self.field(f"{name}_d"), f"{day.day}/{day.month}/{day.year + 543}")

    def choose(self, name: str, value: str) -> None:
        self.hands.choose(self.page.locator(f"main input[name='{name}'][value='{value}']"))

    def tick(self, name: str, value: str = "") -> None:
        one = f"[value='{value}']" if value else ""
        self.hands.tick(self.page.locator(f"main input[name='{name}']{one}"))

    def select(self, name: str, value: str) -> None:
        """By value or words; in a long list by typing its words."""
        field = self.field(name)
        if field.is_visible():
            self.hands.select(field, value)
            return
        words = field.evaluate(
            "(e, v) => [...e.options].find(o => o.value === v || o.text.trim() === v).text.trim()", value
        )
        self.hands.write(field.locator("xpath=../input[@role='combobox']"), words)
        self.page.keyboard.press("Enter")

    def attach(self, file: Path) -> None:
        """Attach a file, and wait until it has arrived."""
        self.hands.attach(self.page.locator("main input[type=file]").first, file)
        self.page.locator(".flist .is-done").first.wait_for()

    # -- seeing ---------------------------------------------------------------------------------------------

    def text(self, where: str = "main") -> str:
        """What stands there, without the places where a line may break."""
        return self.page.locator(where).first.inner_text().replace("\u200b", "").replace("\u2060", "")

    def sees(self, words: str, where: str = "main") -> None:
        """The words stand there, at once or when a script has said them aloud. Line breaks do not count."""
        said = SPACES.sub("", self.t(words))
        for _ in range(PATIENCE):
            if said in SPACES.sub("", self.text(where)):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.name} at {self.page.url}: no {said!r} in {self.text(where)[:1500]!r}")

    def save(self, path: str, to: Path) -> Path:
        """Download a file with the person's session."""
        answer = self.context.request.get(self.address + path)
        assert answer.ok, f"{path}: {answer.status}"
        to.write_bytes(answer.body())
        return to

    # -- the session ----------------------------------------------------------------------------------------

    def sign_in(self, username: str, password: str, fresh: str) -> None:
        """Sign in for the first time with a password that somebody else made, and choose an own one."""
        self.open("/account/login/")
        self.write(login=username, password=password)
        self.press("Sign in")
        assert "/password/change/" in self.page.url, self.page.url
        self.write(oldpassword=password, password1=fresh, password2=fresh)
        self.press("Change the password")
        assert "/password/change/" not in self.page.url, self.text()
