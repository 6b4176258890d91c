"""Which channels lead to which: stated by a person, or seen on the channels' own pages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.models import Channel, ChannelKind, ChannelLink
from prongsai.foundation.channels.outgoing import fetch
from prongsai.foundation.channels.selectors import channels_open
from prongsai.foundation.channels.services.register import CONTACT, MANAGE
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Visibility
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.dates import short_date
from prongsai.kernel.thai.digits import to_arabic

SEEN, STATED = "seen", "stated"
# What can name another channel or be named on a page: the box in the hall and the leaders cannot.
LINKABLE = frozenset({"web", "email", "line", "facebook", "phone", "hotline"})


@transaction.atomic
def link_channels(*, actor: Actor, source: Channel, target: Channel) -> ChannelLink:
    """State that a channel leads to another (a QR code on the box). Needs channels.manage."""
    actor.require(MANAGE)
    known = set(
        Channel.objects.filter(pk__in=[source.pk, target.pk], closed_on=None).values_list("pk", flat=True)
    )
    if len(known) != 2:
        raise InvalidInput(gettext("Choose two channels that are open"), field="target")
    link, _ = ChannelLink.objects.get_or_create(source=source, target=target, defaults={"how": STATED})
    return link


@transaction.atomic
def unlink_channels(*, actor: Actor, link: ChannelLink) -> None:
    """Take back what was stated. What was seen goes by itself when it is not seen any more. Needs channels.manage."""
    actor.require(MANAGE)
    ChannelLink.objects.filter(pk=link.pk, how=STATED).delete()


@transaction.atomic
def look_at_links(*, actor: Actor) -> int:
    """Open the page of every channel that has one and note which others it names; how many links were seen.

    The result is a public fact: which channels can be linked, and which of them lead to which. Needs channels.manage
    (the system may). A page that does not open leaves what was seen on it before.
    """
    actor.require(MANAGE)
    office = Organization.objects.get(pk=current_organization_id())
    channels = [c for c in channels_open() if c.kind in LINKABLE and c.is_listed]
    seen: set[tuple[int, int]] = set()
    for source in channels:
        page = _page(source, office)
        if page is None:
            seen |= _before(source)
            continue
        seen |= {
            (source.pk, target.pk)
            for target in channels
            if target.pk != source.pk and names(page, target, office)
        }
    _keep(seen, [c.pk for c in channels])
    _record(actor, channels)
    return len(seen)


def _page(channel: Channel, office: Organization) -> str | None:
    """What the channel's own page says; None without a page, or when it does not open."""
    address = channel.address
    if channel.kind == ChannelKind.WEB and not address.startswith("http"):
        address = f"{settings.BASE_URL}/{office.key}/channels/"
    if channel.kind == ChannelKind.LINE and not address.startswith("http"):
        number = channel.settings.get("basic_id") or address
        address = f"https://page.line.me/{number.removeprefix('@')}" if number else ""
    if not address.startswith("http"):
        return None
    try:
        answer = fetch(address, trusted=settings.BASE_URL)
    except OSError:
        return None
    return answer.text if answer.ok else None


def names(page: str, target: Channel, office: Organization) -> bool:
    """Whether a page's HTML leads to a channel: by its address, number or account."""
    text = page.lower()
    if target.kind in {ChannelKind.PHONE, ChannelKind.HOTLINE}:
        wanted = re.sub(r"\D", "", to_arabic(target.address))
        return len(wanted) >= 4 and wanted in re.sub(r"[\s().-]", "", to_arabic(text))
    return any(word in text for word in _signs(target, office))


def _signs(target: Channel, office: Organization) -> list[str]:
    """The texts by which a page names a channel."""
    address = target.address.lower().strip()
    signs = [address] if len(address) > 3 else []
    if target.kind == ChannelKind.LINE:
        number = str(target.settings.get("basic_id") or address)
        if number.startswith("@"):
            signs += [f"line.me/r/ti/p/{number}", f"line.me/r/ti/p/%40{number[1:]}", f"line.me/ti/p/{number}"]
    if target.kind == ChannelKind.FACEBOOK:
        path = urlsplit(address).path.strip("/")
        signs = [f"facebook.com/{path}"] if path else signs
    if target.kind == ChannelKind.WEB:
        home = urlsplit(settings.BASE_URL).netloc.lower()
        signs += [
            f"{home}/{office.key}/",
            *([urlsplit(address).netloc] if address.startswith("http") else []),
        ]
        signs.append(f'href="/{office.key}/complaints/')
    return [sign.lower().rstrip("/") for sign in signs if sign]


def _before(source: Channel) -> set[tuple[int, int]]:
    known = ChannelLink.objects.filter(source=source, how=SEEN).values_list("source_id", "target_id")
    return set(known)


def _keep(seen: set[tuple[int, int]], channels: list[int]) -> None:
    """Let exactly these stand as seen; what was stated and is seen now counts as seen."""
    today = clock.today()
    known = {
        (each.source_id, each.target_id): each for each in ChannelLink.objects.filter(source__in=channels)
    }  # type: ignore[attr-defined]
    for pair, link in known.items():
        if pair in seen:
            link.how, link.found_on = SEEN, today
            link.save(update_fields=["how", "found_on"])
        elif link.how == SEEN:
            link.delete()
    ChannelLink.objects.bulk_create(
        ChannelLink(source_id=source, target_id=target, how=SEEN, found_on=today)
        for source, target in sorted(seen - known.keys())
    )


def _record(actor: Actor, channels: list[Channel]) -> None:
    if not channels:
        return
    inside = {channel.pk for channel in channels}
    links = [
        {"source": link.source_id, "target": link.target_id, "how": link.how}  # type: ignore[attr-defined]
        for link in ChannelLink.objects.filter(source__in=inside, target__in=inside).order_by(
            "source_id", "target_id"
        )
    ]
    record(
        actor=actor,
        kind=kinds.LINKS_SEEN,
        about=CONTACT,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        visibility=Visibility.PUBLIC,
        title=f"การเชื่อมโยงระหว่างช่องทาง ตรวจเมื่อ {short_date(clock.today())}",
        payload={
            "channels": [{"id": c.pk, "name": c.name, "kind": c.kind} for c in channels],
            "links": links,
        },
    )
