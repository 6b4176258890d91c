"""Reads of what members chose."""

from __future__ import annotations

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.selectors import channel_of
from prongsai.foundation.notify.models import How, Preference


def preference_of(member: Membership) -> Preference:
    """The member's choice, or what holds for whoever never chose."""
    return Preference.objects.filter(member=member).first() or Preference(member=member)


def office_line() -> Channel | None:
    """The office's connected LINE account, by which members can be told."""
    return channel_of(How.LINE.value)
