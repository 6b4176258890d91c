"""One message to a person, by the channel that they chose."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.secrets import derived_key
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.channels.services import send
from prongsai.foundation.notify.models import How, Preference
from prongsai.foundation.notify.selectors import office_line, preference_of
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, InboundMessage
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another
CODE = re.compile(rf"\s*LINK-([{LETTERS}]{{8}})\s*", re.I)
LIVES = timedelta(minutes=30)


@dataclass(frozen=True)
class Address:
    """Somebody outside: a citizen is reached by the channel of their case."""

    channel_kind: str
    address: str


@transaction.atomic
def tell(
    *, recipient: Membership | Address, subject: str, text: str, key: str, subject_ref: str = ""
) -> Outbound | None:
    """One message, once for each `key`: to a member by the channel they chose, to anybody else by the address.

    A member who chose LINE and whose office has no connected account any more is told by e-mail. None when a member
    can be reached by neither.
    """
    to = recipient if isinstance(recipient, Address) else _address_of(recipient)
    if to is None:
        return None
    words = text if to.channel_kind == How.EMAIL else "\n".join(filter(None, [subject, text]))
    return send(
        channel_kind=to.channel_kind, recipient=to.address, subject=subject, text=words, key=key,
        subject_ref=subject_ref,
    )  # fmt: skip


def _address_of(member: Membership) -> Address | None:
    chosen = preference_of(member)
    if chosen.how == How.LINE and chosen.line_user and office_line() is not None:
        return Address(How.LINE.value, chosen.line_user)
    return Address(How.EMAIL.value, member.user.email) if member.user.email else None


@transaction.atomic
def choose(*, actor: Actor, member: Membership, how: str) -> Preference:
    """By which channel the member wants to be told. Raises NotPermitted for another's, InvalidInput where it cannot be."""
    chosen = _own(actor, member)
    if how not in How.values:
        raise InvalidInput("เลือกช่องทางจากรายการ", field="how")
    if how == How.LINE and not chosen.line_user:
        raise InvalidInput("เชื่อม LINE ของท่านก่อน แล้วจึงเลือกรับทาง LINE", field="how")
    chosen.how = how
    chosen.save(update_fields=["how"])
    return chosen


@transaction.atomic
def start_linking(*, actor: Actor, member: Membership) -> str:
    """A code that the member sends to the office's LINE account within half an hour; shown this once.

    Raises NotPermitted for another's, WrongState when the office's account is not connected.
    """
    chosen = _own(actor, member)
    if office_line() is None:
        raise WrongState("หน่วยงานยังไม่ได้เชื่อมต่อ LINE Official Account กับระบบ")
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    chosen.code_digest, chosen.code_until = _digest(code), clock.now() + LIVES
    chosen.save(update_fields=["code_digest", "code_until"])
    return f"LINK-{code}"


@transaction.atomic
def unlink(*, actor: Actor, member: Membership) -> Preference:
    """Forget the member's LINE account; they are told by e-mail again."""
    chosen = _own(actor, member)
    chosen.line_user, chosen.how = "", How.EMAIL
    chosen.save(update_fields=["line_user", "how"])
    return chosen


def take_code(message: InboundMessage) -> str:
    """A message to the office's LINE account that is a member's code: the account is theirs from now on."""
    found = CODE.fullmatch(message.text) if message.channel_kind == How.LINE else None
    if found is None:
        return ""
    waiting = Preference.objects.select_for_update().filter(
        code_digest=_digest(found[1].upper()), code_until__gt=clock.now()
    )
    chosen = waiting.first()
    if chosen is None:
        return "notify:unknown"
    chosen.line_user, chosen.how = message.sender[:64], How.LINE
    chosen.code_digest, chosen.code_until = "", None
    chosen.save()
    send(
        channel_kind=How.LINE.value, recipient=chosen.line_user, text="เชื่อม LINE แล้ว ต่อไปนี้ระบบจะแจ้งงานของท่านทางนี้",
        reply_to=message.reply_to, reply_until=message.reply_until, key=f"notify.linked:{message.id}",
    )  # fmt: skip
    return "notify:linked"


def _digest(code: str) -> str:
    told = f"{current_organization_id()}:{code}".encode()
    return hmac.new(derived_key("notify codes"), told, hashlib.sha256).hexdigest()


def _own(actor: Actor, member: Membership) -> Preference:
    if actor.user_id is None or actor.user_id != member.user_id:  # type: ignore[attr-defined]
        raise NotPermitted("ตั้งค่าแทนผู้อื่นไม่ได้")
    # Created or locked in one step: two tabs may save at the same moment.
    Preference.objects.bulk_create([Preference(member=member)], ignore_conflicts=True)
    return Preference.objects.select_for_update().get(member=member)
