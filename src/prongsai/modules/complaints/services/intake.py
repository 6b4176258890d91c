"""Taking in by hand what came by paper, telephone, at the counter, or from another office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Concerned, Contact, Opened, Place, common, open_case
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.writing import says_something
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.selectors.office import channel_of, open_channels
from prongsai.modules.complaints.services.routing import Matter, apart_from, hand_on, route
from prongsai.modules.complaints.services.submitting import located
from prongsai.modules.complaints.titles import title_of
from prongsai.modules.complaints.workflow import INTAKE


@dataclass(frozen=True)
class CameBy:
    """How it reached the office. `sent_by_number` is the other office's own number of it."""

    channel_kind: str
    received_on: date | None = None
    received_number: str = ""
    sent_by: str = ""
    sent_by_number: str = ""
    program_number: str = ""  # by which the program that brings it knows it

    @property
    def source_key(self) -> str:
        """Names it at its sender, so that it is taken in once; "" where the sender has no number for it.

        However it was typed: digits of either script, capitals and spaces make no difference.
        """
        if self.program_number:
            return f"api:{self.program_number}"
        sender, number = (
            "".join(to_arabic(said).split()).lower() for said in (self.sent_by, self.sent_by_number)
        )
        return f"{sender}:{number}" if number else ""

    def opened_before(self) -> Case | None:
        """The case of what another office passed on before under the same number, whichever way it came then."""
        if self.program_number or not self.source_key:
            return None
        named = Case.objects.filter(
            channel_kind__in=ChannelKind.values, source_key=common.key(self.source_key)
        )
        return named.order_by("id").first()


class Given(TypedDict):
    """What is registered. Without a `unit` it goes where the office's rules lead, as urgent as they say or more; where
    it is about those whom they say (`concerned`), nobody has it, and whoever assigns gives it out."""

    actor: Actor
    category: str
    came: CameBy
    title: NotRequired[str]
    contact: NotRequired[Contact]
    place: NotRequired[Place]
    files: NotRequired[Sequence[StoredFile]]
    unit: NotRequired[Unit | None]
    concerned: NotRequired[Concerned]
    is_urgent: NotRequired[bool]


@transaction.atomic
def take_in(*, body: str, **given: Unpack[Given]) -> Opened:
    """What an officer registers from paper, telephone or the counter; without a `unit` the office's rules lead it.

    Needs complaints.intake. Raises InvalidInput by field, WrongState for what another office passed on before under the
    same number.
    """
    if not says_something(body):
        raise InvalidInput(_("Enter what the case says"), field="body")
    opened = register(body=body, **given)
    if not opened.code:
        raise WrongState(
            _("This was received already as case %(number)s, by the number of the agency that passed it on")
            % {"number": opened.case.number}
        )
    return opened


@transaction.atomic
def register(*, body: str, **given: Unpack[Given]) -> Opened:
    """The same for a program: what came before under the same number is the case of then, without its code.

    Needs complaints.intake. Raises InvalidInput by field.
    """
    known, came = categories().get(given["category"]), given["came"]
    if known is None:
        raise InvalidInput(_("Choose what the case is about"), field="category")
    title, place, unit = given.get("title", ""), given.get("place", Place()), given.get("unit")
    given["actor"].require(INTAKE)
    if before := came.opened_before():
        return Opened(before, "")
    village, where = located(place.village, place.text)
    concerned = given.get("concerned", Concerned())
    led = apart_from(concerned, route(Matter(known.kind, known.key, village, where, f"{title} {body}")))
    opened = open_case(
        actor=given["actor"],
        kind=known.kind,
        title=title or title_of(known, body, village),
        body=body,
        category=known.key,
        topic=known.topic,
        channel_kind=came.channel_kind,
        channel=_open_channel(came.channel_kind),
        source_key=came.source_key,
        received_on=came.received_on,
        contact=given.get("contact", Contact()),
        place=Place(where, village, place.latitude, place.longitude),
        files=given.get("files", ()),
        unit=unit or led.unit,
        concerned=concerned,
        details=_details(came),
        is_urgent=led.is_urgent or given.get("is_urgent", False),
    )
    hand_on(opened, led)
    return opened


def _open_channel(kind: str) -> Channel | None:
    """The office's open channel of the kind; `open_case` refuses a kind that there is not."""
    return channel_of(open_channels(), ChannelKind(kind)) if kind in ChannelKind.values else None


def _details(came: CameBy) -> dict[str, Any]:
    said = {
        "received_number": came.received_number.strip(),
        "sent_by": came.sent_by.strip(),
        "sent_by_number": came.sent_by_number.strip(),
    }
    return {name: value for name, value in said.items() if value}
