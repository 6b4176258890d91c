"""Taking in by hand what came by paper, telephone, at the counter, or from another office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from prongsai.foundation.casework.services import Contact, Opened, Place, assign, open_case
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.selectors.office import channel_of, open_channels
from prongsai.modules.complaints.services.routing import Matter, route
from prongsai.modules.complaints.services.submitting import title_of, village_of

RULES = Actor.system("กติกาส่งเรื่อง")


@dataclass(frozen=True)
class CameBy:
    """How it reached the office. `sent_by_number` is the other office's own number of it."""

    channel_kind: str
    received_on: date | None = None
    received_number: str = ""
    sent_by: str = ""
    sent_by_number: str = ""

    @property
    def source_key(self) -> str:
        """Names it at its sender, so that it is taken in once; "" where the sender has no number for it."""
        number = "".join(self.sent_by_number.split()).lower()
        return f"{''.join(self.sent_by.split()).lower()}:{number}" if number else ""


@transaction.atomic
def take_in(
    *,
    actor: Actor,
    category: str,
    body: str,
    came: CameBy,
    title: str = "",
    contact: Contact = Contact(),  # noqa: B008 (frozen)
    place: Place = Place(),  # noqa: B008 (frozen)
    files: Sequence[StoredFile] = (),
    unit: Unit | None = None,
) -> Opened:
    """Register the case; without a `unit` it goes where the office's rules lead. Needs complaints.intake.

    Raises InvalidInput by field, WrongState for what another office passed on before under the same number.
    """
    known = categories().get(category)
    if known is None:
        raise InvalidInput("เลือกว่าเรื่องเกี่ยวกับอะไร", field="category")
    if not body.strip():
        raise InvalidInput("กรอกเนื้อหาของเรื่อง", field="body")
    village = village_of(place.village)
    led = route(Matter(known.kind, known.key, village, place.text, f"{title} {body}"))
    opened = open_case(
        actor=actor,
        kind=known.kind,
        title=title or title_of(known, body, village),
        body=body,
        category=known.key,
        topic=known.topic,
        channel_kind=came.channel_kind,
        channel=channel_of(open_channels(), ChannelKind(came.channel_kind)),
        source_key=came.source_key,
        received_on=came.received_on,
        contact=contact,
        place=Place(place.text, village, place.latitude, place.longitude),
        files=files,
        unit=unit or led.unit,
        details=_details(came, urgent=led.is_urgent),
    )
    if not opened.code:
        raise WrongState(f"รับเรื่องนี้ไว้แล้วเป็นเรื่องที่ {opened.case.number} ตามเลขของหน่วยงานที่ส่งต่อ")
    if led.assignee is not None and (unit is None or unit == led.unit):
        assign(actor=RULES, case=opened.case, unit=opened.case.unit, assignee=led.assignee)
    return opened


def _details(came: CameBy, *, urgent: bool) -> dict[str, Any]:
    said = {
        "received_number": came.received_number.strip(),
        "sent_by": came.sent_by.strip(),
        "sent_by_number": came.sent_by_number.strip(),
        "urgent": 1 if urgent else 0,
    }
    return {name: value for name, value in said.items() if value}
