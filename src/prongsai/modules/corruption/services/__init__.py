"""Every write of the channel."""

from prongsai.modules.corruption.services.broken import refuse_broken
from prongsai.modules.corruption.services.collecting import (
    bundle,
    bundle_for_office,
    count_parts,
    holder_by_secret,
    take_over,
)
from prongsai.modules.corruption.services.counting import count_quarters, forget_old, settle
from prongsai.modules.corruption.services.desk import (
    close_channel,
    end_outside,
    name_holder,
    open_channel,
    set_days,
    set_outside,
)
from prongsai.modules.corruption.services.ending import end_holder, forget_ended, last_day_back, take_back_end
from prongsai.modules.corruption.services.handling import (
    act,
    may_share_with,
    may_unshare,
    note,
    say,
    share,
    unshare,
)
from prongsai.modules.corruption.services.holding import (
    confirm_key,
    lock,
    make_key,
    recover,
    unlock,
    unlocked_pair,
)
from prongsai.modules.corruption.services.receiving import (
    Answers,
    SealedThere,
    Submission,
    receive,
    reply,
    report_by_code,
)

__all__ = [
    "Answers",
    "SealedThere",
    "Submission",
    "act",
    "bundle",
    "bundle_for_office",
    "close_channel",
    "confirm_key",
    "count_parts",
    "count_quarters",
    "end_holder",
    "end_outside",
    "forget_ended",
    "forget_old",
    "holder_by_secret",
    "last_day_back",
    "lock",
    "make_key",
    "may_share_with",
    "may_unshare",
    "name_holder",
    "note",
    "open_channel",
    "receive",
    "recover",
    "refuse_broken",
    "reply",
    "report_by_code",
    "say",
    "set_days",
    "set_outside",
    "settle",
    "share",
    "take_back_end",
    "take_over",
    "unlock",
    "unlocked_pair",
    "unshare",
]
