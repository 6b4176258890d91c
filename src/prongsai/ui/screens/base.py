"""What every screen of the workspace is: a view with a permission, a title and a place in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views import View

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.contracts import Actor
from prongsai.ui.navigation import holds

Text = str | Promise


@dataclass(frozen=True)
class Crumb:
    """A step of the way to a page. The page itself is no crumb."""

    title: Text
    url: str = ""


@dataclass(frozen=True)
class Action:
    """A link that does or opens something. `url` is a view's name, reversed with the organization's key."""

    title: Text
    url: str | Callable[[Any], str]
    permission: str = ""

    def address(self, screen: Screen) -> str:
        return self.url(screen) if callable(self.url) else screen.address(self.url)


@dataclass(frozen=True)
class Link:
    """An action whose address is known: what templates show."""

    title: Text
    url: str


class Screen(View):
    """A page of the workspace: subclasses say `permission` and `title`, and bring a template or context.

    A class without a permission does not come into being (TypeError), unless it is `abstract=True`: a base for others.
    """

    permission: ClassVar[str]
    title: Text = ""
    nav: str = ""  # key of the NavigationItem that is current here
    template: str = "ui/screen.html"
    primary: Action | None = None  # the one filled button at the head

    request: HttpRequest
    organization: Organization
    actor: Actor
    member: Membership

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not abstract and not getattr(cls, "permission", ""):
            raise TypeError(f"{cls.__qualname__} does not say which permission opens it")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.organization = request.organization  # type: ignore[attr-defined]
        self.actor = request.actor  # type: ignore[attr-defined]
        self.member = request.member  # type: ignore[attr-defined]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        # What a member saw is not left behind on a shared computer, and Back shows a fresh form with a fresh token.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def object(self) -> Any:
        """What the address names beside the organization; Http404 when the office has no such thing.

        Asked once, before the page shows or does anything, so that no screen opens on what is not there.
        """
        return None

    @cached_property
    def thing(self) -> Any:
        """The object, found once a request."""
        return self.object()

    def require_thing(self) -> None:
        """Http404 unless what the address names is there."""
        _ = self.thing

    def get_title(self) -> str:
        return str(self.title)

    def lead(self) -> str:
        """The sentence below the title: what is done here."""
        return ""

    def crumbs(self) -> Sequence[Crumb]:
        """The way to this page, without the page itself."""
        return ()

    def years(self) -> Sequence[tuple[int, str]]:
        """The fiscal years (พ.ศ.) to switch between in the masthead, each with its address."""
        return ()

    def year(self) -> int | None:
        """The fiscal year that the page is about, from its address when that has one."""
        return self.kwargs.get("fiscal_year")

    def context(self) -> dict[str, Any]:
        """What the template needs beside the frame."""
        return {}

    def address(self, name: str, **kwargs: Any) -> str:
        """The address of a named view of this organization."""
        return reverse(name, kwargs={"organization": self.organization.key, **kwargs})

    def may(self, permission: str) -> bool:
        """Whether the member holds the permission; for showing or hiding, services ask again."""
        return holds(self.actor, permission)

    def link(self, action: Action | None) -> Link | None:
        """The action as a link; None when the member may not follow it."""
        if action is None or not self.may(action.permission):
            return None
        return Link(action.title, action.address(self))

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        """The page. What `context()` and the caller say comes over what every page has."""
        frame = {
            "object": self.thing,
            "screen": self,
            "title": self.get_title(),
            "lead": self.lead(),
            "nav": self.nav,
            "crumbs": self.crumbs(),
            "years": self.years(),
            "year": self.year(),
            "primary": self.link(self.primary),
        }
        return render(self.request, self.template, {**frame, **self.context(), **more}, status=status)
