"""Screens of recipients: nothing shows before the key is open, and nothing that is typed is kept anywhere."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.desk import services as desk
from prongsai.modules.corruption.choices import RECEIVE
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.reports import OpenReport, report_of
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.selectors import holder_of
from prongsai.modules.corruption.services import unlocked_pair
from prongsai.ui.screens import Crumb, FormScreen, Screen
from prongsai.ui.screens.sending import sent_token

COOKIE = "corruption"
NAV = "corruption"
INBOX = (_("Sealed inbox"), "corruption-inbox")


def cookie_path(organization: Any) -> str:
    return f"/{organization.key}/work/corruption/"


def set_cookie(response: HttpResponseBase, organization: Any, value: str) -> None:
    response.set_cookie(
        COOKIE,
        value,
        path=cookie_path(organization),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


class Own(Screen, abstract=True):
    """A screen about the member's own key."""

    permission = RECEIVE
    nav = NAV
    never_kept = True  # not even for somebody whose session has ended

    @cached_property
    def holder(self) -> Holder | None:
        """What the member was named for; None when they were not."""
        return holder_of(self.member)

    @cached_property
    def pair(self) -> Pair | None:
        """The member's key, while it is open on this device."""
        cookie = self.request.COOKIES.get(COOKIE, "")
        if self.holder is None or not self.holder.confirmed or not cookie:
            return None
        return unlocked_pair(self.holder, cookie)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(INBOX[0], self.address(INBOX[1]))]

    def locked(self) -> HttpResponse:
        """What stands instead of the screen while the key is closed, or when there is none."""
        self.template = "corruption/locked.html"
        return self.show(holder=self.holder, onward=self.request.path)


class WithKey(Own, abstract=True):
    """A screen that needs the open key. Before it is open the address tells nothing of what is behind it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_address()
        if self.pair is not None:
            return super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            return HttpResponseRedirect(f"{self.address('corruption-unlock')}?next={request.path}")
        response = self.locked()
        response["Cache-Control"] = "private, no-store"
        return response

    def require_address(self) -> None:
        """Http404 for what is not of this office, whether the key is open or not."""


class OfReport(WithKey, abstract=True):
    """A screen of one report that the member may read."""

    def require_address(self) -> None:
        if not Report.objects.filter(ref=self.kwargs["sealed"], erased=False).exists():
            raise Http404("no such report")

    def object(self) -> OpenReport | None:
        if self.pair is None or self.holder is None:
            return None
        found = report_of(self.holder, self.pair, self.kwargs["sealed"])
        if found is None:
            raise Http404("no such report")
        return found

    @property
    def opened(self) -> OpenReport:
        return self.thing

    def here(self, name: str, **kwargs: Any) -> str:
        return self.address(name, sealed=self.kwargs["sealed"], **kwargs)

    def cancel_url(self) -> str:
        """Where an act on the report leads back to that is not done."""
        return self.here("corruption-report")

    def crumbs(self) -> list[Crumb]:
        steps = super().crumbs()
        if self.pair is not None and type(self).__name__ != "ReportPage":
            steps.append(Crumb(self.opened.title, self.here("corruption-report")))
        return steps


class SecretForm(FormScreen, abstract=True):
    """A form that acts once and of whose words nothing is kept, not even a digest.

    That it was sent is remembered by the day, and as leading to the inbox: not which report it was about.
    """

    never_kept = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = sent_token(request)
        led = desk.once(token, by_day=True) if token else None
        return HttpResponseRedirect(led) if led else self._sent(token)

    def remembered(self, url: str) -> str:
        return self.address("corruption-inbox")
