"""Every write about people. Each asks the actor for `people.manage` or `office.manage` and leaves a ledger fact."""

from prongsai.foundation.accounts.services.people import change_member, deactivate, hire

__all__ = ["change_member", "deactivate", "hire"]
