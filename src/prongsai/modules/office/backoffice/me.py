"""My own settings: of what one is told and by which channel, calendar, language; name and sign-in stand with the login."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.notify.models import How
from prongsai.foundation.notify.selectors import office_line, preference_of, undelivered, way
from prongsai.foundation.notify.services import choose, choose_news, start_linking, unlink
from prongsai.modules.office.backoffice.settings import NAV
from prongsai.modules.office.selectors import wishes_of
from prongsai.modules.office.services import choose_daily_mail, renew_calendar, stop_calendar
from prongsai.modules.office.told import tell_once, told
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.forms import CardChoiceField, Described, Form
from prongsai.ui.navigation import address
from prongsai.ui.screens import ActionView, ConfirmScreen, Crumb, FormScreen, Screen


class WishesForm(Form):
    daily_mail = forms.BooleanField(
        label=gettext_lazy("Tell me each morning of the work that is overdue or due within 7 days"),
        required=False,
        help_text=gettext_lazy(
            "At seven in the morning of working days, one message at most, none when nothing presses"
        ),
    )
    news = forms.BooleanField(
        label=gettext_lazy("Tell me in office hours when a case is given to me or a citizen writes"),
        required=False,
        help_text=gettext_lazy(
            "What comes together is one message, at most one in two hours. Only numbers of cases, no names and no contents"
        ),
    )
    how = CardChoiceField(
        label=gettext_lazy("Tell me by"),
        choices=[
            (How.EMAIL, gettext_lazy("E-mail")),
            (
                How.LINE,
                Described(
                    "LINE",
                    gettext_lazy(
                        "The office's LINE account, once yours is connected. What it cannot take comes by e-mail"
                    ),
                ),
            ),
        ],
        layout="pair",
    )


class Me(FormScreen):
    permission = SIGNED_IN
    title = gettext_lazy("My own settings")
    nav = NAV
    form = WishesForm
    template = "office/me.html"

    def crumbs(self) -> list[Crumb]:
        if not self.may("office.read"):
            return []
        return [Crumb(_("Office settings"), self.address("settings"))]

    def initial(self) -> dict[str, Any]:
        return {
            "daily_mail": self.wishes.daily_mail,
            "news": self.preference.news,
            "how": self.preference.how,
        }

    @cached_property
    def wishes(self) -> Any:
        return wishes_of(self.member)

    @cached_property
    def preference(self) -> Any:
        return preference_of(self.member)

    def context(self) -> dict[str, Any]:
        line = office_line()
        return {
            "has_calendar": bool(self.wishes.calendar),
            "account": address("account-profile"),
            "office_line": line,
            "has_line": bool(self.preference.line_user),
            "is_told": way(self.member, self.preference, line) is not None,
            "undelivered": undelivered(self.member),
        }

    def act(self, form: WishesForm) -> str:
        choose_daily_mail(actor=self.actor, member=self.member, wanted=form.cleaned_data["daily_mail"])
        choose_news(actor=self.actor, member=self.member, wanted=form.cleaned_data["news"])
        choose(actor=self.actor, member=self.member, how=form.cleaned_data["how"])
        return self.address("settings-me")


class RenewCalendar(ActionView):
    """A new address for the calendar. It is shown once, on the next page."""

    permission = SIGNED_IN
    title = gettext_lazy("New address for the calendar")
    nav = NAV
    submit = gettext_lazy("Make an address")
    cancel = "settings-me"

    def effect(self) -> list[str]:
        return [_("The former address, if there is one, stops at once. The new one is shown a single time")]

    def act(self, form: Any) -> str:
        secret = renew_calendar(actor=self.actor, member=self.member)
        path = address("work-calendar", organization=self.organization.key, secret=secret)
        tell_once(self.request, "calendar", link=settings.BASE_URL + path)
        return self.address("settings-me-calendar")

    def done(self, form: Any) -> str:
        return ""


class ShowCalendar(Screen):
    """The calendar's new address, this once."""

    permission = SIGNED_IN
    title = gettext_lazy("Your calendar's address")
    nav = NAV
    template = "office/calendar.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("My own settings"), self.address("settings-me"))]

    def context(self) -> dict[str, Any]:
        link = told(self.request, "calendar").get("link", "")
        return {"link": link, "webcal": "webcal:" + link.partition(":")[2] if link else ""}


class StopCalendar(ConfirmScreen):
    permission = SIGNED_IN
    title = gettext_lazy("Stop the calendar")
    nav = NAV
    submit = gettext_lazy("Stop the calendar")
    cancel = "settings-me"

    def effect(self) -> list[str]:
        return [
            _(
                "Telephones and programs that show it will show nothing new. A new address can be made at any time"
            )
        ]

    def act(self, form: Any) -> str:
        stop_calendar(actor=self.actor, member=self.member)
        return self.address("settings-me")


class ConnectLine(ActionView):
    """A code that shows that a LINE account is the member's. It is told once, on the next page."""

    permission = SIGNED_IN
    title = gettext_lazy("Connect your LINE")
    nav = NAV
    submit = gettext_lazy("Make a code")
    cancel = "settings-me"

    def effect(self) -> list[str]:
        return [_("You send the code from your own LINE to the office's account. It works for half an hour")]

    def act(self, form: Any) -> str:
        tell_once(self.request, "line", code=start_linking(actor=self.actor, member=self.member))
        return self.address("settings-me-line")

    def done(self, form: Any) -> str:
        return ""


class ShowLine(Screen):
    """The code, this once, and where to send it."""

    permission = SIGNED_IN
    title = gettext_lazy("Connect your LINE")
    nav = NAV
    template = "office/me_line.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("My own settings"), self.address("settings-me"))]

    def context(self) -> dict[str, Any]:
        return {"code": told(self.request, "line").get("code", ""), "office_line": office_line()}


class DisconnectLine(ActionView):
    permission = SIGNED_IN
    title = gettext_lazy("Disconnect your LINE")
    nav = NAV
    submit = gettext_lazy("Disconnect it")
    cancel = "settings-me"

    def effect(self) -> list[str]:
        return [_("You are told by e-mail again")]

    def act(self, form: Any) -> str:
        unlink(actor=self.actor, member=self.member)
        return self.address("settings-me")
