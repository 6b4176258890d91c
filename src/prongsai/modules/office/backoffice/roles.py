"""บทบาท: what each may do, in plain words, and who holds it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.models import Membership, Role
from prongsai.foundation.accounts.permissions import EVERYBODY, permissions
from prongsai.foundation.accounts.selectors import roles
from prongsai.foundation.accounts.services import remove_role, save_role
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.modules.office.forms import RoleForm
from prongsai.ui.screens import (
    Action,
    Column,
    ConfirmScreen,
    Crumb,
    DetailScreen,
    FormScreen,
    ListScreen,
    Panel,
)

MANAGE = "people.manage"
ROLES = (gettext_lazy("Roles"), "settings-roles")


class Roles(ListScreen):
    permission = "office.read"
    title = gettext_lazy("Roles")
    nav = NAV
    columns = (
        Column(
            "name",
            gettext_lazy("Role"),
            link=lambda screen, role: screen.address("settings-role", role=role.pk),
        ),
        Column("description", gettext_lazy("What it is for")),
        Column("people", gettext_lazy("Holders"), kind="number"),
    )
    primary = Action(gettext_lazy("Add a role"), "settings-role-add", MANAGE)

    def lead(self) -> str:
        return _("A role is a bundle of permissions. People hold roles; services ask for permissions only")

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[Role]:
        return roles().annotate(people=Count("holders", filter=Q(holders__membership__is_active=True)))


def _role(screen: Any) -> Role:
    found = roles().filter(pk=screen.kwargs["role"]).first()
    if found is None:
        raise Http404("no such role")
    return found


def _allows(screen: Any) -> dict[str, Any]:
    known, role = permissions(), screen.thing
    own = [known[key].title if key in known else key for key in role.permissions]
    return {"allows": own, "everybody": [known[key].title for key in sorted(EVERYBODY) if key in known]}


def _holders(screen: Any) -> dict[str, Any]:
    held = Membership.objects.filter(held__role=screen.thing, is_active=True).select_related("user", "unit")
    return {"holders": list(held.order_by("user__full_name"))}


class RolePage(DetailScreen):
    permission = "office.read"
    nav = NAV
    panels = (
        Panel(gettext_lazy("Its holders may"), "office/role_allows.html", _allows),
        Panel(gettext_lazy("Who holds it"), "office/role_holders.html", _holders),
    )
    actions = (
        Action(
            gettext_lazy("Remove the role"),
            lambda s: s.address("settings-role-remove", role=s.thing.pk),
            MANAGE,
        ),
    )
    primary = Action(
        gettext_lazy("Change the role"), lambda s: s.address("settings-role-edit", role=s.thing.pk), MANAGE
    )

    def object(self) -> Role:
        return _role(self)

    def get_title(self) -> str:
        return self.thing.name

    def lead(self) -> str:
        return self.thing.description

    def crumbs(self) -> list[Crumb]:
        return way(self, ROLES)

    def link(self, action: Action | None) -> Any:
        built_in = action in self.actions and self.thing.is_builtin
        return None if built_in else super().link(action)


class AddRole(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Add a role")
    nav = NAV
    form = RoleForm
    submit = gettext_lazy("Save the role")
    cancel = "settings-roles"

    def crumbs(self) -> list[Crumb]:
        return way(self, ROLES)

    def act(self, form: RoleForm) -> str:
        role = save_role(actor=self.actor, role=self.thing, **form.cleaned_data)
        return self.address("settings-role", role=role.pk)


class EditRole(AddRole):
    permission = MANAGE
    title = gettext_lazy("Change the role")

    def object(self) -> Role:
        return _role(self)

    def initial(self) -> dict[str, Any]:
        role: Role = self.thing
        return {"name": role.name, "description": role.description, "permissions": role.permissions}

    def form_kwargs(self) -> dict[str, Any]:
        return {"role": self.thing}


class RemoveRole(ConfirmScreen):
    permission = MANAGE
    title = gettext_lazy("Remove the role")
    nav = NAV
    submit = gettext_lazy("Remove the role")
    cancel = "settings-roles"

    def crumbs(self) -> list[Crumb]:
        return way(self, ROLES)

    def object(self) -> Role:
        return _role(self)

    def effect(self) -> list[str]:
        return [_("“%(name)s” can be given to nobody any more") % {"name": self.thing.name}]

    def act(self, form: Any) -> str:
        remove_role(actor=self.actor, role=self.thing)
        return self.address("settings-roles")
