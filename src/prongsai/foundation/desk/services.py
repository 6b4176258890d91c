"""What is remembered for a person between two clicks. Of the organization in scope; no ledger facts."""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.desk.models import ADDRESS_LENGTH, KEY_LENGTH, Draft, SavedView, SentForm
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, WrongState

DRAFT_LIMIT = 2_000_000  # bytes: the longest plan that a form carries is a tenth of it
VIEWS_LIMIT = 30  # of one member for one list
DRAFTS_LIVE = timedelta(days=180)
TOKENS_LIVE = timedelta(days=7)
ALIKE_WITHIN = timedelta(minutes=10)


def draft(member: Membership, key: str) -> Draft | None:
    """What the member typed under `key` and did not send."""
    return Draft.objects.filter(member=member, key=key[:KEY_LENGTH]).first()


def keep_draft(*, member: Membership, key: str, body: dict[str, Any]) -> Draft:
    """Keep what the member has typed under `key`, instead of what was kept before. InvalidInput when over 2 MB."""
    if len(json.dumps(body, ensure_ascii=False).encode()) > DRAFT_LIMIT:
        raise InvalidInput(_("The draft is too long to keep. Save it part by part."))
    # One statement, because the automatic draft and the button's may arrive together.
    [kept] = Draft.objects.bulk_create(
        [Draft(member=member, key=key[:KEY_LENGTH], body=body, updated_at=clock.now())],
        update_conflicts=True,
        unique_fields=["organization", "member", "key"],
        update_fields=["body", "updated_at"],
    )
    return kept


def drop_draft(*, member: Membership, key: str) -> None:
    """Forget what was typed under `key`; nothing happens when there is nothing."""
    Draft.objects.filter(member=member, key=key[:KEY_LENGTH]).delete()


def drop_drafts_about(screens: str, pk: int) -> None:
    """Forget what anybody typed on the screens of one object: drafts whose keys are `<screens>…:<pk>`, or begin so."""
    Draft.objects.filter(key__regex=rf"^{re.escape(screens)}[a-z-]*:{pk}(:|$)").delete()


def once(token: str, *, content: str = "", by_day: bool = False) -> str | None:
    """Claim a form's token for this transaction: None the first time, afterwards the address that the form led to.

    Of two requests at the same moment the second waits until the first commits (then it gets the address) or is
    rolled back (then it is the first). `content` is a digest of what was sent: raises WrongState when the same
    form had been sent before with something else in it. With `by_day` nothing is kept of the moment but its day.
    """
    sent_at = clock.now()
    if by_day:
        sent_at = datetime.combine(clock.today(), time(), tzinfo=clock.BANGKOK)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SentForm._meta.db_table} (organization_id, token, content, url, sent_at) "
            "VALUES (%s, %s, %s, '', %s) ON CONFLICT DO NOTHING",
            [current_organization_id(), token, content, sent_at],
        )
        if cursor.rowcount == 1:
            return None
    sent = SentForm.objects.get(token=token)
    if content and sent.content != content:
        raise WrongState(
            _(
                "This form was saved once before the text was changed. To save another entry, "
                "press the button again."
            )
        )
    return sent.url


def remember_sent(token: str, url: str) -> None:
    """Say where the form of a claimed token led, for its second coming."""
    if token:
        SentForm.objects.filter(token=token).update(url=url[:ADDRESS_LENGTH])


def sent_alike(content: str) -> SentForm | None:
    """The last form of the past ten minutes that said the very same and led somewhere."""
    lately = SentForm.objects.filter(content=content, sent_at__gte=clock.now() - ALIKE_WITHIN)
    return lately.exclude(url="").order_by("sent_at").last()


def give_back(token: str) -> None:
    """Take back the claim of this transaction: nothing came of the form, it may be sent again."""
    if token:
        SentForm.objects.filter(token=token, url="").delete()


def views_of(member: Membership, screen: str) -> list[SavedView]:
    """The member's saved views of a list, by name."""
    return list(SavedView.objects.filter(member=member, screen=screen[:KEY_LENGTH]))


def save_view(*, member: Membership, screen: str, name: str, query: str) -> None:
    """Keep a list's filters and order under a name; an equal name is overwritten. InvalidInput for a bad name."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise InvalidInput(_("Name the view in 1 to 80 characters"), field="name")
    if len(query) > ADDRESS_LENGTH:
        raise InvalidInput(_("The filters are too long to keep"), field="name")
    kept = SavedView.objects.filter(member=member, screen=screen[:KEY_LENGTH])
    if kept.count() >= VIEWS_LIMIT and not kept.filter(name=name).exists():
        raise InvalidInput(
            _("At most %(most)s views can be kept. Delete one that is not used first.")
            % {"most": VIEWS_LIMIT},
            field="name",
        )
    SavedView.objects.bulk_create(
        [SavedView(member=member, screen=screen[:KEY_LENGTH], name=name, query=query)],
        update_conflicts=True,
        unique_fields=["organization", "member", "screen", "name"],
        update_fields=["query"],
    )


def drop_view(*, member: Membership, view: int) -> None:
    """Forget one of the member's saved views."""
    SavedView.objects.filter(member=member, pk=view).delete()


def forget_old() -> None:
    """Remove drafts that nobody touched for 180 days, and tokens of forms sent more than 7 days ago."""
    now = clock.now()
    Draft.objects.filter(updated_at__lt=now - DRAFTS_LIVE).delete()
    SentForm.objects.filter(sent_at__lt=now - TOKENS_LIVE).delete()
