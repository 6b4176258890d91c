"""What all pages for reporters are: they know nobody, keep nothing, and work without scripts, cookies and a host's name."""

from __future__ import annotations

import secrets
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views import View

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.errors import Unreadable
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.corruption.choices import FILE_BYTES, MOST_FILES
from prongsai.modules.corruption.stripping import Bare, stripped
from prongsai.ui.access import PUBLIC

AWAY = "https://www.tmd.go.th/"  # the weather: where the button for leaving leads
AUTHORITIES = Path(__file__).parents[1] / "data" / "authorities.toml"
ANYWHERE = {"", "none", "same-origin", "same-site"}  # what a browser says of a form that is ours


@cache
def authorities() -> list[dict[str, str]]:
    return tomllib.loads(AUTHORITIES.read_text("utf-8"))["authority"]


class Quiet(View):
    """A page for reporters. Its request has lost its sender before it comes here (ui/discreet.py)."""

    permission = PUBLIC
    request: HttpRequest
    organization: Organization

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.organization = request.organization  # type: ignore[attr-defined]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "") not in ANYWHERE:
            raise PermissionDenied  # a form on somebody else's page
        return super().dispatch(request, *args, **kwargs)

    @property
    def stranger(self) -> str:
        return getattr(self.request, "stranger", "")

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        lang = get_language() or "th"
        shared = {
            "away": AWAY,
            "query": "" if lang == "th" else f"?lang={lang}",
            "here": self.request.path,
            "is_post": self.request.method == "POST",
        }
        response = render(self.request, f"corruption/{name}.html", {**shared, **context}, status=status)
        # Django logs what is refused with its address and moment: that somebody wrote here stands in no log.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    def nobody(self) -> HttpResponse:
        """The page that takes nothing and says who does."""
        return self.page(
            "nobody", authorities=authorities(), reason=gettext("This office has not opened the channel yet")
        )

    # --- files ---

    @property
    def had_files(self) -> bool:
        return bool(self.request.FILES.getlist("files"))

    def files(self) -> tuple[list[Bare], list[str]]:
        """The files of the form without what tells of their makers, and what is wrong with the others."""
        kept: list[Bare] = []
        wrong: list[str] = []
        sent = self.request.FILES.getlist("files")
        if len(sent) > MOST_FILES:
            return [], [gettext("At most %(most)s files can be added") % {"most": MOST_FILES}]
        for number, file in enumerate(sent, 1):
            try:
                kept.append(stripped(file.read(FILE_BYTES + 1), file.name or ""))
            except Unreadable as error:
                wrong.append(gettext("File %(number)s: %(reason)s") % {"number": number, "reason": error})
        for _name in getattr(self.request, "too_large", ()):
            wrong.append(gettext("A file is larger than %(most)s MB") % {"most": FILE_BYTES >> 20})
        return kept, wrong


def sum_asked() -> tuple[str, int]:
    """The question that a machine does not answer by itself, and its answer."""
    words = numbers()
    first, second = secrets.randbelow(5) + 1, secrets.randbelow(4) + 1
    asked = gettext("How many are %(first)s and %(second)s together?")
    return asked % {"first": words[first], "second": words[second]}, first + second


def numbers() -> list[str]:
    return [
        gettext("nought"), gettext("one"), gettext("two"), gettext("three"), gettext("four"), gettext("five"),
        gettext("six"), gettext("seven"), gettext("eight"), gettext("nine"),
    ]  # fmt: skip


def is_answer(typed: str, wanted: object) -> bool:
    """Whether the number is typed, in any digits or as a word."""
    text = to_arabic(typed.strip()).lower()
    words = [word.lower() for word in numbers()]
    return text == str(wanted) or (text in words and words.index(text) == wanted)
