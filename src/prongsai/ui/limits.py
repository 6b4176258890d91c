"""How much one line may ask for, in memory: buckets of tokens that fill again by the minute. Nothing is stored or logged.

A bucket stands under a digest of the visitor's network with a key of this process: no address can be read from it, and
all of it is gone with the process. Each web process has its own, so that together they let through a little more.
"""

from __future__ import annotations

import hmac
import os
import time
from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

from prongsai.foundation.accounts.failures import network_of

_KEY = os.urandom(32)
MOST_BUCKETS = 50_000


class Buckets:
    """One bucket for each key: `burst` tokens, filled by `per_minute`. Safe between threads.

    Full buckets are forgotten first, then those that were not used for longest.
    """

    def __init__(self, *, burst: float, per_minute: float, most: int = MOST_BUCKETS) -> None:
        self.burst, self.per_minute, self.most = burst, per_minute, most
        self._found: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when that was
        self._lock = Lock()

    def take(self, key: str, cost: float = 1.0) -> bool:
        """Take `cost` tokens if they are there; whether they were."""
        with self._lock:
            tokens = self._tokens(key)
            enough = tokens >= cost
            self._found[key] = (tokens - cost if enough else tokens, time.monotonic())
            self._found.move_to_end(key)
            while len(self._found) > self.most:
                self._found.popitem(last=False)
            return enough

    def left(self, key: str) -> float:
        """How many tokens are there now."""
        with self._lock:
            return self._tokens(key)

    def wait(self, key: str, cost: float = 1.0) -> int:
        """After how many seconds `cost` tokens will be there; at least one."""
        missing = max(0.0, cost - self.left(key))
        return max(1, round(missing * 60 / self.per_minute))

    def clear(self) -> None:
        with self._lock:
            self._found.clear()

    def _tokens(self, key: str) -> float:
        tokens, at = self._found.get(key, (self.burst, 0.0))
        return min(self.burst, tokens + (time.monotonic() - at) * self.per_minute / 60)


def line_of(request: HttpRequest) -> str:
    """The network that the request comes from, as a digest that says nothing: a house, a school, a village hall."""
    address = get_client_ip(request) or "0.0.0.0"  # noqa: S104 (an address that says nothing)
    return hmac.new(_KEY, network_of(address).encode(), sha256).hexdigest()
