"""Somebody without an account at the public form: what they open, fill in and send."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import open_channel
from prongsai.kernel.contracts import Actor
from prongsai.modules.complaints.portal import limits, visiting
from prongsai.modules.complaints.selectors.drafts import draft_of
from prongsai.modules.complaints.services.course import name_of, shown_of
from prongsai.ui.cases import public

SYSTEM = Actor.system("ชุดทดสอบ")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
ARRIVING = "prongsai.ui.arriving.ArrivingMiddleware"
SCOPE = "prongsai.foundation.tenancy.middleware.ScopeMiddleware"


def open_web() -> Channel:
    """The office takes complaints by its web form."""
    return open_channel(actor=SYSTEM, kind="web", name="แบบฟอร์มบนเว็บ", opened_on=date(2024, 10, 1))


def with_arriving(middleware: list[str]) -> list[str]:
    """The product's middleware with slow forms read before the transaction."""
    if ARRIVING in middleware:
        return middleware
    at = middleware.index(SCOPE)
    return [*middleware[:at], ARRIVING, *middleware[at:]]


def forget_limits() -> None:
    """Every line begins with full buckets."""
    for bucket in (limits.unasked, limits.of_office, limits.answered, limits.megabytes, public.messages):
        bucket.clear()


@dataclass
class Visitor:
    """A browser of its own."""

    office: str = "banthrai"
    client: Client = field(default_factory=Client)
    last: Any = None

    def at(self, path: str) -> str:
        return f"/{self.office}/{path}"

    def open(self, path: str, **headers: Any) -> Any:
        self.last = self.client.get(self.at(path), **headers)
        return self.last

    def send(self, path: str, data: dict[str, Any] | None = None, **headers: Any) -> Any:
        """Send a form as the page has it now; a page of another window is sent by saying its hidden fields."""
        self.last = self.client.post(self.at(path), {**self.hidden(path), **(data or {})}, **headers)
        return self.last

    def hidden(self, path: str) -> dict[str, str]:
        """What the form's pages say of the draft in fields that nobody sees."""
        if not path.startswith("complaints/new/"):
            return {}
        held = self.client.cookies.get(visiting.COOKIE)
        draft = draft_of(held.value) if held else None
        if path.endswith("/check/"):
            return {"draft": name_of(draft), "shown": shown_of(draft)} if draft else {}
        return {"draft": name_of(draft) if draft and draft.case is None else ""}

    def answer(self, step: str, **data: Any) -> Any:
        """Send one question's form; refuses to go on when it was not taken."""
        response = self.send(f"complaints/new/{step}/", data)
        assert response.status_code == 302, response.content.decode()
        return response

    def attach(self, *files: tuple[str, bytes], **data: Any) -> Any:
        sent = [SimpleUploadedFile(name, content) for name, content in files]
        return self.send("complaints/new/photos/", {"photos": sent, **data})

    def report_lamp(self, text: str = "ไฟหน้าวัดดับมาสามวัน", **contact: str) -> None:
        """Everything up to the last page, about a street light."""
        self.answer("what", category="lamp", text=text, more="12")
        self.answer("where", village="๔", place="หน้าวัด")
        self.answer("photos", next="1")
        self.answer("contact", **(contact or {"who": "anonymous"}))

    def submit(self) -> Any:
        return self.send("complaints/new/check/")

    @property
    def code(self) -> str:
        """The tracking code in the address that the last answer leads to."""
        found = re.search(r"/track/([^/]+)/", self.last["Location"])
        assert found, self.last["Location"]
        return found.group(1)

    def page(self) -> str:
        """The text of the last page, without its marks."""
        text = re.sub(r"<(script|style|svg)[\s\S]*?</\1>", " ", self.last.content.decode())
        return " ".join(
            unescape(
                re.sub(r"<[^>]+>", " ", text.replace("<wbr>", "").replace('<span class="nb">', ""))
            ).split()
        )


def words(text: str) -> str:
    """Text as it is compared: gaps do not count, the page has them where lines may break."""
    return "".join(text.split())
