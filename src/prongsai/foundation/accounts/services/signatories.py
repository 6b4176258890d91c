"""Who signs when the holder of a post does not: acting, delegated, away.

Local law lets the head delegate in writing and arrange the order of those who act in his stead, and the clerk's post
be filled in the same way (พ.ร.บ.สภาตำบลและองค์การบริหารส่วนตำบล พ.ศ. 2537 มาตรา 60; พ.ร.บ.เทศบาล พ.ศ. 2496). Which order
of people an office has is what its own order says, and stands here as `rank`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts import kinds
from prongsai.foundation.accounts.models import Absence, Acting, ActingMode, Membership, Post
from prongsai.foundation.accounts.services.common import (
    MANAGE_OFFICE,
    lock_people,
    own_member,
    put_on_record,
    record_member,
    said,
)
from prongsai.kernel.contracts import Actor, Ref
from prongsai.kernel.errors import InvalidInput, WrongState

LONGEST_RANK = 20


@transaction.atomic
def appoint_acting(
    *,
    actor: Actor,
    member: Membership,
    post: str,
    mode: str,
    order_number: str,
    starts_on: date,
    ends_on: date | None = None,
    rank: int = 1,
    file: Mapping[str, Any] | None = None,
) -> Acting:
    """Put an order on record by which a member acts for a post from one day to another, both included.

    `file` is a reference to the scanned order. While the order is in force (selectors.signatory) the member also
    holds the permissions of the post's role. Raises InvalidInput; WrongState; NotPermitted.
    """
    actor.require(MANAGE_OFFICE)
    lock_people()
    current = own_member(member)
    if post not in Post.values:
        raise InvalidInput(_("Choose the post to sign for"), field="post")
    if mode not in ActingMode.values:
        raise InvalidInput(
            _("Choose whether the person acts for the holder or by the holder's delegation"), field="mode"
        )
    if current.post == post:
        raise InvalidInput(_("The holder of the post signs anyway"), field="member")
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput(_("The last day cannot come before the first"), field="ends_on")
    if not 1 <= rank <= LONGEST_RANK:
        raise InvalidInput(
            _("The rank is a number from 1 to %(most)s") % {"most": LONGEST_RANK}, field="rank"
        )
    if mode == ActingMode.DELEGATED and not Membership.objects.filter(post=post, is_active=True).exists():
        raise WrongState(
            _("Nobody holds the post %(post)s, so nobody can delegate it") % {"post": Post(post).label}
        )
    order = Acting.objects.create(
        member=current,
        post=post,
        mode=mode,
        rank=rank,
        order_number=said(order_number, "order_number", _("Enter the number of the order"), 100),
        starts_on=starts_on,
        ends_on=ends_on,
        file=dict(file) if file else None,
    )
    _record(actor, kinds.ACTING_APPOINTED, order)
    return order


@transaction.atomic
def end_acting(*, actor: Actor, acting: Acting, on: date) -> None:
    """Let an order end with the day `on` (the last on which it holds); one that has not begun by then is taken back.

    Raises WrongState when it has ended earlier; NotPermitted.
    """
    actor.require(MANAGE_OFFICE)
    current = Acting.objects.select_for_update().filter(pk=acting.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such order in this office"), field="acting")
    if current.ends_on is not None and current.ends_on < on:
        raise WrongState(_("This order has ended already"))
    _record(actor, kinds.ACTING_ENDED, current, last_day=on.isoformat())
    if on < current.starts_on:
        current.delete()
        return
    current.ends_on = on
    current.save(update_fields=["ends_on"])


@transaction.atomic
def note_absence(*, actor: Actor, member: Membership, starts_on: date, ends_on: date) -> Absence:
    """Note that a member is away on these days, both included: others may sign. One may note one's own.

    Raises InvalidInput; NotPermitted.
    """
    current = own_member(member)
    if actor.user_id is None or actor.user_id != current.user_id:  # type: ignore[attr-defined]
        actor.require(MANAGE_OFFICE)
    if ends_on < starts_on:
        raise InvalidInput(_("The last day cannot come before the first"), field="ends_on")
    absence = Absence.objects.create(member=current, starts_on=starts_on, ends_on=ends_on)
    days = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    record_member(actor, kinds.ABSENCE_NOTED, current, **days)
    return absence


@transaction.atomic
def remove_absence(*, actor: Actor, absence: Absence) -> None:
    """Take back a noted absence. Raises InvalidInput; NotPermitted."""
    current = Absence.objects.select_related("member__user").filter(pk=absence.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such absence in this office"), field="absence")
    if actor.user_id is None or actor.user_id != current.member.user_id:  # type: ignore[attr-defined]
        actor.require(MANAGE_OFFICE)
    days = {"starts_on": current.starts_on.isoformat(), "ends_on": current.ends_on.isoformat()}
    record_member(actor, kinds.ABSENCE_REMOVED, current.member, **days)
    current.delete()


def _record(actor: Actor, kind: str, order: Acting, **payload: str) -> None:
    put_on_record(
        actor,
        kind,
        Ref("accounts", "acting", order.pk),
        position=order.member.position,
        post=order.post,
        mode=order.mode,
        rank=order.rank,
        order_number=order.order_number,
        starts_on=order.starts_on.isoformat(),
        ends_on=order.ends_on.isoformat() if order.ends_on else "",
        files=[order.file] if order.file else [],
        **payload,
    )
