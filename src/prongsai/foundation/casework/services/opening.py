"""A case begins: registered under the next number, once however often it is sent, with a code that is told once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from prongsai.foundation.casework import codes
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseCounter
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.concerning import (
    NOBODY,
    Concerned,
    put_concerned,
    refuse_concerned,
)
from prongsai.foundation.casework.services.files import attach_all
from prongsai.foundation.casework.services.moving import start_clock
from prongsai.foundation.casework.services.outgoing import Answering, acknowledge_receipt
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import Actor, Topic
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.kernel.writing import shortened

DETAILS_LIMIT = 50_000  # characters of JSON
TITLE_FROM_BODY = 80
LONGEST_AGO = timedelta(days=3653)  # a paper of ten years ago is still entered
TRIES = 3  # of a code that is taken: one in ten million for the largest office
TAKE_NUMBER = f"""
INSERT INTO {CaseCounter._meta.db_table} AS c (organization_id, kind, fiscal_year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (organization_id, kind, fiscal_year) DO UPDATE SET last = c.last + 1 RETURNING last
"""


@dataclass(frozen=True)
class Contact:
    """How to reach the citizen. Nothing of it is required."""

    name: str = ""
    phone: str = ""
    email: str = ""
    handle: str = ""  # LINE or Facebook user id
    anonymous: bool = False

    @classmethod
    def of(cls, case: Case) -> Contact:
        return cls(
            case.contact_name, case.contact_phone, case.contact_email, case.contact_handle, case.is_anonymous
        )


@dataclass(frozen=True)
class Place:
    """Where it is, as far as it is known."""

    text: str = ""
    village: str = ""
    latitude: Decimal | float | None = None
    longitude: Decimal | float | None = None


@dataclass(frozen=True)
class Opened:
    """A case and its tracking code; the code is "" when the case had been opened before."""

    case: Case
    code: str


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    kind: str,
    title: str,
    body: str = "",
    category: str = "",
    topic: Topic | None = None,
    channel_kind: str,
    channel: Channel | None = None,
    source_key: str = "",
    received_on: date | None = None,
    received_at: datetime | None = None,
    contact: Contact = Contact(),
    place: Place = Place(),
    files: Sequence[StoredFile] = (),
    unit: Unit | None = None,
    concerned: Concerned = NOBODY,
    details: Mapping[str, Any] = {},
    is_urgent: bool = False,
    is_check: bool = False,
    is_guessed: bool = False,
    reply_to: str = "",
    reply_until: datetime | None = None,
    tell: str = "",
) -> Opened:
    """Register what a citizen brings. The same `source_key` on the same kind of channel opens one case, however often.

    It counts on the day of `received_at`, when it reached the office (now), unless `received_on` says another. Who can
    be reached is told the number and the code (`reply_to`: by what the answer follows the message; `tell`: what else
    they are told). `is_guessed`: the system told the kind from the words, and a person has to look. One that `is_urgent`
    comes first among what is due on its day. A case without a title is called after the beginning of its body. Whom it is
    about (`concerned`) it is kept from. Staff need `<module>.intake`; citizens come as `common.CITIZEN`. Raises InvalidInput,
    NotPermitted.
    """
    known = case_kind(kind)
    actor.require(known.permission_for("intake"))
    if channel_kind not in ChannelKind.values:
        raise InvalidInput(gettext("No such channel is known"), field="channel_kind")
    body = common.words(body, "body")
    moment = min(received_at or clock.now(), clock.now())
    case = Case(
        kind=kind,
        title=titled(title, body),
        body=body,
        category=common.line(category, "category", limit=60),
        topic=Topic(topic).value if topic else "",
        details=checked_details(details),
        is_urgent=is_urgent,
        channel=channel,
        channel_kind=channel_kind,
        source_key=common.key(source_key),
        is_check=is_check,
        is_guessed=is_guessed,
        unit=common.own_unit(unit),
        received_at=moment,
        received_on=checked_day(received_on or moment.astimezone(clock.BANGKOK).date()),
    )
    put_contact(case, contact)
    put_place(case, place)
    put_concerned(case, concerned)
    refuse_concerned(case, case.unit, None)
    return _registered(case, known, actor, files, Answering(reply_to, reply_until, tell))


def _registered(
    case: Case, kind: CaseKind, actor: Actor, files: Sequence[StoredFile], answering: Answering
) -> Opened:
    """Give the case its number and code, and put all that belongs to it in place; or find the one opened before."""
    before = _opened_before(case)
    if before is not None:
        return Opened(before, "")
    case.state = kind.workflow.initial
    case.phase = kind.workflow.state(case.state).phase.value
    start_clock(case, kind, case.received_on, calendar_from(case.received_on))
    for _ in range(TRIES):
        code = codes.fresh_code()
        try:
            with transaction.atomic():
                put_number(case, kind, code)
                case.secret = codes.digest(code)
                case.save(force_insert=True)
            break
        except IntegrityError:
            before = _opened_before(case)  # the same message, delivered twice at the same moment
            if before is not None:
                return Opened(before, "")
    else:
        raise InvalidInput(gettext("The case could not be registered. Send it again."), field="kind")
    common.note_event(case, "received", actor=actor, target=case.state, public=True)
    if case.unit is not None:
        giver = common.RULES if actor == common.CITIZEN else actor  # no citizen gives out work
        common.note_event(case, "assigned", actor=giver, unit=case.unit, public=True)
    common.asks(case, common.ASSIGNED if case.unit else common.ARRIVED, actor=actor)
    attach_all(case, files, from_citizen=True)
    facts.on_received(case, actor)
    if case.is_guessed:
        facts.on_guessed(case, actor)
    acknowledge_receipt(case, code, answering)
    return Opened(case, code)


def _opened_before(case: Case) -> Case | None:
    if not case.source_key:
        return None
    return Case.objects.filter(channel_kind=case.channel_kind, source_key=case.source_key).first()


def put_number(case: Case, kind: CaseKind, code: str = "") -> None:
    """The next number of the kind's series in the year that runs. Whoever comes second waits until the first commits.

    Numbers therefore have no gaps. A self-check has none of them.
    """
    case.fiscal_year = fiscal_year_of(clock.today())
    if case.is_check:
        case.sequence, case.number = 0, f"ทดสอบ-{code[:4]}"
        return
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBER, [current_organization_id(), kind.key, case.fiscal_year])
        (case.sequence,) = cursor.fetchone() or (0,)
    case.number = f"{kind.prefix}{case.fiscal_year % 100:02d}-{case.sequence:04d}"


# -- what people typed --------------------------------------------------------------------------------------


def titled(title: str, body: str) -> str:
    """The title in one line, or the beginning of the body. Raises InvalidInput when there is neither."""
    said = common.line(title, "title")
    if said:
        return said
    first = " ".join(body.split())
    if not first:
        raise InvalidInput(gettext("Enter what the case is about"), field="title")
    return shortened(first, TITLE_FROM_BODY)


def checked_day(day: date | None) -> date:
    """The day on which it reached the office; today when it was not said. Raises InvalidInput for one to come, and for one
    so long ago that the year is a slip of the pen."""
    today = clock.today()
    if day is not None and today - day > LONGEST_AGO:
        raise InvalidInput(
            gettext("The day of receipt is more than ten years ago. Check the year"), field="received_on"
        )
    if day is not None and day > today:
        raise InvalidInput(gettext("The day of receipt is yet to come"), field="received_on")
    return day or today


def checked_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """What only this kind has, as JSON. Raises InvalidInput for what is none, or too long."""
    try:
        text = json.dumps(dict(details), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            gettext("The details of this kind of case cannot be saved"), field="details"
        ) from error
    if len(text) > DETAILS_LIMIT or "\\u0000" in text:
        raise InvalidInput(gettext("The details of this kind of case are too long"), field="details")
    return json.loads(text)


def put_contact(case: Case, contact: Contact) -> None:
    """How to reach the citizen, into the case. Raises InvalidInput for a mail address that is none."""
    case.is_anonymous = contact.anonymous
    case.contact_name = "" if contact.anonymous else common.line(contact.name, "contact_name")
    case.contact_phone = common.line(contact.phone, "contact_phone", limit=60)
    case.contact_email = common.line(contact.email, "contact_email", limit=254).lower()
    case.contact_handle = common.line(contact.handle, "contact_handle")
    if case.contact_email:
        try:
            validate_email(case.contact_email)
        except ValidationError as error:
            raise InvalidInput(
                gettext("This is no email address. It has an @ and a dot, like name@example.com."),
                field="contact_email",
            ) from error


def put_place(case: Case, place: Place) -> None:
    """Where it is, into the case. Raises InvalidInput for coordinates that are none."""
    case.place = common.line(place.text, "place", limit=300)
    case.village = common.line(place.village, "village", limit=20)
    if (place.latitude is None) != (place.longitude is None):
        raise InvalidInput(gettext("A place on the map needs both latitude and longitude"), field="latitude")
    case.latitude = _degrees(place.latitude, 90, "latitude")
    case.longitude = _degrees(place.longitude, 180, "longitude")


def _degrees(value: Decimal | float | None, most: int, field: str) -> Decimal | None:
    if value is None:
        return None
    try:
        degrees = Decimal(str(value)).quantize(Decimal("0.000001"))
    except ArithmeticError as error:
        raise InvalidInput(gettext("This is no point on the map"), field=field) from error
    if not degrees.is_finite() or not -most <= degrees <= most:
        raise InvalidInput(gettext("This is no point on the map"), field=field)
    return degrees
