"""What the corruption channel plugs in: one fact and one figure by closed quarter, and a rhythm of work that tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.ledger.selectors import organization_key
from prongsai.kernel.contracts import (
    About,
    FactKind,
    FirstStep,
    NavigationItem,
    Permission,
    Provides,
    Topic,
    WorkItem,
)
from prongsai.modules.corruption.choices import (
    COUNTED,
    KEY_DAYS,
    MANAGE,
    RECEIVE,
    RHYTHM_DAYS,
    STATISTICS,
)
from prongsai.modules.corruption.indicators import INDICATOR
from prongsai.modules.corruption.models import Holder
from prongsai.modules.corruption.selectors import desk, holders
from prongsai.modules.corruption.services import settle


def work_items() -> Iterator[WorkItem]:
    """A recipient opens the inbox every few days, whatever is in it. Two queries. No item tells that a report came."""
    found = list(holders().exclude(member=None))
    if not found:
        return
    url = reverse("corruption-inbox", args=[organization_key()])
    is_open = desk() is not None
    for holder in found:
        item = _item(holder, url, is_open)
        if item:
            yield item


def _item(holder: Holder, url: str, is_open: bool) -> WorkItem | None:
    assert holder.member is not None
    whose = {"user_id": holder.member.user_id, "permission": RECEIVE, "url": url}  # type: ignore[attr-defined]
    if not holder.confirmed:
        return WorkItem(
            key=f"corruption:key:{holder.pk}",
            title=_("Make your key to the sealed inbox"),
            due=holder.named_on + timedelta(days=KEY_DAYS),
            missing=_("Before you have a key, nothing can be sealed to you"),
            action=_("Make the key"),
            **whose,
        )
    if not holder.receives or not is_open:
        return None
    return WorkItem(
        key=f"corruption:open:{holder.pk}",
        title=_("Open the sealed inbox, as every few days"),
        due=(holder.opened_on or holder.named_on) + timedelta(days=RHYTHM_DAYS),
        missing=format_lazy(
            _(
                "Open it at least every {days} days, whether there is anything or not: nobody is told when a report comes"
            ),
            days=RHYTHM_DAYS,
        ),
        action=_("Open the inbox"),
        **whose,
    )


PROVIDES = Provides(
    module="corruption",
    fact_kinds=(FactKind(COUNTED, "สรุปสถิติเรื่องร้องเรียนการทุจริตรายไตรมาส", "Corruption reports counted"),),
    abouts=(
        About(STATISTICS, "สถิติเรื่องร้องเรียนการทุจริต", "Statistics of corruption reports", Topic.ANTI_CORRUPTION),
    ),
    indicators=(INDICATOR,),
    permissions=(
        Permission(RECEIVE, "รับเรื่องแจ้งเบาะแสการทุจริตที่ปิดผนึกถึงตน เมื่อได้รับมอบหมาย"),
        Permission(MANAGE, "มอบหมายผู้รับเรื่องแจ้งเบาะแสการทุจริต และเปิดปิดช่องทาง โดยอ่านเรื่องไม่ได้"),
    ),
    navigation=(
        NavigationItem("corruption", _("Sealed inbox"), "corruption-inbox", RECEIVE, order=45),
        NavigationItem(
            "corruption-settings",
            _("Corruption channel"),
            "corruption-settings",
            MANAGE,
            section="office",
            order=70,
        ),
    ),
    first_steps=(
        FirstStep(
            "corruption",
            _("Open the corruption channel"),
            _("Name who receives reports of corruption, let them make their keys, then open the page"),
            "corruption-settings",
            MANAGE,
            done=lambda: desk() is not None,
            order=90,
        ),
    ),
    work_items=work_items,
    settles=settle,
)
