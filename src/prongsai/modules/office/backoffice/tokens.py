"""โทเค็น: a member's keys for programs. Made here, shown once, revoked at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.accounts.permissions import permissions
from prongsai.foundation.api.models import ApiToken
from prongsai.foundation.api.selectors import tokens
from prongsai.foundation.api.services import create_token, revoke_token
from prongsai.kernel import clock
from prongsai.modules.office.backoffice.settings import NAV
from prongsai.modules.office.told import tell_once, told
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.forms import CardChoiceField, Form
from prongsai.ui.screens import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    Crumb,
    Empty,
    FormScreen,
    ListScreen,
    Screen,
)

MANAGE = "people.manage"
SHOWN = "token"
STATES = (("1", gettext_lazy("works")), ("0", gettext_lazy("ended")))


def works(token: ApiToken, now: datetime) -> bool:
    """Whether the token still opens anything."""
    return token.revoked_at is None and token.expires_at > now


def _way(screen: Screen, *more: tuple[Any, str]) -> list[Crumb]:
    """Somebody without the office's settings comes from their own."""
    first = (gettext_lazy("My own settings"), "settings-me")
    return [Crumb(title, screen.address(name)) for title, name in (first, *more)]


def _revoke(screen: Any, chosen: list[ApiToken]) -> str:
    for token in chosen:
        revoke_token(actor=screen.actor, token=token)
    return ngettext("%(n)s token is revoked", "%(n)s tokens are revoked", len(chosen)) % {"n": len(chosen)}


def _in_state(rows: QuerySet[ApiToken], value: str) -> QuerySet[ApiToken]:
    working = rows.filter(revoked_at=None, expires_at__gt=clock.now())
    return working if value == "1" else rows.exclude(pk__in=working.values("pk"))


class Tokens(ListScreen):
    """One's own tokens; whoever manages people sees everybody's."""

    permission = SIGNED_IN
    title = gettext_lazy("Tokens for programs")
    nav = NAV
    columns = (
        Column("name", gettext_lazy("What it is for")),
        Column("prefix", gettext_lazy("Begins with")),
        Column("holder", gettext_lazy("Of whom"), "member.user.full_name"),
        Column("scopes", gettext_lazy("Permits"), lambda token: ", ".join(_titles(token.scopes))),
        Column("last_used_on", gettext_lazy("Last used"), kind="date"),
        Column("expires_at", gettext_lazy("Works until"), lambda token: token.expires_at.date(), kind="date"),
        Column(
            "state",
            gettext_lazy("State"),
            lambda token: _("works") if works(token, clock.now()) else _("ended"),
            kind="tag",
        ),
    )
    filters = (ChoiceFilter("state", gettext_lazy("State"), choices=STATES, apply=_in_state),)
    actions = (
        BulkAction(
            "revoke", gettext_lazy("Revoke"), _revoke, danger=True,
            confirm=gettext_lazy("%(count)s tokens stop at once. Programs that use them are refused from now on"),
        ),
    )  # fmt: skip
    primary = Action(gettext_lazy("Make a token"), "settings-token-add")
    empty = Empty(
        gettext_lazy("No token yet"),
        gettext_lazy(
            "With a token a program of yours reads and records here in your name, as far as you permit"
        ),
        Action(gettext_lazy("Make a token"), "settings-token-add"),
    )

    def lead(self) -> str:
        return _(
            "A token lets a program work in your name. It permits what you choose, and never more than you may do"
        )

    def crumbs(self) -> list[Crumb]:
        return _way(self)

    def rows(self) -> QuerySet[ApiToken]:
        found = tokens()
        return found if self.may(MANAGE) else found.filter(member=self.member)


def _titles(scopes: list[str]) -> list[str]:
    known = permissions()
    return [known[key].title if key in known else key for key in scopes]


class TokenForm(Form):
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=100,
        help_text=gettext_lazy("Such as the name of the program that will use it"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("The program may"), widget=forms.CheckboxSelectMultiple
    )
    days = CardChoiceField(
        label=gettext_lazy("For how long"),
        choices=[
            ("30", gettext_lazy("30 days")),
            ("90", gettext_lazy("90 days")),
            ("365", gettext_lazy("1 year")),
        ],
        help_text=gettext_lazy("Afterwards make a new one"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = permissions()
        mine = sorted(self.actor.permissions) if self.actor else []
        field: Any = self.fields["scopes"]
        field.choices = [(key, known[key].title if key in known else key) for key in mine]


class AddToken(FormScreen):
    permission = SIGNED_IN
    title = gettext_lazy("Make a token")
    nav = NAV
    form = TokenForm
    submit = gettext_lazy("Make the token")
    cancel = "settings-tokens"

    def lead(self) -> str:
        return _("Choose as little as the program needs: whoever holds the token may do the same")

    def crumbs(self) -> list[Crumb]:
        return _way(self, (gettext_lazy("Tokens for programs"), "settings-tokens"))

    def act(self, form: TokenForm) -> str:
        chosen = form.cleaned_data
        token, secret = create_token(
            actor=self.actor,
            member=self.member,
            name=chosen["name"],
            scopes=chosen["scopes"],
            days=int(chosen["days"]),
        )
        tell_once(self.request, SHOWN, secret=secret, name=token.name)
        return self.address("settings-token-shown")

    def done(self, form: TokenForm) -> str:
        return ""


class ShowToken(Screen):
    """The secret that was just made, this once."""

    permission = SIGNED_IN
    title = gettext_lazy("Your new token")
    nav = NAV
    template = "office/token.html"

    def crumbs(self) -> list[Crumb]:
        return _way(self, (gettext_lazy("Tokens for programs"), "settings-tokens"))

    def context(self) -> dict[str, Any]:
        shown = told(self.request, SHOWN)
        return {"told": shown, "example": f"{settings.BASE_URL}/api/v1/{self.organization.key}/me"}
