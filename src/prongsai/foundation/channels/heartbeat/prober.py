"""The second prober: looks at an office's ways in from another machine, with nothing but the address.

With a key of the office it also goes through the form to the receipt, by a test message that the office knows as such,
and reports what it found. Needs no database.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext
from lxml import html

from prongsai.foundation.channels.connectors.signing import signature
from prongsai.foundation.channels.heartbeat.walker import Fetch, Visitor, asks, walk
from prongsai.kernel.errors import InvalidInput

FORM, SEALED, LIST, HOOK = "complaints/new/", "whistle/report/", "channels/", "hooks/probe/"
MOST_KEPT = 480  # looks that wait for a report: five days of hours, two each


@dataclass(frozen=True)
class Look:
    """What was found of one way in."""

    kind: str
    at: str
    ok: bool
    took_ms: int
    note: str = ""


@dataclass(frozen=True)
class Site:
    """An office's public address: `https://example.go.th/muangkae/`."""

    url: str

    @classmethod
    def of(cls, url: str) -> Site:
        """Raises InvalidInput for what does not name an office."""
        parts = urlsplit(url if "://" in url else f"https://{url}")
        office = next(iter(part for part in parts.path.split("/") if part), "")
        if parts.scheme not in {"http", "https"} or not parts.hostname or not office:
            raise InvalidInput(
                gettext("Give the office's web address, such as https://example.go.th/muangkae/"), field="url"
            )
        return cls(f"{parts.scheme}://{parts.netloc}/{office}/")


def probe(site: Site, key: str, fetch: Fetch) -> list[Look]:
    """Look at the form, and at the sealed channel where the office has one."""
    marker, note, kinds = "", "", set[str]()
    if key:
        try:
            told = ask(site, key, {"ask": "marker"}, fetch)
            marker, kinds = told["marker"], {channel["kind"] for channel in told["channels"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            note = f"ขอข้อความตรวจไม่ได้: {error}"
    if note:
        return [Look("web", _now(), False, 0, note)]
    kinds = kinds or _listed(site, fetch)
    forms = [("web", FORM), *([("sealed", SEALED)] if "sealed" in kinds else [])]
    through = partial(_through_the_form, marker=marker) if marker else _page
    return [through(site, path, kind, fetch) for kind, path in forms]


def _through_the_form(site: Site, path: str, kind: str, fetch: Fetch, *, marker: str) -> Look:
    walked = walk(site.url + path, marker, fetch)
    return Look(kind, _now(), walked.ok, walked.took_ms, walked.note)


def _page(site: Site, path: str, kind: str, fetch: Fetch) -> Look:
    """Only opened: without a mark, what is sent would be taken for somebody's complaint."""
    began, note = time.monotonic(), ""
    try:
        answer = Visitor(fetch).open(site.url + path)
        if answer.status != 200:
            note = f"หน้ารับเรื่องตอบ {answer.status}"
        elif not asks(answer.text):
            note = "หน้ารับเรื่องไม่มีแบบฟอร์ม"
    except OSError as error:
        note = str(error) or type(error).__name__
    return Look(kind, _now(), not note, round(1000 * (time.monotonic() - began)), note)


def _listed(site: Site, fetch: Fetch) -> set[str]:
    """The kinds of channels in the office's public list; none when it does not open."""
    try:
        page = Visitor(fetch).open(site.url + LIST).text
        return set(html.fromstring(page or "<html/>").xpath("//@data-kind"))
    except (OSError, html.etree.LxmlError):
        return set()


def ask(site: Site, key: str, told: Mapping[str, Any], fetch: Fetch) -> dict[str, Any]:
    """Ask the office something, signed with the key. Raises OSError when it does not answer or does not know the key."""
    number, _, secret = key.partition(".")
    content, stamp = json.dumps(told).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Prongsai-Key": number,
        "X-Prongsai-Time": stamp,
        "X-Prongsai-Signature": signature(secret, stamp, content),
    }
    answer = fetch(site.url + HOOK, method="POST", body=content, headers=headers, redirects=0)
    if answer.status == 403:
        raise OSError("หน่วยงานไม่รู้จักกุญแจนี้ หรือนาฬิกาของเครื่องนี้ไม่ตรง")
    if answer.status != 200:
        raise OSError(f"หน่วยงานตอบ {answer.status}")
    return json.loads(answer.body)


def report(site: Site, key: str, looks: Iterable[Look], spool: Path | None, fetch: Fetch) -> int:
    """Tell the office what was found, with what could not be told before; how many looks it took.

    What cannot be told now is kept in `spool` for the next time. Raises OSError when nothing could be told.
    """
    waiting = [*_spooled(spool), *(asdict(look) for look in looks)][-MOST_KEPT:]
    try:
        taken = ask(site, key, {"looks": waiting}, fetch)["taken"]
    except (OSError, ValueError, KeyError):
        if spool:
            spool.write_text(
                "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in waiting), "utf-8"
            )
        raise
    if spool:
        spool.unlink(missing_ok=True)
    return int(taken)


def _spooled(spool: Path | None) -> list[dict[str, Any]]:
    if spool is None or not spool.exists():
        return []
    return [json.loads(line) for line in spool.read_text("utf-8").splitlines() if line]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
