"""Every write about people. Each asks the actor for `people.manage` or `office.manage` and leaves a ledger fact."""

from prongsai.foundation.accounts.services.invitations import accept_invitation, invite, withdraw_invitation
from prongsai.foundation.accounts.services.people import (
    change_member,
    change_own_email,
    correct_person,
    deactivate,
    hire,
    reactivate,
    reset_login,
)
from prongsai.foundation.accounts.services.roles import (
    offer_builtin_roles,
    organizations_to_offer,
    remove_role,
    save_role,
)
from prongsai.foundation.accounts.services.signatories import (
    appoint_acting,
    end_acting,
    note_absence,
    remove_absence,
)

__all__ = [
    "accept_invitation",
    "appoint_acting",
    "change_member",
    "change_own_email",
    "correct_person",
    "deactivate",
    "end_acting",
    "hire",
    "invite",
    "note_absence",
    "offer_builtin_roles",
    "organizations_to_offer",
    "reactivate",
    "remove_absence",
    "remove_role",
    "reset_login",
    "save_role",
    "withdraw_invitation",
]
