"""What members choose: by which channel they are told, of what, and which LINE account is theirs."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.secrets import derived_key
from prongsai.foundation.channels.selectors import about_member
from prongsai.foundation.channels.services import send
from prongsai.foundation.notify.models import How, Preference
from prongsai.foundation.notify.selectors import office_line
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, InboundMessage
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another
CODE = re.compile(rf"\s*LINK-([{LETTERS}]{{8}})\s*", re.I)
LIVES = timedelta(minutes=30)
LINKED = "notify.linked:"  # keys of the word that LINE works now, which nothing else can carry


@transaction.atomic
def choose(*, actor: Actor, member: Membership, how: str) -> Preference:
    """By which channel the member wants to be told. Raises NotPermitted for another's, InvalidInput where it cannot be."""
    chosen = _own(actor, member)
    if how not in How.values:
        raise InvalidInput(gettext("Choose a way from the list"), field="how")
    if how == How.LINE and not chosen.line_user:
        raise InvalidInput(gettext("Link your LINE first, then choose to be told by LINE"), field="how")
    chosen.how = how
    chosen.save(update_fields=["how"])
    return chosen


@transaction.atomic
def choose_news(*, actor: Actor, member: Membership, wanted: bool) -> Preference:
    """Whether the member is told of what is new while the day goes on. Raises NotPermitted for another's."""
    chosen = _own(actor, member)
    chosen.news = wanted
    chosen.save(update_fields=["news"])
    return chosen


@transaction.atomic
def start_linking(*, actor: Actor, member: Membership) -> str:
    """A code that the member sends to the office's LINE account within half an hour; shown this once.

    Raises NotPermitted for another's, WrongState when the office's account is not connected.
    """
    chosen = _own(actor, member)
    if office_line() is None:
        raise WrongState(gettext("The office has not connected its LINE Official Account yet"))
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
        channel_kind=How.LINE.value, recipient=chosen.line_user, text="เชื่อม LINE แล้ว ต่อไปนี้ระบบจะแจ้งงานของท่านทาง LINE",
        reply_to=message.reply_to, reply_until=message.reply_until, key=f"{LINKED}{message.id}",
        subject_ref=about_member(chosen.member_id),
    )  # fmt: skip
    return "notify:linked"


def _digest(code: str) -> str:
    told = f"{current_organization_id()}:{code}".encode()
    return hmac.new(derived_key("notify codes"), told, hashlib.sha256).hexdigest()


def _own(actor: Actor, member: Membership) -> Preference:
    if actor.user_id is None or actor.user_id != member.user_id:  # type: ignore[attr-defined]
        raise NotPermitted(gettext("Settings of somebody else cannot be changed"))
    # Created or locked in one step: two tabs may save at the same moment.
    Preference.objects.bulk_create([Preference(member=member)], ignore_conflicts=True)
    return Preference.objects.select_for_update().get(member=member)
