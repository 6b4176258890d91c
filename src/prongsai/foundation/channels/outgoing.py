"""Connections to addresses that people typed in: never to the inside of the house.

A name is resolved once, every address that it has is judged, and the connection is made to one that was judged: a name
that changes between the look and the connection (DNS rebinding) leads nowhere else. Each redirect is a new connection.
Operators name exceptions in PRONGSAI_OUTGOING_ALLOWED (host or host:port), for a mail server inside the office.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import certifi
import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT = 5.0  # seconds
READ = 10.0
WHOLE = 30.0
REDIRECTS = 5
LARGEST = 2 * 1024 * 1024  # bytes of an answer that is only looked at
AGENT = "Prongsai"
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Networks inside of houses and providers that libraries call global: which of them depends on their version.
INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # of protocols (RFC 6890): a provider's translator, not a server
        "64:ff9b:1::/48",  # the house's own translation to IPv4 (RFC 8215)
        "5f00::/16",  # within a provider's network (RFC 9602)
        "fec0::/10",  # site-local, given up but still in use (RFC 3879)
    )
)
_trusted: ContextVar[str] = ContextVar("trusted_address", default="")


class Refused(OSError):
    """The address is not to be connected to, or what came back is not to be read."""


@dataclass(frozen=True)
class Answer:
    """What a server answered. `url` is where the redirects led."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    cookies: tuple[str, ...] = ()  # each Set-Cookie line as it came

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whatever it is wrapped in."""
    parsed: Any = ipaddress.ip_address(address.partition("%")[0])
    if parsed.version == 6:
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is None and parsed in NAT64:
            inner = ipaddress.ip_address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(parsed in network for network in INSIDE):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def allowed(host: str, port: int) -> bool:
    """Whether the installation's operators let this host be connected to wherever it stands."""
    named: Collection[str] = getattr(settings, "OUTGOING_ALLOWED", ())
    return host.lower() in named or f"{host.lower()}:{port}" in {*named, _trusted.get()}


def connected(host: str, port: int, timeout: float | None = CONNECT) -> socket.socket:
    """A TCP connection to `host`. Raises Refused for an address inside, OSError when nobody answers."""
    exempt = allowed(host, port)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Refused(f"ไม่พบที่อยู่ {host}") from error
    failure: OSError = Refused(f"{host} เป็นที่อยู่ภายใน ระบบไม่เชื่อมต่อ")
    for family, kind, proto, _name, address in found:
        if not exempt and not is_public(str(address[0])):
            continue
        link = socket.socket(family, kind, proto)
        link.settimeout(timeout)
        try:
            link.connect(address)
        except OSError as error:
            link.close()
            failure = error
            continue
        return link
    raise failure


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return connected(self._dns_host, self.port or 80, CONNECT)  # type: ignore[attr-defined]


class _Encrypted(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return connected(self._dns_host, self.port or 443, CONNECT)  # type: ignore[attr-defined]


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain  # pyright: ignore[reportAssignmentType] (the stubs know no subclass)


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted  # pyright: ignore[reportAssignmentType]


def _pools() -> urllib3.PoolManager:
    pools = urllib3.PoolManager(num_pools=2, ca_certs=certifi.where())
    pools.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}
    return pools


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] = {},
    largest: int = LARGEST,
    redirects: int = REDIRECTS,
    trusted: str = "",
) -> Answer:
    """Ask a web server, following redirects by GET. At most `largest` bytes and half a minute.

    `trusted` is an address that the operators set (this installation's own, a service's), wherever it stands. Raises Refused for an address inside, for anything but http and https, and for an answer that is too large or too
    slow; OSError when the connection fails.
    """
    until, mark = time.monotonic() + WHOLE, _trusted.set(host_and_port(trusted) if trusted else "")
    try:
        return _followed(url, method, body, headers, largest, redirects, until)
    finally:
        _trusted.reset(mark)


def _followed(
    url: str, method: str, body: bytes | None, headers: Mapping[str, str], largest: int, redirects: int, until: float
) -> Answer:  # fmt: skip
    with _pools() as pools:
        for _hop in range(redirects + 1):
            answer = _asked(pools, url, method, body, headers, largest, until)
            if answer.status not in {301, 302, 303, 307, 308} or "location" not in answer.headers:
                return answer
            if redirects == 0:
                return answer
            url, method, body = urljoin(url, answer.headers["location"]), "GET", None
    raise Refused("เปลี่ยนเส้นทางหลายครั้งเกินไป")


def host_and_port(url: str) -> str:
    """`example.go.th:443` of a web address."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').lower()}:{parts.port or (80 if parts.scheme == 'http' else 443)}"


def require_web(url: str) -> None:
    """Raise Refused for what is no plain web address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise Refused("ไม่ใช่ที่อยู่เว็บ")


def _asked(
    pools: urllib3.PoolManager,
    url: str,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    largest: int,
    until: float,
) -> Answer:
    require_web(url)
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    try:
        response = pools.request(
            method, url, body=body, headers={"User-Agent": AGENT, **headers}, timeout=timeout,
            retries=False, redirect=False, preload_content=False,
        )  # fmt: skip
        try:
            content = _content(response, largest, until)
        finally:
            response.close()
    except urllib3.exceptions.HTTPError as error:
        if isinstance(error.args[-1] if error.args else None, Refused):
            raise error.args[-1] from error
        raise OSError(f"ติดต่อเซิร์ฟเวอร์ไม่สำเร็จ ({type(error).__name__})") from error
    named = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, named, content, url, tuple(response.headers.getlist("set-cookie")))


def _content(response: urllib3.BaseHTTPResponse, largest: int, until: float) -> bytes:
    parts, size = list[bytes](), 0
    for part in response.stream(1 << 16, decode_content=True):
        size += len(part)
        if size > largest:
            raise Refused("คำตอบใหญ่เกินกำหนด")
        if time.monotonic() > until:
            raise Refused("คำตอบมาช้าเกินกำหนด")
        parts.append(part)
    return b"".join(parts)
