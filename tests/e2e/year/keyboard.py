"""Hands that touch nothing but the keyboard: what cannot be reached or does not show its focus is a fault."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400
# Whether the thing with the focus shows it: an outline or shadow of its own, or an outline of what stands around it.
SHOWS_FOCUS = """e => {
  const outlined = x => { const s = getComputedStyle(x); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
  const around = [e, ...(e.labels || []), e.nextElementSibling, e.parentElement, e.closest('label, .drop, .radio, fieldset')];
  return around.some(x => x && outlined(x)) || getComputedStyle(e).boxShadow !== 'none';
}"""
HAS_FOCUS = "e => e === document.activeElement"
# Whether it stands before what has the focus; from the top of the page everything stands behind.
STANDS_BEFORE = """e => { const here = document.activeElement; return here !== document.body
  && Boolean(here.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING); }"""
SAME_GROUP = "(e, name) => document.activeElement.type === 'radio' && document.activeElement.name === name"


class Unreachable(AssertionError):
    """The keyboard does not get there."""


class Keyboard:
    """Tab and Shift+Tab, arrows, Enter, Space, and typing."""

    def press(self, what: Locator) -> None:
        self._reach(what)
        what.page.keyboard.press("Enter")

    def choose(self, radio: Locator) -> None:
        """Into the group by Tab, within it by arrows."""
        name = radio.get_attribute("name") or ""
        page = radio.page
        if not radio.evaluate(SAME_GROUP, name):
            self._tab_until(radio, lambda: bool(radio.evaluate(SAME_GROUP, name)))
        for _ in range(60):
            if radio.is_checked():
                return
            if radio.evaluate(HAS_FOCUS):
                page.keyboard.press("Space")
            else:
                page.keyboard.press("ArrowDown")
        raise Unreachable(f"{page.url}: the arrows do not get to {name}")

    def tick(self, box: Locator) -> None:
        if not box.is_checked():
            self._reach(box)
            box.page.keyboard.press("Space")
            expect(box).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        field.page.keyboard.press("ControlOrMeta+a")
        field.page.keyboard.type(text)

    def select(self, field: Locator, value: str) -> None:
        """With the arrows, from the first choice down to the one with this value or these words."""
        self._reach(field)
        field.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if value in field.evaluate("e => [e.value, e.selectedOptions[0].text.trim()]"):
                return
            field.page.keyboard.press("ArrowDown")
        raise Unreachable(f"{field.page.url}: no choice {value}")

    def attach(self, field: Locator, file: Path) -> None:
        """Enter on the field opens the system's own window, where the file is chosen."""
        self._reach(field)
        with field.page.expect_file_chooser() as window:
            field.page.keyboard.press("Enter")
        window.value.set_files(file)

    def _reach(self, what: Locator) -> None:
        what.wait_for(state="attached")
        self._tab_until(what, lambda: bool(what.evaluate(HAS_FOCUS)))

    def _tab_until(self, what: Locator, there: object) -> None:
        page: Page = what.page
        key = "Shift+Tab" if what.evaluate(STANDS_BEFORE) else "Tab"
        for _ in range(MOST_TABS):
            if there():  # type: ignore[operator]
                break
            page.keyboard.press(key)
        else:
            raise Unreachable(f"{page.url}: not to be reached: {what.evaluate('e => e.outerHTML')[:200]}")
        focused = page.locator(":focus").first
        if not focused.evaluate(SHOWS_FOCUS):
            raise Unreachable(f"{page.url}: shows no focus: {focused.evaluate('e => e.outerHTML')[:200]}")
