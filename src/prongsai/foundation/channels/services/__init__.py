"""Every write to the register of channels, their messages and their checks. All of it runs inside an organization's scope."""

from prongsai.foundation.channels.services.checks import record_check, sign_week
from prongsai.foundation.channels.services.days import (
    close_day,
    count_due_months,
    count_month,
    count_unseen,
    record_day,
    record_days,
)
from prongsai.foundation.channels.services.inbound import (
    handle_inbound,
    interceptors,
    receive,
    set_inbound_aside,
    try_inbound_again,
)
from prongsai.foundation.channels.services.links import link_channels, look_at_links, unlink_channels
from prongsai.foundation.channels.services.outbound import (
    Detour,
    deliver,
    delivery_listeners,
    detours,
    send,
    try_outbound_again,
)
from prongsai.foundation.channels.services.probers import make_prober, report_looks, stop_prober
from prongsai.foundation.channels.services.recounting import count_anew, recount_month
from prongsai.foundation.channels.services.register import (
    change_channel,
    close_channel,
    connect,
    disconnect,
    open_channel,
)

__all__ = [
    "Detour",
    "change_channel",
    "close_channel",
    "close_day",
    "connect",
    "count_anew",
    "count_due_months",
    "count_month",
    "count_unseen",
    "deliver",
    "delivery_listeners",
    "detours",
    "disconnect",
    "handle_inbound",
    "interceptors",
    "link_channels",
    "look_at_links",
    "make_prober",
    "open_channel",
    "receive",
    "record_check",
    "record_day",
    "record_days",
    "recount_month",
    "report_looks",
    "send",
    "set_inbound_aside",
    "sign_week",
    "stop_prober",
    "try_inbound_again",
    "try_outbound_again",
    "unlink_channels",
]
