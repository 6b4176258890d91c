"""What a call of an operation is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """`before()` runs in the office's scope; its "address", "body" (or "form"), "revision" and "headers" make the request."""

    before: Callable[[], Values] = dict
    status: int = 200
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    also: tuple[str, ...] = ()  # permissions that the service asks for beside the operation's
