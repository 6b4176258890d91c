"""What goes out to the citizen: on the way by which the case came, or by mail, or to be read on the tracking page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.along import public_path, told_along
from prongsai.foundation.channels.connectors.base import COMMENT, POST, PRIVATE
from prongsai.foundation.channels.models import ChannelKind, Outbound
from prongsai.foundation.channels.services import send
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.typeset.qr import qr_svg
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor

MESSAGE = "casework.message"
ABOUT_CASE = "casework.case:"  # before its id
# Of these nothing goes back by itself.
BY_MOUTH = {each.value for each in (ChannelKind.PHONE, ChannelKind.WALK_IN, ChannelKind.LETTER, ChannelKind.LEADERS, ChannelKind.HOTLINE, ChannelKind.BOX)}  # fmt: skip
# A message to a citizen of which nothing was sent, since there is no way.
UNSENT = Q(direction=CaseMessage.Direction.OUT.value, delivery="failed", channel_kind="")
BY_HANDLE = {ChannelKind.LINE.value, ChannelKind.FACEBOOK.value}


@dataclass(frozen=True)
class Way:
    """How the citizen of a case is reached."""

    channel_kind: str
    recipient: str


@dataclass(frozen=True)
class Answering:
    """What lets an answer follow the message that it answers (a reply token, a Message-ID), and until when.

    `more` is told with the receipt: a second message may cost the office, or not be allowed at all.
    """

    to: str = ""
    until: datetime | None = None
    more: str = ""


def about_case(case: Case) -> str:
    """What a message that goes out is about, as the channels keep it."""
    return f"{ABOUT_CASE}{case.pk}"


def case_id_in(subject_ref: str) -> int | None:
    """The id of the case that such a message is about; None for one that is about something else."""
    number = subject_ref.removeprefix(ABOUT_CASE)
    return int(number) if subject_ref.startswith(ABOUT_CASE) and number.isdecimal() else None


def way_to(case: Case) -> Way | None:
    """Where answers go; None where they can only be read on the tracking page.

    What the citizen wishes stands in `details["answer_by"]`: line, facebook, email, or page and phone, by which nothing
    is sent. Without a wish that can be fulfilled it is the way by which the case came, else mail.
    """
    wish = str(case.details.get("answer_by", ""))
    if wish in {"page", "phone"}:
        return None
    mail = Way(ChannelKind.EMAIL.value, case.contact_email) if case.contact_email else None
    if wish == ChannelKind.EMAIL and mail:
        return mail
    chat = wish if wish in BY_HANDLE else case.channel_kind
    if chat in BY_HANDLE and case.contact_handle:
        return Way(chat, case.contact_handle)
    return mail


def told_by_hand(case: Case) -> bool:
    """Whether nothing can be sent to the citizen, and somebody has to call or write: they came by telephone, on paper or
    in person, or wish to be called, and said who or where they are. Whoever chose the tracking page reads it there."""
    wish = str(case.details.get("answer_by", ""))
    if case.is_check or case.withdrawn_at or wish == "page" or way_to(case) is not None:
        return False
    if case.channel_kind in BY_MOUTH:
        return bool(case.contact_phone or case.contact_name)
    return wish == "phone" and bool(case.contact_phone)


def deliver(
    case: Case,
    message: CaseMessage,
    answering: Answering | None = None,
    *,
    files: Sequence[StoredFile] = (),
    asks: bool = False,
) -> None:
    """Have a message to the citizen sent; `message.delivery` says what becomes of it.

    A mail takes the files along, as far as mail servers take them; where they do not go along it says that the tracking
    page has them. `asks`: the closing question goes with it, to be answered by a reply or on that page.
    """
    # Whose part has ended is sent nothing more of a case that goes on for others.
    way = None if case.is_check or case.withdrawn_at else way_to(case)
    if way is None:
        message.delivery = "failed" if told_by_hand(case) else "page"
        message.save(update_fields=["delivery"])
        return
    text = told_along(case, message.text, channel_kind=way.channel_kind, files=files, asks=asks)
    _send(case, way, text, key=outbound_key(message), answering=answering, files=files)
    message.channel_kind, message.delivery = way.channel_kind, "waiting"
    message.save(update_fields=["channel_kind", "delivery"])


def _send(
    case: Case,
    way: Way,
    text: str,
    *,
    key: str,
    answering: Answering | None = None,
    files: Sequence[StoredFile] = (),
) -> None:
    following = answering or Answering()
    send(
        channel_kind=way.channel_kind,
        recipient=way.recipient,
        subject=f"{case_kind(case.kind).title} เลขที่ {case.number}",
        text=text,
        files=files,
        reply_to=following.to,
        reply_until=following.until,
        key=key,
        subject_ref=about_case(case),
    )


def outbound_key(message: CaseMessage) -> str:
    """The key under which a message is sent once."""
    return f"{MESSAGE}:{message.pk}"


def on_delivery(outbound: Outbound) -> None:
    """A message to a citizen was delivered, or failed for good: the conversation says so. Called by channels.

    Who had written in public and was answered in private is a person from then on, to whom answers go.
    """
    if outbound.state == "sent" and outbound.how == PRIVATE:
        _turned_private(outbound)
    prefix, _, number = outbound.key.partition(":")
    if prefix == MESSAGE and number.isdigit():
        CaseMessage.objects.filter(pk=int(number)).update(
            delivery=outbound.state, delivered_at=outbound.sent_at
        )
        if outbound.state == "failed":
            _ask_for_another_way(int(number))


def _ask_for_another_way(message: int) -> None:
    case = Case.objects.filter(messages__pk=message).first()
    if case is not None:
        common.asks(case, common.UNDELIVERED, actor=Actor.system())


def _turned_private(outbound: Outbound) -> None:
    case = case_id_in(outbound.subject_ref)
    if case is not None and not outbound.recipient.startswith((COMMENT, POST)):
        written = Case.objects.filter(pk=case, contact_handle__regex=f"^({COMMENT}|{POST})")
        written.update(contact_handle=outbound.recipient[:200])


@transaction.atomic
def settle_failure(*, actor: Actor, message: CaseMessage) -> None:
    """Say that a message which could not be delivered was seen to in another way; my work asks no more.

    Of what nothing could be sent of, one call tells all: the citizen is informed from now on. Needs `<module>.handle`.
    Raises NotPermitted.
    """
    case = common.locked(message.case)
    rights.require_to(actor, case, "handle")
    if CaseMessage.objects.filter(UNSENT, pk=message.pk).exists():
        reached(case)
        common.note_event(case, "told_by_hand", actor=actor)
    CaseMessage.objects.filter(pk=message.pk, delivery="failed").update(delivery="page")


def reached(case: Case) -> None:
    """The citizen knows now what could not be sent to them: somebody called, or they looked themselves."""
    unsent = CaseMessage.objects.filter(UNSENT, case=case)
    if unsent.update(delivery="page"):
        Case.objects.filter(pk=case.pk, informed_at__isnull=True).update(informed_at=clock.now())


def tracking_path(case: Case, code: str) -> str:
    """The address of the tracking page below the site; "" where the kind has none."""
    return public_path(case, case_kind(case.kind).public_url_name, code)


def tracking_url(case: Case, code: str) -> str:
    """The whole address that follows the case, with its secret code; "" where the kind has no such page.

    The number goes with it: number and code open the case even while codes alone open none.
    """
    path = tracking_path(case, code)
    return f"{settings.BASE_URL}{path}?{urlencode({'n': case.number})}" if path else ""


def tracking_qr(case: Case, code: str) -> str:
    """The QR code of `tracking_url` as SVG; "" where there is no such page."""
    url = tracking_url(case, code)
    return qr_svg(url) if url else ""


def warn_of_new_code(case: Case) -> None:
    """Tell whoever brought a case that its tracking code was replaced, and not by what: if it was not they who asked,
    they say so. An old receipt that has not arrived would tell a code that opens nothing: it is not sent any more.
    """
    old = Outbound.objects.filter(key=receipt_key(case))
    old.exclude(state="sent").delete()
    old.update(text="")
    way = way_to(case)
    if way is None:
        return
    text = (
        f"เจ้าหน้าที่ออกรหัสติดตามใหม่ของเรื่องเลขที่ {case.number} ให้แก่ผู้ที่มาติดต่อแล้ว รหัสเดิมใช้ไม่ได้อีก "
        "หากท่านไม่ได้ขอรหัสใหม่ โปรดแจ้งหน่วยงานทันที"
    )
    _send(case, way, text, key=f"casework.code:{case.pk}:{case.version}")


def receipt_key(case: Case) -> str:
    """The key under which the receipt of a case is sent once."""
    return f"casework.receipt:{case.pk}"


def acknowledge_receipt(case: Case, code: str, answering: Answering | None = None) -> None:
    """Tell the citizen number, code and address of the case. The text stands nowhere in the case: the code is a secret."""
    way = None if case.is_check else way_to(case)
    if way is None:
        return
    url = tracking_url(case, code)
    parts = [
        f"ได้รับเรื่องของท่านแล้ว เลขที่ {case.number}",
        f"รหัสติดตาม {code} โปรดเก็บไว้เป็นความลับ ใช้ดูความคืบหน้าและส่งข้อมูลเพิ่มเติม",
        *([f"ติดตามเรื่องได้ที่ {url}"] if url else []),
        *([answering.more] if answering and answering.more else []),
    ]
    _send(case, way, "\n".join(parts), key=receipt_key(case), answering=answering)
