"""บุคลากร: who works here, with which roles; invitations, logins, leaving."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.models import Invitation, Membership, MembershipRole, Role
from prongsai.foundation.accounts.selectors import invitations, members, roles
from prongsai.foundation.accounts.services import (
    change_member,
    correct_person,
    deactivate,
    hire,
    invite,
    reactivate,
    reset_login,
    withdraw_invitation,
)
from prongsai.foundation.casework.models import Case
from prongsai.foundation.notify.selectors import undelivered
from prongsai.foundation.organizations.models import Unit
from prongsai.modules.office.backoffice.settings import NAV, known, way
from prongsai.modules.office.forms import HireForm, InviteForm, MemberForm
from prongsai.modules.office.mails import send_invitation
from prongsai.modules.office.told import tell_once, told
from prongsai.ui.navigation import address
from prongsai.ui.screens import (
    Action,
    ActionView,
    ChoiceFilter,
    Column,
    ConfirmScreen,
    Crumb,
    Empty,
    FormScreen,
    ListScreen,
    Screen,
)

MANAGE = "people.manage"
NAMED = 10  # cases of who leaves that are named
PEOPLE = (gettext_lazy("People"), "settings-people")


@known
def _units() -> list[tuple[str, str]]:
    return [(str(unit.pk), unit.name) for unit in Unit.objects.active()]


@known
def _roles() -> list[tuple[str, str]]:
    return [(role.key, role.name) for role in roles()]


class People(ListScreen):
    permission = "office.read"
    title = gettext_lazy("People")
    nav = NAV
    template = "office/people.html"
    columns = (
        Column(
            "name", gettext_lazy("Name"), "user.full_name", sort="user__full_name",
            link=lambda screen, row: screen.address("settings-person", member=row.pk) if screen.may(MANAGE) else "",
        ),
        Column("position", gettext_lazy("Position"), sort="position"),
        Column("unit", gettext_lazy("Unit"), "unit.name"),
        Column("roles", gettext_lazy("Roles"), lambda row: ", ".join(row.role_names)),
        Column("state", gettext_lazy("State"), lambda row: _("works here") if row.is_active else _("has left"), kind="tag"),
    )  # fmt: skip
    filters = (
        ChoiceFilter("unit", gettext_lazy("Unit"), choices=_units),
        ChoiceFilter("role", gettext_lazy("Role"), choices=_roles, field="held__role__key"),
        ChoiceFilter(
            "state",
            gettext_lazy("State"),
            choices=(("1", gettext_lazy("works here")), ("0", gettext_lazy("has left"))),
            apply=lambda rows, value: rows.filter(is_active=value == "1"),
        ),
    )
    search = ("user__full_name", "user__username", "position")
    primary = Action(gettext_lazy("Invite somebody"), "settings-invite", MANAGE)
    empty = Empty(
        gettext_lazy("Nobody works here yet"),
        gettext_lazy("Invite people by a link, or make their login yourself"),
    )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[Membership]:
        held = Role.objects.filter(holders__membership=OuterRef("pk")).order_by("-is_builtin", "id")
        return members().annotate(role_names=ArraySubquery(held.values("name")))

    def context(self) -> dict[str, Any]:
        may = self.may(MANAGE)
        return {"invitations": list(invitations()) if may else [], "may_manage": may}


class Invite(FormScreen):
    """An invitation: a link that makes one person a member, once, within seven days."""

    permission = MANAGE
    title = gettext_lazy("Invite somebody")
    nav = NAV
    form = InviteForm
    submit = gettext_lazy("Make the link")
    cancel = "settings-people"

    def lead(self) -> str:
        return _(
            "Whoever opens the link chooses their own user name and password. It works once, for seven days"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self, PEOPLE)

    def act(self, form: Any) -> str:
        invitation, token = invite(actor=self.actor, **form.cleaned_data)
        tell_link(self, invitation, token)
        return self.address("settings-people-told")

    def done(self, form: Any) -> str:
        return ""


def tell_link(screen: Screen, invitation: Invitation, token: str) -> None:
    """Mail the invitation's link where there is an address, and show it once."""
    link = settings.BASE_URL + address(
        "account-invitation", organization=screen.organization.key, token=token
    )
    mailed = send_invitation(invitation, screen.organization, link) if invitation.email else None
    tell_once(
        screen.request, "people", name=invitation.full_name, link=link, email=invitation.email, mailed=mailed
    )


class Hire(FormScreen):
    """A login made by hand, for whoever has no mail: the password is told once, and changed at the first login."""

    permission = MANAGE
    title = gettext_lazy("Make a login yourself")
    nav = NAV
    form = HireForm
    submit = gettext_lazy("Make the login")
    cancel = "settings-people"

    def lead(self) -> str:
        return _(
            "For somebody beside you. The system shows a password once; it must be changed at the first login"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self, PEOPLE)

    def act(self, form: Any) -> str:
        member, password = hire(actor=self.actor, **form.cleaned_data)
        tell_once(
            self.request,
            "people",
            name=member.user.full_name,
            username=member.user.username,
            password=password,
        )
        return self.address("settings-people-told")

    def done(self, form: Any) -> str:
        return ""


class Told(Screen):
    """The link or password that was just made, this once."""

    permission = MANAGE
    title = gettext_lazy("Hand this over")
    nav = NAV
    template = "office/told.html"

    def crumbs(self) -> list[Crumb]:
        return way(self, PEOPLE)

    def context(self) -> dict[str, Any]:
        return {"told": told(self.request, "people")}


def _member(screen: Screen) -> Membership:
    found = members().filter(pk=screen.kwargs["member"]).first()
    if found is None:
        raise Http404("no such member")
    return found


class Person(FormScreen):
    """Somebody's place, roles and address; beside it what ends or mends a login."""

    permission = MANAGE
    nav = NAV
    form = MemberForm
    template = "office/person.html"
    cancel = "settings-people"

    def object(self) -> Membership:
        return _member(self)

    def get_title(self) -> str:
        return self.thing.user.full_name

    def crumbs(self) -> list[Crumb]:
        return way(self, PEOPLE)

    def built(self, *data: Any, **more: Any) -> Any:
        form = super().built(*data, **more)
        form.fields["unit"].also(self.thing.unit)
        return form

    def initial(self) -> dict[str, Any]:
        person: Membership = self.thing
        held = MembershipRole.objects.filter(membership=person).values_list("role__key", flat=True)
        return {
            "position": person.position,
            "unit": person.unit_id,  # type: ignore[attr-defined]
            "roles": list(held),
            "post": person.post,
            "full_name": person.user.full_name,
            "email": person.user.email,
        }

    def context(self) -> dict[str, Any]:
        return {"person": self.thing, "undelivered": undelivered(self.thing)}

    def act(self, form: MemberForm) -> str:
        said = form.cleaned_data
        place = {name: said[name] for name in ("position", "unit", "roles", "post")}
        change_member(actor=self.actor, member=self.thing, **place)
        user = self.thing.user
        if (said["full_name"], said["email"]) != (user.full_name, user.email):
            correct_person(
                actor=self.actor, member=self.thing, full_name=said["full_name"], email=said["email"]
            )
            if user.email and said["email"].lower() != user.email:
                # As when it is changed by oneself: passwords are forgotten, and found again, by mail.
                get_adapter(self.request).send_mail(
                    "account/email/address_changed", user.email, {"user": user}
                )
        return self.address("settings-people")


class PersonAct(ConfirmScreen, abstract=True):
    """An act on one person, which is asked about first."""

    permission = MANAGE
    nav = NAV
    cancel = "settings-people"

    def object(self) -> Membership:
        return _member(self)

    def crumbs(self) -> list[Crumb]:
        return way(self, PEOPLE)


class Deactivate(PersonAct):
    title = gettext_lazy("End somebody's work here")
    submit = gettext_lazy("End it")
    permission = MANAGE

    def effect(self) -> list[str]:
        return [
            _("%(name)s can no longer sign in here, at once") % {"name": self.thing.user.full_name},
            *self._cases(),
            _("Invitations that %(name)s sent and nobody has followed stop")
            % {"name": self.thing.user.full_name},
            _("What was recorded stays with the name. The membership can be opened again"),
        ]

    def _cases(self) -> list[str]:
        """The open cases that the person works on, by number."""
        held = Case.objects.open().filter(assignee=self.thing).pressing()
        numbers = list(held.values_list("number", flat=True)[: NAMED + 1])
        if not numbers:
            return []
        said = ", ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
        name = {"name": self.thing.user.full_name, "count": held.count(), "numbers": said}
        return [
            _(
                "%(name)s works on %(count)s open cases (%(numbers)s). Give them to somebody else first: otherwise they are their unit's work or, where nobody is left there, of who assigns"
            )
            % name
        ]

    def act(self, form: Any) -> str:
        deactivate(actor=self.actor, member=self.thing)
        return self.address("settings-people")


class Reactivate(ActionView):
    permission = MANAGE
    title = gettext_lazy("Open the membership again")
    nav = NAV
    submit = gettext_lazy("Open again")
    cancel = "settings-people"

    def object(self) -> Membership:
        return _member(self)

    def act(self, form: Any) -> str:
        reactivate(actor=self.actor, member=self.thing)
        return self.address("settings-people")


class Reset(PersonAct):
    title = gettext_lazy("New password")
    submit = gettext_lazy("Make a password")
    permission = MANAGE

    def effect(self) -> list[str]:
        name = {"name": self.thing.user.full_name}
        return [
            _("%(name)s is signed out everywhere and gets a password that must be changed at the next login")
            % name,
            _("Also the second step (telephone or key) is taken off, so that it can be set up anew"),
        ]

    def act(self, form: Any) -> str:
        person: Membership = self.thing
        password = reset_login(actor=self.actor, member=person, second_factors=True)
        tell_once(
            self.request,
            "people",
            name=person.user.full_name,
            username=person.user.username,
            password=password,
        )
        return self.address("settings-people-told")

    def done(self, form: Any) -> str:
        return ""


def _invitation(screen: Screen) -> Invitation:
    found = invitations().filter(pk=screen.kwargs["invitation"]).first()
    if found is None:
        raise Http404("no such invitation")
    return found


class Withdraw(ActionView):
    permission = MANAGE
    title = gettext_lazy("Take the invitation back")
    nav = NAV
    submit = gettext_lazy("Take it back")
    cancel = "settings-people"

    def object(self) -> Invitation:
        return _invitation(self)

    def act(self, form: Any) -> str:
        withdraw_invitation(actor=self.actor, invitation=self.thing)
        return self.address("settings-people")


class Resend(ActionView):
    """A new link instead of the former one, which stops."""

    permission = MANAGE
    title = gettext_lazy("Send the invitation again")
    nav = NAV
    submit = gettext_lazy("Make a new link")
    cancel = "settings-people"

    def effect(self) -> list[str]:
        return [_("The former link stops. The new one works for seven days")]

    def object(self) -> Invitation:
        return _invitation(self)

    def act(self, form: Any) -> str:
        former: Invitation = self.thing
        withdraw_invitation(actor=self.actor, invitation=former)
        again, token = invite(
            actor=self.actor,
            full_name=former.full_name,
            position=former.position,
            roles=former.roles,
            unit=former.unit if former.unit and former.unit.is_active else None,
            post=former.post,
            email=former.email,
        )
        tell_link(self, again, token)
        return self.address("settings-people-told")

    def done(self, form: Any) -> str:
        return ""
