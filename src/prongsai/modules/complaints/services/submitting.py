"""A draft becomes a case: once, however often it is sent, with everything that was answered or not at all."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.secrets import decrypt, encrypt
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import CITIZEN, Contact, Opened, Place, open_case
from prongsai.foundation.channels.canary import is_marker
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, Stale, Unreadable, WrongState
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.writing import said_or_nothing
from prongsai.modules.complaints.catalogue import Category
from prongsai.modules.complaints.choices import AnswerBy
from prongsai.modules.complaints.models import CitizenDraft, DraftFile
from prongsai.modules.complaints.services.course import PHOTOS, asked, category_of, course, shown_of
from prongsai.modules.complaints.services.routing import Matter, hand_on, route
from prongsai.modules.complaints.titles import title_of

# `หมู่ที่ 4 บ้านโนน`, `ม.4`, `4`; not 12/3, which is a house, and neither 4-5 nor 4, 5, which are two.
VILLAGE = re.compile(
    r"(?P<word>หมู่บ้านที่|หมู่บ้าน|หมู่ที่|หมู่|ม\.)?\s*(?P<number>[0-9]{1,3})(?![0-9])"
    r"(?P<beside>|\s*,?\s*[^\s\d/.,\-–][\s\S]*)"
)
ADDRESS = re.compile(r"หมู่|ม\.")


@dataclass(frozen=True)
class Receipt:
    """What a citizen gets for a draft. `case` is None for the system's own test message, which leaves nothing behind."""

    case: Case | None
    code: str


@transaction.atomic
def submit(*, draft: CitizenDraft, channel: Channel | None = None, shown: str | None = None) -> Receipt:
    """Open a case of what was answered, and forget the answers. Sent twice, or by two at once, it is one case.

    `shown` is the digest (`course.shown_of`) of what the citizen looked at before sending; None for a program, whose
    every word is its own. Raises Stale when something else stands there by now: nothing is sent unseen. Raises
    InvalidInput (by field) when the text is missing, WrongState when the draft is gone or was counted with another
    case, Unreadable when a file cannot be kept.
    """
    current = CitizenDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if current is None:
        raise WrongState(_("What you had filled in is erased. Begin again"))
    if current.case_id is not None:  # type: ignore[attr-defined]
        return receipt_of(current)
    if shown is not None:
        if shown != shown_of(current):
            raise Stale(
                _("This was changed in another window. Look at it once more, then send it"), present={}
            )
        current.answers = asked(category_of(current), current.answers)
    text = said_or_nothing(said(current, "what", "text"))
    if not text:
        raise InvalidInput(_("Tell what you want to report"), field="text")
    if is_marker(text):
        return _checked(current, channel)
    opened = _opened(current, channel)
    _sent(current, opened)
    return Receipt(opened.case, opened.code)


def receipt_of(draft: CitizenDraft) -> Receipt:
    """The receipt of a draft that was sent, on the device that sent it. Raises WrongState for one that was not."""
    if draft.case is None:
        raise WrongState(_("This was not sent yet"))
    if not draft.receipt:
        return Receipt(draft.case, "")
    try:
        return Receipt(draft.case, decrypt(draft.receipt))
    except Unreadable:  # the installation's key was changed in between: the number is told all the same
        return Receipt(draft.case, "")


def said(draft: CitizenDraft, question: str, name: str) -> str:
    """What was answered, as text; "" for nothing."""
    return str(draft.answers.get(question, {}).get(name) or "").strip()


def _checked(draft: CitizenDraft, channel: Channel | None) -> Receipt:
    """The whole way is gone and taken back: routing, number, history, files."""
    with transaction.atomic():
        opened = _opened(draft, channel, is_check=True)
        transaction.set_rollback(True)
    DraftFile.objects.filter(draft=draft).delete()
    draft.delete()
    return Receipt(None, opened.code)


def _opened(draft: CitizenDraft, channel: Channel | None, *, is_check: bool = False) -> Opened:
    category = category_of(draft)
    matter = matter_of(draft, category)
    led = route(matter)
    opened = open_case(
        actor=CITIZEN,
        kind=category.kind,
        title=title_of(category, said(draft, "what", "text"), matter.village),
        body=body_of(draft, category),
        category=category.key,
        topic=category.topic,
        channel_kind=ChannelKind.WEB.value,
        channel=channel,
        source_key=f"draft:{draft.source}",
        contact=contact_of(draft.answers.get("contact", {})),
        place=place_of(draft.answers.get("where", {})),
        files=_kept_files(draft) if PHOTOS in course(category) else [],
        unit=led.unit,
        details=_details(draft),
        is_urgent=led.is_urgent,
        is_check=is_check,
    )
    hand_on(opened, led)
    return opened


def _sent(draft: CitizenDraft, opened: Opened) -> None:
    DraftFile.objects.filter(draft=draft).delete()
    draft.case, draft.answers, draft.updated_at = opened.case, {}, clock.now()
    draft.receipt = encrypt(opened.code) if opened.code else ""
    draft.save(update_fields=["case", "answers", "updated_at", "receipt"])


def matter_of(draft: CitizenDraft, category: Category) -> Matter:
    """What routing is asked: the citizen's own words."""
    place = place_of(draft.answers.get("where", {}))
    return Matter(
        kind=category.kind,
        category=category.key,
        village=place.village,
        place=place.text,
        text=f"{said(draft, 'what', 'text')} {said(draft, 'what', 'more')}".strip(),
    )


def body_of(draft: CitizenDraft, category: Category) -> str:
    """What the officer reads: the text, and under it what else was asked."""
    parts = [said(draft, "what", "text")]
    if more := said(draft, "what", "more"):
        parts.append(f"{category.question}: {more}")
    if how := said(draft, "how", "how"):
        parts.append(HOW.get(how, how))
    return "\n\n".join(parts)


# How somebody who asks for official information wants to have it (ม.11 กับ ม.9 วรรคสามและวรรคสี่).
HOW = {
    "look": "ประสงค์ขอตรวจดู",
    "copy": "ประสงค์ขอสำเนา",
    "certified": "ประสงค์ขอสำเนาที่มีคำรับรองถูกต้อง",
}


def located(village: str, place: str) -> tuple[str, str]:
    """Village and place as they are kept: of the village its plain number, from `๔`, `หมู่ 4`, `ม.4 บ้านโนน`."""
    number, place = apart(village, place)
    return (str(int(number)) if number.isdecimal() and len(number) < 4 else number), place


def apart(village: str, place: str) -> tuple[str, str]:
    """The number of a village, in the digits that were typed, and the place with the words that stood beside the number:
    `หมู่ที่ ๔ บ้านโนน` is `๔`, and `บ้านโนน` before the place.

    What names no village by its number comes back whole.
    """
    text = village.strip()
    found = VILLAGE.fullmatch(to_arabic(text))
    if found is None:
        return text, place
    beside = text[found.start("beside") :].strip(" ,")
    if not found["word"] and ADDRESS.search(beside):
        return text, place  # 12 หมู่ 4: a house, and the village after it
    number = text[found.start("number") : found.end("number")]
    return number, place if beside in place else f"{beside} {place}".strip()


def contact_of(given: Mapping[str, Any]) -> Contact:
    """How to reach the citizen; of whoever does not want to be named nothing is kept."""
    if given.get("who") == "anonymous":
        return Contact(anonymous=True)
    return contact_said(*(str(given.get(field) or "") for field in ("name", "phone", "email")))


def contact_said(name: str, phone: str, email: str, *, anonymous: bool = False) -> Contact:
    """Who brought it. Whoever says nothing of it is anonymous; whoever does not wish to be named (`anonymous`) may still
    have left how to call back: the name alone is left out."""
    name, phone, email = map(said_or_nothing, (name, phone, email))
    if anonymous:
        return Contact(phone=phone, email=email, anonymous=True)
    return Contact(name, phone, email, anonymous=not (name or phone or email))


def place_of(given: Mapping[str, Any]) -> Place:
    """Where it is: words, the village, and the point on the map if there is a whole one."""
    latitude, longitude = given.get("latitude"), given.get("longitude")
    whole = latitude not in (None, "") and longitude not in (None, "")
    village, text = located(str(given.get("village") or ""), str(given.get("place") or ""))
    return Place(
        text=text,
        village=village,
        latitude=float(str(latitude)) if whole else None,
        longitude=float(str(longitude)) if whole else None,
    )


def answer_by(given: Mapping[str, Any]) -> AnswerBy:
    """Where the answer goes first."""
    if given.get("who") != "anonymous":
        for wanted in (AnswerBy.EMAIL, AnswerBy.LINE, AnswerBy.PHONE):
            if given.get(wanted.value):
                return wanted
    return AnswerBy.PAGE


def _details(draft: CitizenDraft) -> dict[str, Any]:
    details: dict[str, Any] = {"answer_by": answer_by(draft.answers.get("contact", {})).value}
    if how := said(draft, "how", "how"):
        details["how"] = how
    return details


def _kept_files(draft: CitizenDraft) -> list[StoredFile]:
    files: list[StoredFile] = []
    for each in draft.files.all():  # type: ignore[attr-defined]
        files.append(store_file(actor=CITIZEN, content=io.BytesIO(bytes(each.content)), name=each.name))
    return files
