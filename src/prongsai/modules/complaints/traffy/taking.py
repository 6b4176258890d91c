"""What was delivered becomes a case, a message of one, or a note to the staff; and nothing of it goes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import CITIZEN, Contact, Place, hear, note, open_case
from prongsai.foundation.channels.models import ChannelKind, Inbound
from prongsai.foundation.channels.outgoing import fetch
from prongsai.foundation.channels.services import receive
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, InboundMessage
from prongsai.kernel.errors import Unreadable
from prongsai.modules.complaints.catalogue import Category
from prongsai.modules.complaints.models import TraffyLink, TraffyTicket
from prongsai.modules.complaints.selectors.guessing import guess, is_known, village_in
from prongsai.modules.complaints.services.routing import Matter, hand_on, route
from prongsai.modules.complaints.titles import title_of
from prongsai.modules.complaints.traffy.arrivals import ISSUE, SAID, STATUS, Arrival
from prongsai.modules.complaints.traffy.link import NAME

ENDED = frozenset({"เสร็จสิ้น", "ไม่เกี่ยวข้อง"})
BACK = timedelta(days=3)  # what lay there for longer reached the office when it was taken over
Told = Mapping[str, Any]


def keep(link: TraffyLink, arrival: Arrival) -> Inbound:
    """Keep what arrived and have it handled; delivered again, it is the same."""
    return receive(channel=link.channel, source_key=arrival.key, body=arrival.body)


def take(message: InboundMessage) -> str:
    """Handle what was kept. Says what it became."""
    link = TraffyLink.objects.filter(channel=message.channel_id, is_on=True).first()
    if link is None:
        return "ignored: ไม่ได้แลกเปลี่ยนกับ Traffy Fondue แล้ว"
    body = Inbound.objects.values_list("body", flat=True).get(pk=message.id)
    told = body.get("told", {})
    known = (
        TraffyTicket.objects.select_for_update(of=("self",)).filter(ticket_id=told.get("ticket", "")).first()
    )
    what = body.get("what")
    if what == ISSUE:
        return _changed(known, told) if known else _opened(link, message, told)
    if known is None:
        return "ignored: ไม่มีเรื่องนี้ในระบบ"
    if what == STATUS:
        return _changed(known, told)
    return _said(link, known, told) if what == SAID else "ignored: ไม่รู้จัก"


# --- a new ticket ---


def _opened(link: TraffyLink, message: InboundMessage, told: Told) -> str:
    if told["status"] in ENDED:
        return f"ignored: {told['status']} ที่ Traffy Fondue แล้ว"[:80]
    if link.org_id and told["orgs"] and link.org_id not in told["orgs"]:
        return "ignored: เป็นเรื่องของหน่วยงานอื่น"
    text, address = str(told["text"]), str(told["address"])
    category = _category(str(told["type"]), text)
    village = village_in(f"{address} {text}")
    led = route(Matter(category.kind, category.key, village, address, text))
    opened = open_case(
        actor=CITIZEN,
        kind=category.kind,
        title=title_of(category, text, village),
        body=text or str(told["type"]) or category.title,
        category=category.key,
        topic=category.topic,
        channel_kind=ChannelKind.TRAFFY.value,
        channel=link.channel,
        source_key=f"traffy:{told['ticket']}",
        received_on=_day(str(told["at"])),
        contact=Contact(anonymous=True),
        place=_place(address, village, told),
        files=_photos(told["photos"]),
        unit=led.unit,
        details={"traffy": told["ticket"]},
        is_urgent=led.is_urgent,
        is_guessed=not is_known(guess(str(told["type"]))),  # by the words; otherwise it was chosen there
    )
    case = opened.case
    TraffyTicket.objects.create(case=case, ticket_id=told["ticket"], seen=told["status"], told=case.state)
    hand_on(opened, led)
    return f"case:{case.pk}"


def _category(kind: str, text: str) -> Category:
    """By the kind that was chosen there, else by the words."""
    chosen = guess(kind)
    return chosen if is_known(chosen) else guess(text)


def _place(address: str, village: str, told: Told) -> Place:
    latitude, longitude = told["latitude"], told["longitude"]
    if latitude is None or longitude is None:
        latitude = longitude = None
    return Place(text=address, village=village, latitude=latitude, longitude=longitude)


def _day(text: str) -> date:
    today = clock.today()
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return day if today - BACK <= day <= today else today


def _photos(links: list[str]) -> list[StoredFile]:
    """The pictures that can be had now; what cannot is left there."""
    found: list[StoredFile] = []
    for number, link in enumerate(links, 1):
        try:
            answer = fetch(link, largest=settings.FILE_LIMIT_BYTES)
            if answer.ok:
                name = link.rsplit("/", 1)[-1].partition("?")[0][-60:] or f"traffy-{number}.jpg"
                found.append(store_file(actor=Actor.system(NAME), content=BytesIO(answer.body), name=name))
        except (OSError, Unreadable):
            continue
    return found


# --- a ticket that is known ---


def _changed(ticket: TraffyTicket, told: Told) -> str:
    """A status there. What we set ourselves comes back like any other, and is no news."""
    now = str(told["status"])
    if not now or now == ticket.seen:
        return "ignored: ไม่มีอะไรเปลี่ยน"
    ticket.seen = now
    ticket.save(update_fields=["seen"])
    org = f" โดย {told['org']}" if told.get("org") else ""
    more = f"\n{told['text']}" if told.get("org") and told.get("text") else ""
    return _noted(ticket, f"สถานะที่ {NAME} เป็น “{now}”{org}{more}")


def _said(link: TraffyLink, ticket: TraffyTicket, told: Told) -> str:
    text, event = str(told["text"]).strip(), told["event"]
    if not text:
        return "ignored: ไม่มีข้อความ"
    if event == "rating":
        return _noted(ticket, f"ผู้แจ้งประเมินที่ {NAME}: {text}")
    if told["org_id"]:
        if told["org_id"] == link.org_id:
            return "ignored: ข้อความของหน่วยงานเอง"
        return _noted(ticket, f"{told['org'] or 'หน่วยงานอื่น'} เขียนที่ {NAME}: {text}")
    if event == "chat_staff_only":
        return _noted(ticket, f"ข้อความระหว่างเจ้าหน้าที่ที่ {NAME}: {text}")
    if ticket.case.erased_at is not None:
        return "ignored: ลบข้อมูลส่วนบุคคลของเรื่องแล้ว"
    heard = hear(
        case=ticket.case,
        text=text,
        channel_kind=ChannelKind.TRAFFY.value,
        source_key=f"traffy:{told['number']}",
    )
    return f"message:{heard.pk}"


def _noted(ticket: TraffyTicket, text: str) -> str:
    case = Case.objects.get(pk=ticket.case.pk)
    if case.erased_at is not None:
        return "ignored: ลบข้อมูลส่วนบุคคลของเรื่องแล้ว"
    noted = note(actor=Actor.system(NAME), case=case, text=text)
    return f"message:{noted.pk}"
