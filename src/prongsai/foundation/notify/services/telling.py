"""One message to a person, by the channel that they chose."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.selectors import names_own_case
from prongsai.foundation.channels.models import ChannelKind, Inbound, Outbound
from prongsai.foundation.channels.selectors import OWN_PEOPLE, about_member, answered_by
from prongsai.foundation.channels.services import Detour, send
from prongsai.foundation.channels.services.inbound import Held
from prongsai.foundation.notify.models import How, Preference
from prongsai.foundation.notify.selectors import way_to
from prongsai.foundation.notify.services.linking import LINKED
from prongsai.kernel import clock
from prongsai.kernel.contracts import InboundMessage

CAME = {
    ChannelKind.EMAIL.value: "ตอบกลับข้อความที่ระบบแจ้งงานเจ้าหน้าที่",
    ChannelKind.LINE.value: "ส่งจาก LINE ของเจ้าหน้าที่ที่เพิ่งได้รับแจ้งงาน",
}
ANSWERED = timedelta(days=3)  # so long after a message in LINE what comes from there is taken for its answer


@transaction.atomic
def tell(*, recipient: Membership, subject: str, text: str, key: str) -> Outbound | None:
    """One message to a member, once for each `key`, by the channel they chose.

    A member who chose LINE is told by mail where the office has no connected account, where the month's messages run
    short, and when LINE does not take it (`by_mail_instead`). None when a member can be reached by nothing. The caller
    sees to it that the text says nothing that may not leave the house: LINE and mail servers are outside.
    """
    way = way_to(recipient)
    if way is None:
        return None
    kind, address = way
    words = text if kind == How.EMAIL else "\n".join(filter(None, [subject, text]))
    return send(
        channel_kind=kind, recipient=address, subject=subject, text=words, key=key,
        subject_ref=about_member(recipient.pk),
    )  # fmt: skip


def hold_answers(message: InboundMessage) -> str:
    """A member who answers what the system told them brings no case: a person looks first whether it is one.

    Asked by channels before the modules are. Raises Held, until that person has the message taken.
    """
    if message.is_check or not _answered(message).startswith(OWN_PEOPLE):
        return ""
    if not Inbound.objects.filter(pk=message.id, is_wanted=True).exists():
        raise Held(f"{CAME[message.channel_kind]} ตรวจดูก่อนว่าเป็นเรื่องถึงหน่วยงานหรือไม่")
    return ""


def _answered(message: InboundMessage) -> str:
    """What the message of ours was about that this one answers; "" for none.

    A mail names it. In LINE it is the last that went to the member's account these days, unless they name a case of
    their own by its code or number: with that they speak as a citizen.
    """
    if message.channel_kind == ChannelKind.EMAIL:
        return answered_by(message.thread)
    if message.channel_kind != ChannelKind.LINE or not message.sender:
        return ""
    own = {"channel_kind": message.channel_kind, "sender": message.sender, "text": message.text}
    if not Preference.objects.filter(line_user=message.sender).exists() or names_own_case(**own):
        return ""
    told = Outbound.objects.filter(
        kind=ChannelKind.LINE, recipient=message.sender, state="sent", sent_at__gt=clock.now() - ANSWERED
    )
    return told.order_by("-sent_at", "-id").values_list("subject_ref", flat=True).first() or ""


def by_mail_instead(outbound: Outbound) -> Detour | None:
    """A message to a member that LINE does not take goes by mail, unless they have left. Asked by channels; None for all
    other messages, and for the word that LINE works."""
    if outbound.kind != ChannelKind.LINE or not outbound.subject_ref.startswith(OWN_PEOPLE):
        return None
    if outbound.key.startswith(LINKED):
        return None
    number = outbound.subject_ref.removeprefix(OWN_PEOPLE)
    member = Membership.objects.working().select_related("user").filter(pk=int(number)).first()
    if member is None or not member.user.email:
        return None
    words = outbound.text.removeprefix(f"{outbound.subject}\n")
    return Detour(ChannelKind.EMAIL.value, member.user.email, words)
