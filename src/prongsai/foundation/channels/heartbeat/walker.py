"""Walks a public form like a person without JavaScript: fills in what is asked, page after page, up to the receipt.

It knows nothing of the form but HTML. What may help it: `data-canary` on a control says what to fill in or that this is
the one to choose; an element with `data-receipt` is the end. Needs neither database nor settings, so that a prober on
another machine walks the same way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

MOST_PAGES = 20
AWAY = re.compile(r"back|prev|draft|discard|skip|cancel|delete|remove|ย้อน|ข้าม|ยกเลิก|ลบ", re.I)
# What leads to the channel for corruption reports: another way in.
APART = re.compile(r"corruption|whistle|sealed|ทุจริต", re.I)
TEXTS = {"text", "search", ""}
# A page that was refused is filled in once more, with everything that it might have wanted.
EAGER = {
    "email": "self-check@example.org", "tel": "0000000000", "number": "1", "date": "2024-01-01",
    "time": "09:00", "url": "https://example.org/",
}  # fmt: skip

Fetch = Callable[..., Any]  # as outgoing.fetch


@dataclass
class Walked:
    """How far the walk came. `receipt` is what the last page says, `note` why there is none."""

    ok: bool = False
    receipt: str = ""
    note: str = ""
    pages: list[str] = field(default_factory=list[str])
    took_ms: int = 0


@dataclass
class Visitor:
    """A browser of the least sort: it keeps cookies, says where it comes from, and follows redirects."""

    fetch: Fetch
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    url: str = ""

    def open(self, url: str, form: list[tuple[str, str]] | None = None) -> Any:
        method, body = ("GET", None) if form is None else ("POST", urlencode(form).encode())
        for _hop in range(6):
            answer = self.fetch(url, method=method, body=body, headers=self._headers(url, body), redirects=0)
            self._keep(answer.cookies)
            self.url = url
            where = answer.headers.get("location")
            if answer.status not in {301, 302, 303, 307, 308} or not where:
                return answer
            url, method, body = urljoin(url, where), "GET", None
        raise OSError("เปลี่ยนเส้นทางหลายครั้งเกินไป")

    def _headers(self, url: str, body: bytes | None) -> dict[str, str]:
        said = {"Accept": "text/html", "Accept-Language": "th"}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.url:
            said["Referer"] = self.url
        if body is not None:
            parts = urlsplit(url)
            said["Content-Type"] = "application/x-www-form-urlencoded"
            said["Origin"] = f"{parts.scheme}://{parts.netloc}"
        return said

    def _keep(self, lines: tuple[str, ...]) -> None:
        for line in lines:
            try:
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            except CookieError:
                continue


def walk(url: str, text: str, fetch: Fetch) -> Walked:
    """Go from `url` through every page of the form with `text` in its fields, and come back with the receipt."""
    began, walked, visitor = time.monotonic(), Walked(), Visitor(fetch)
    try:
        _go(visitor, url, text, walked)
    except OSError as error:
        walked.note = str(error) or type(error).__name__
    except html.etree.LxmlError:
        walked.note = "อ่านหน้าเว็บไม่ได้"
    walked.took_ms = round(1000 * (time.monotonic() - began))
    return walked


def _go(visitor: Visitor, url: str, text: str, walked: Walked) -> None:
    answer, eager, start = visitor.open(url), False, urlsplit(url).netloc
    for _page in range(MOST_PAGES):
        walked.pages.append(visitor.url)
        if answer.status != 200:
            walked.note = f"หน้าแบบฟอร์มตอบ {answer.status}"
            return
        page = html.fromstring(answer.text or "<html/>")
        end = page.xpath("//*[@data-receipt]")
        if end:
            walked.ok = True
            walked.receipt = end[0].get("data-receipt") or end[0].text_content().strip()[:80]
            return
        form = _form(page)
        if form is None:
            link = _onward(page)
            if link is None:
                walked.note = "หน้าเว็บไม่มีแบบฟอร์มให้กรอก"
                return
            answer = visitor.open(urljoin(visitor.url, link))
            continue
        refused = bool(page.xpath("//*[@role='alert']"))
        if refused and eager:
            walked.note = "แบบฟอร์มไม่รับข้อมูล: " + _alert(page)
            return
        eager = refused
        target = urljoin(visitor.url, form.get("action") or visitor.url)
        if urlsplit(target).netloc != start:
            walked.note = "แบบฟอร์มส่งไปเว็บอื่น"
            return
        answer = visitor.open(target, list(filled(form, text, eager=eager)))
    walked.note = "แบบฟอร์มยาวเกินไป หรือวนกลับที่เดิม"


def asks(text: str) -> bool:
    """Whether a page asks something, or leads on to where something is asked."""
    try:
        page = html.fromstring(text or "<html/>")
    except html.etree.LxmlError:
        return False
    return _form(page) is not None or _onward(page) is not None


def _form(page: Any) -> Any:
    """The form of the page that asks most; those of search and language are GET and stand outside <main>."""
    mains = page.xpath("//main") or [page]
    forms = [form for form in mains[0].xpath(".//form") if (form.get("method") or "").lower() == "post"]
    return max(forms, key=lambda form: len(list(_controls(form))), default=None)


def _onward(page: Any) -> str | None:
    """The first link of the page that looks like a button and does not lead to the channel for corruption reports."""
    for link in page.xpath("//main//a[@href][contains(concat(' ', @class, ' '), ' btn ') or @data-canary]"):
        if not APART.search(link.get("href")) and not AWAY.search(link.text_content()):
            return link.get("href")
    return None


def _alert(page: Any) -> str:
    return " ".join(page.xpath("//*[@role='alert']")[0].text_content().split())[:200]


def _controls(form: Any) -> Iterator[Any]:
    for control in form.xpath(".//input|.//select|.//textarea"):
        if control.get("name") and control.get("disabled") is None:
            yield control


def filled(form: Any, text: str, *, eager: bool) -> Iterator[tuple[str, str]]:
    """What a person would send: the text in every field for words, the first of each choice, nothing in traps."""
    chosen = _chosen(form, eager=eager)
    for control in _controls(form):
        name, kind = control.get("name"), (control.get("type") or "").lower()
        hint = control.get("data-canary")
        if control.tag == "textarea":
            yield name, hint or text
        elif control.tag == "select":
            yield name, _option(control)
        elif kind == "hidden":
            yield name, control.get("value") or ""
        elif kind in {"radio", "checkbox"}:
            if control in chosen:
                yield name, control.get("value") or "on"
        elif control.get("tabindex") == "-1" or kind in {"file", "submit", "button", "image", "reset"}:
            continue  # a trap for programs, or nothing to say
        elif kind in TEXTS:
            yield name, hint or (text[: int(control.get("maxlength") or 200)])
        else:
            yield name, hint or (EAGER.get(kind, "") if eager else control.get("value") or "")
    yield from _pressed(form)


def _chosen(form: Any, *, eager: bool) -> list[Any]:
    """Of each group of buttons the hinted one, the one chosen already, or the first that stays on this way in."""
    groups: dict[str, list[Any]] = {}
    ticked: list[Any] = []
    for control in _controls(form):
        kind = (control.get("type") or "").lower()
        if kind == "radio":
            groups.setdefault(control.get("name"), []).append(control)
        elif kind == "checkbox" and (
            eager or control.get("checked") is not None or control.get("required") is not None
        ):
            ticked.append(control)
    for group in groups.values():
        ticked.append(_first(group))
    return ticked


def _first(group: list[Any]) -> Any:
    hinted = [control for control in group if control.get("data-canary") is not None]
    checked = [control for control in group if control.get("checked") is not None]
    here = [control for control in group if not APART.search(_words(control))]
    return (hinted or checked or here or group)[0]


def _words(control: Any) -> str:
    """A choice's value and what its label says."""
    labels = control.xpath("ancestor::label[1]") or control.xpath(
        "//label[@for=$id]", id=control.get("id") or ""
    )
    return f"{control.get('value') or ''} {labels[0].text_content() if labels else ''}"


def _option(select: Any) -> str:
    options = [option for option in select.xpath(".//option") if option.get("disabled") is None]
    chosen = [o for o in options if o.get("selected") is not None and o.get("value")]
    usual = [o for o in options if o.get("value") and not APART.search(o.get("value") + o.text_content())]
    found = (chosen or usual or options or [None])[0]
    return "" if found is None else (found.get("value") or "")


def _pressed(form: Any) -> Iterator[tuple[str, str]]:
    """The button that goes on: the first that neither goes back nor keeps a draft."""
    for button in form.xpath(".//button[not(@type) or @type='submit']|.//input[@type='submit']"):
        said = f"{button.get('name') or ''} {button.text_content()} {button.get('value') or ''}"
        if button.get("formnovalidate") is None and not AWAY.search(said):
            if button.get("name"):
                yield button.get("name"), button.get("value") or ""
            return


def trusting(fetch: Fetch, url: str) -> Fetch:
    """`fetch` that may reach this installation's own address wherever it stands."""

    def ours(address: str, **how: Any) -> Any:
        return fetch(address, trusted=url, **how)

    return ours


Headers = Mapping[str, str]
