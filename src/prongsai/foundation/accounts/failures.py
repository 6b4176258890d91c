"""Failed attempts to get in are counted and slow down the next ones, without locking an office out.

Counted are the account (what strangers tried against it, from wherever), the account from one address, and the
address; each has its own patience. A device on which the account's owner has signed in before is counted by itself:
strangers' failures do not lock it. The counts stand in the database, and so hold in every web process.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.db import connection
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import LoginFailure
from prongsai.foundation.accounts.secrets import derived_key
from prongsai.kernel import clock
from prongsai.kernel.errors import ProngsaiError
from prongsai.kernel.thai.dates import BANGKOK, clock_time

FORGET = timedelta(days=1)


@dataclass(frozen=True)
class Patience:
    """How many failures pass without a delay; then `first` seconds, doubled each time up to `longest`."""

    free: int
    first: int
    longest: int = 15 * 60

    def delay(self, count: int) -> timedelta:
        beyond = count - self.free
        seconds = min(self.longest, self.first * 2 ** min(beyond, 10)) if beyond >= 0 else 0
        return timedelta(seconds=seconds)


PATIENCE = {
    "account": Patience(free=20, first=30),
    "pair": Patience(free=5, first=30),
    "device": Patience(free=10, first=30),
    "address": Patience(free=200, first=60),  # a whole office, its telephones and its guests
}


class TooManyFailures(ProngsaiError):
    """Nothing was tried; `until` says from when on the next attempt is looked at."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        minute = until + timedelta(seconds=59)  # rounded up: at the time that is named, it works
        shown = clock_time(minute) if get_language() == "th" else f"{minute.astimezone(BANGKOK):%H:%M}"
        super().__init__(
            _("Too many wrong attempts. For safety, wait and try again at %(time)s.") % {"time": shown}
        )


def network_of(address: str) -> str:
    """An address as it is counted: IPv6 by its /64, since one line has all of it."""
    parsed = ip_address(address)
    return str(ip_network((parsed, 64), strict=False).network_address) if parsed.version == 6 else address


@dataclass
class Attempt:
    """One try at an account. Begun by `attempt`; the caller says how it ended."""

    keys: dict[str, str]

    def failed(self) -> None:
        """Count the failure, and delay the next attempt where patience is at an end."""
        now = clock.now()
        LoginFailure.objects.filter(last_at__lt=now - FORGET).delete()
        for kind, key in self.keys.items():
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO accounts_loginfailure AS f (key, count, last_at, blocked_until) "
                    "VALUES (%s, 1, %s, %s) ON CONFLICT (key) DO UPDATE SET count = f.count + 1, last_at = %s "
                    "RETURNING count",
                    [key, now, now, now],
                )
                (count,) = cursor.fetchone() or (1,)
            delay = PATIENCE[kind].delay(count)
            if delay:
                LoginFailure.objects.filter(key=key).update(blocked_until=now + delay)

    def succeeded(self) -> None:
        """Forget what was counted for this device or this account at this address; the rest fades in a day."""
        own = [key for kind, key in self.keys.items() if kind in {"pair", "device"}]
        LoginFailure.objects.filter(key__in=own).delete()


def attempt(*, account: str, address: str, device: str = "") -> Attempt:
    """Begin a try at `account` from `address`; `device` names one that the account's owner has used before.

    One try at an account goes on at a time (until the transaction ends), so that many at once count as many. Raises
    TooManyFailures before anything is looked at.
    """
    account, address = account.lower(), network_of(address)
    kinds = {"device": (account, device)} if device else {"account": (account,), "pair": (account, address)}
    keys = {kind: _digest(kind, *parts) for kind, parts in kinds.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [next(iter(keys.values()))])
    if not device:
        keys["address"] = _digest("address", address)
    blocked = LoginFailure.objects.filter(key__in=keys.values(), blocked_until__gt=clock.now())
    until = blocked.aggregate(until=Max("blocked_until"))["until"]
    if until is not None:
        raise TooManyFailures(until)
    return Attempt(keys)


def _digest(*parts: str) -> str:
    key = derived_key("login failures")
    return hmac.new(key, "\0".join(parts).encode(), sha256).hexdigest()
