"""Public pages as kept bytes (docs/adr/0017-public-pages-are-kept-under-what-they-show.md).

A page is kept under everything that it can depend on, so that nothing has to be thrown away: whatever changes,
changes the key. One short query reads the key of an organization's pages.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import brotli
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, QueryDict
from django.utils.cache import patch_vary_headers

from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock

PAGES_LIMIT = 48 * 1024 * 1024  # bytes in each process
SMALLEST_WORTH_PACKING = 500
CACHE_CONTROL = "public, no-cache"  # anybody may keep the page, and asks before showing it again

View = TypeVar("View", bound=Callable[..., Any])
Value = TypeVar("Value")


class Kept(NamedTuple):
    """How a view's pages are kept: `query` names the parameters that it reads; `state` is what else it shows.

    `state` runs in the organization's scope and returns a digest of all that the page says and that may change
    without a public fact. It is asked again only when the ledger has grown or the day is over.
    """

    state: Callable[[], str] | None
    query: frozenset[str]


def kept(*, state: Callable[[], str] | None = None, query: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Mark a public view whose pages are kept. Its address must name the organization; no forms with tokens."""

    def mark(view: View) -> View:
        view.kept = Kept(state, frozenset(query))  # type: ignore[attr-defined]
        return view

    return mark


class Register(NamedTuple):
    """Where an organization's ledger stands, and which version of its own row holds."""

    organization_id: int
    row: str
    public_changes: int
    size: int
    head: int


# Two statements in one message are one transaction: the setting holds for the second and for nothing after it.
READ_REGISTER = """
SELECT set_config('prongsai.organization', (SELECT id::text FROM organizations_organization WHERE key = %(key)s), true);
SELECT o.id, o.xmin::text, coalesce(l.public_changes, 0), coalesce(l.size, 0),
       coalesce((SELECT max(h.size) FROM ledger_treehead h WHERE h.organization_id = o.id AND h.log = 'main'), 0)
FROM organizations_organization o
LEFT JOIN ledger_log l ON l.organization_id = o.id AND l.name = 'main'
WHERE o.key = %(key)s
"""


def read_register(key: str) -> Register | None:
    """The register of the organization called `key`, in one round trip; None when there is none.

    Inside an open transaction the setting would stay behind, so that callers open none.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_REGISTER, {"key": key})
        cursor.nextset()
        row = cursor.fetchone()
    return Register(*row) if row else None


class Store(Generic[Value]):
    """The most recently used values, up to a limit in bytes, or in pieces of size one. One for each process; safe between
    threads."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep `value`, which takes `size` bytes, and drop what was not used for longest."""
        if size > self.limit:
            return
        with self._lock:
            before = self._values.pop(key, None)
            self.used += size - (before[1] if before else 0)
            self._values[key] = (value, size)
            while self.used > self.limit:
                _, (_, dropped) = self._values.popitem(last=False)
                self.used -= dropped

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self.used = 0


@dataclass(frozen=True)
class Page:
    """A finished answer in every encoding that is worth its bytes."""

    headers: Mapping[str, str]
    etag: str
    bodies: Mapping[str, bytes] = field(repr=False)  # by encoding; "" is the plain one

    @classmethod
    def of(cls, response: HttpResponse) -> Page:
        body = response.content
        bodies = {"": body}
        if len(body) >= SMALLEST_WORTH_PACKING and _is_text(response.headers.get("Content-Type", "")):
            bodies["gzip"] = gzip.compress(body, 6, mtime=0)
            bodies["br"] = brotli.compress(body, quality=5)
        headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        return cls(headers, blake2b(body, digest_size=12).hexdigest(), bodies)

    @property
    def size(self) -> int:
        return sum(len(body) for body in self.bodies.values())

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """The answer in the best encoding that the browser takes, or 304 when it has the page already."""
        encoding = self._encoding(request.headers.get("Accept-Encoding", ""))
        etag = f'"{self.etag}{"-" + encoding if encoding else ""}"'
        same = etag in request.headers.get("If-None-Match", "")
        response = HttpResponseNotModified() if same else HttpResponse(self.bodies[encoding])
        for name, value in self.headers.items():
            if not same or name in {"Vary", "Cache-Control"}:
                response[name] = value
        response["ETag"] = etag
        if not same:
            response["Content-Length"] = str(len(self.bodies[encoding]))
        if encoding and not same:
            response["Content-Encoding"] = encoding
        if len(self.bodies) > 1:
            patch_vary_headers(response, ("Accept-Encoding",))
        return response

    def _encoding(self, accepted: str) -> str:
        names = {part.partition(";")[0].strip() for part in accepted.lower().split(",") if ";q=0" not in part}
        return next((name for name in ("br", "gzip") if name in names and name in self.bodies), "")


def packed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A page that is not kept, packed for the line. Django masks form tokens anew each time, so nothing leaks."""
    if response.streaming or response.has_header("Content-Encoding"):
        return response
    assert isinstance(response, HttpResponse)
    if len(response.content) < SMALLEST_WORTH_PACKING or not _is_text(response.get("Content-Type", "")):
        return response
    patch_vary_headers(response, ("Accept-Encoding",))
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(response.content, 5, mtime=0)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    return response


def _is_text(content_type: str) -> bool:
    return content_type.startswith(("text/", "application/json", "application/xml", "image/svg"))


pages: Store[Page] = Store(PAGES_LIMIT)
states: Store[str] = Store(1_000_000)


def page_key(policy: Kept, register: Register, request: HttpRequest) -> tuple[Hashable, ...]:
    """Everything that a kept page can depend on. The code is not among it: pages die with the process."""
    return (
        register.organization_id,
        register.row,
        register.public_changes,
        register.head,
        _state(policy, register),
        clock.today(),
        getattr(request, "LANGUAGE_CODE", ""),
        request.path,
        read_query(request, policy.query),
    )


def _state(policy: Kept, register: Register) -> str:
    """The view's own digest, computed once for each size of the ledger."""
    if policy.state is None:
        return ""
    key = (policy.state, register, clock.today())
    found = states.get(key)
    if found is None:
        with transaction.atomic(), scope(register.organization_id):
            found = policy.state()
        states.put(key, found, 200)
    return found


def read_query(request: HttpRequest, names: frozenset[str]) -> str:
    """The query that matters, in one order: `page=2&q=แก`."""
    query = QueryDict(mutable=True)
    for name in sorted(names & request.GET.keys()):
        query[name] = request.GET[name]
    return query.urlencode()
