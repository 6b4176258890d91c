"""What somebody without an account types: kept on their device until the office has it, and given back when a form is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise

TYPED = "typed"  # the script's name for what it sends: a page that says it back proves that it arrived
LONG = 40  # letters that fit into a box of one line
TOKEN = re.compile(r"[\w-]{16,64}")
View = TypeVar("View", bound=Callable[..., Any])


def typed_token(request: HttpRequest) -> str:
    """The name that the script gave to what came with this form; "" without the script."""
    return token_in(request.POST.get(TYPED, ""))


def token_in(text: str) -> str:
    """The text, if it can be such a name, or any token of a form; "" otherwise."""
    return text if TOKEN.fullmatch(text) else ""


@dataclass(frozen=True)
class Returning:
    """What of a form comes back: fields that are shown with their labels, and those that go along unseen."""

    shown: Mapping[str, str | Promise]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A field with what was typed into it."""

    name: str
    label: str | Promise
    text: str

    @property
    def is_long(self) -> bool:
        return "\n" in self.text or len(self.text) > LONG


@dataclass(frozen=True)
class Returned:
    """The words of a form that was not taken, and where they are sent again."""

    address: str
    shown: list[Line]
    hidden: list[tuple[str, str]]


def returns(returning: Returning) -> Callable[[View], View]:
    """Mark a public view whose words are given back when the form's token is missing; a class says `returning`."""

    def mark(view: View) -> View:
        view.returning = returning  # type: ignore[attr-defined]
        return view

    return mark


def returned(request: HttpRequest) -> Returned | None:
    """What to give back of a form that came without its token; None where there is nothing.

    Only to a page of our own: what another site makes a browser send is not put before anybody to be sent on.
    """
    if request.method != "POST" or not _from_here(request):
        return None
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return None
    marked = getattr(view, "view_class", view)
    returning: Returning | None = getattr(marked, "returning", None)
    if returning is None:
        return None
    given = request.POST
    shown = [Line(name, label, given[name]) for name, label in returning.shown.items() if given.get(name)]
    hidden = [(name, given[name]) for name in returning.hidden if name in given]
    return Returned(request.get_full_path(), shown, hidden) if shown else None


def _from_here(request: HttpRequest) -> bool:
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(came_from).netloc == request.get_host()
