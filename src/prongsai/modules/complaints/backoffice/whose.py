"""Whose it is to set up how the office works on cases: said to whoever sees a page and may not change it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.ui.screens import Screen

NAMED = 3  # people; more are no help


def may_be_changed_by(screen: Screen, permission: str) -> str:
    """Who may change what a page shows, in one sentence and one query; "" for a member who may."""
    if screen.may(permission):
        return ""
    members = Membership.objects.working().with_permissions().order_by("id")
    holders = [each for each in members if permission in each.actor().permissions]
    if not holders:
        return _("Nobody may change this yet: whoever keeps the roles gives somebody the permission")
    names = ", ".join(
        f"{each.user.full_name} ({each.position})" if each.position else each.user.full_name
        for each in holders[:NAMED]
    )
    return _("Changed by: %(names)s") % {"names": names}


def lead_of(screen: Screen, permission: str, text: str = "") -> str:
    """The sentence of a page, and after it who may change what stands there."""
    return " ".join(filter(None, [text, may_be_changed_by(screen, permission)]))
