"""Making, revoking and using personal tokens; keeping answers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.api.models import ApiToken, KeptAnswer
from prongsai.foundation.api.selectors import tokens_of
from prongsai.foundation.ledger.services import record
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, FactKind, Origin, Ref
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState

TOKEN_MADE = FactKind("api_token_made", "ออกโทเค็นสำหรับโปรแกรม", "API token issued")
TOKEN_REVOKED = FactKind("api_token_revoked", "ยกเลิกโทเค็นสำหรับโปรแกรม", "API token revoked")

MARK = "prongsai_"  # lets scanners of published code find a token that slipped out
SECRET_BYTES = 32
PREFIX_LENGTH = len(MARK) + 3  # of the shown beginning; the rest stays unguessable
LONGEST_DAYS = 366
MOST_TOKENS = 20
NAME_LENGTH = 100
ANSWERS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Bearer:
    """Who calls with a token: permitted is what the token and, today, its member are both permitted."""

    token: ApiToken
    member: Membership
    actor: Actor


def digest_of(secret: str) -> str:
    """What the database keeps of a token. The secret has 256 random bits, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, actor: Actor, member: Membership, name: str, scopes: Iterable[str], days: int
) -> tuple[ApiToken, str]:
    """A token of the actor's own, and its secret, which is shown this once.

    Raises NotPermitted for somebody else's token; InvalidInput for an empty name, for scopes that the actor does
    not have, and for more than a year; WrongState when the member has twenty already.
    """
    if actor.user_id is None or actor.user_id != member.user_id:  # type: ignore[attr-defined]
        raise NotPermitted(_("%(name)s cannot make a token for somebody else") % {"name": actor.name})
    name, chosen = name.strip(), sorted(set(scopes))
    if not name or "\0" in name or len(name) > NAME_LENGTH:
        raise InvalidInput(
            _("Name the token in at most %(most)s characters, such as Document system")
            % {"most": NAME_LENGTH},
            field="name",
        )
    if not chosen:
        raise InvalidInput(_("Choose at least one permission"), field="scopes")
    if not actor.permissions.issuperset(chosen):
        raise InvalidInput(_("A token may do no more than you may"), field="scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(_("A token works for 1 to %(most)s days") % {"most": LONGEST_DAYS}, field="days")
    Membership.objects.select_for_update().get(pk=member.pk)  # two at once must not become twenty-one
    now = clock.now()
    if tokens_of(member).filter(revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise WrongState(
            _(
                "You have %(most)s tokens that work already. Revoke one that is not used before "
                "you make another."
            )
            % {"most": MOST_TOKENS}
        )
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        member=member,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        digest=digest_of(secret),
        scopes=chosen,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    _note(TOKEN_MADE, token, actor=actor, scopes=chosen, days=days)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End a token at once: one's own, or with `people.manage` anybody's. Revoked twice is revoked once."""
    token = ApiToken.objects.select_for_update().select_related("member").get(pk=token.pk)
    if actor.user_id is None or token.member.user_id != actor.user_id:  # type: ignore[attr-defined]
        actor.require("people.manage")
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        _note(TOKEN_REVOKED, token, actor=actor)
    return token


def _note(kind: FactKind, token: ApiToken, *, actor: Actor, **payload: object) -> None:
    record(
        actor=actor,
        kind=kind.key,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("api", "token", token.pk),
        title=f"{kind.title} “{token.name}”",
        payload={"name": token.name, "prefix": token.prefix, **payload},
    )


def bearer_of(secret: str) -> Bearer | None:
    """Who calls, or None for a secret that is unknown here, revoked, expired, or whose member has left. 2 queries.

    The first use of a day is noted on the token.
    """
    token = ApiToken.objects.filter(
        digest=digest_of(secret), revoked_at=None, expires_at__gt=clock.now()
    ).first()
    if token is None:
        return None
    member = (
        Membership.objects.with_permissions()
        .filter(
            pk=token.member_id,
            is_active=True,
            user__is_active=True,  # type: ignore[attr-defined]
        )
        .first()
    )
    if member is None:
        return None
    today = clock.today()
    if token.last_used_on != today:
        token.last_used_on = today
        token.save(update_fields=["last_used_on"])
    full = member.actor()
    permitted = full.permissions & frozenset(token.scopes)
    actor = Actor(full.name, permitted, full.user_id, full.position, full.unit)
    return Bearer(token, member, actor)


CLAIM = """
INSERT INTO api_keptanswer (organization_id, member_id, key, request, status, headers, body, created_at)
VALUES (%s, %s, %s, %s, 0, '{}', '', %s) ON CONFLICT (organization_id, member_id, key) DO NOTHING
"""


def claim(*, member: Membership, key: str, request: str) -> KeptAnswer | None:
    """Take `key` for a request, or return what the first request under it was answered.

    Runs in the transaction of the act: a second request waits here until the first is done. Raises InvalidInput
    when the key was used for another request.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [current_organization_id(), member.pk, key, request, clock.now()])
        if cursor.rowcount:
            return None
    answer = KeptAnswer.objects.get(member=member, key=key)
    if answer.request != request:
        raise InvalidInput(
            _("This key was used with another request. Use a new key for a new request."),
            field="Idempotency-Key",
        )
    return answer


def keep_answer(*, member: Membership, key: str, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep what a claimed request was answered; in the same transaction."""
    KeptAnswer.objects.filter(member=member, key=key).update(status=status, headers=dict(headers), body=body)


def forget_answers() -> int:
    """Remove the answers that are older than a week; returns how many."""
    return KeptAnswer.objects.filter(created_at__lt=clock.now() - ANSWERS_KEPT).delete()[0]
