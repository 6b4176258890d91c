"""What the office module plugs in: its lines in the side, who may remind others, the first steps of a new office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import FactKind, NavigationItem, Permission, Provides, PublicLink
from prongsai.modules.office.channel_work import channel_work
from prongsai.modules.office.indicators import INDICATORS
from prongsai.modules.office.services import REMINDED
from prongsai.modules.office.steps import STEPS

PROVIDES = Provides(
    module="office",
    fact_kinds=(FactKind(REMINDED, "เตือนงานค้าง", "Reminded of work"),),
    permissions=(Permission("office.remind", "เตือนส่วนราชการที่มีงานค้าง ทางอีเมลหรือ LINE"),),
    first_steps=STEPS,
    indicators=INDICATORS,
    public_links=(
        PublicLink("channels", _("Ways to reach the office"), "channels", order=40),
        PublicLink(
            "channels-check", _("Days on which the channels were open"), "channels", "check", order=30
        ),
    ),
    work_items=channel_work,
    navigation=(
        NavigationItem("my-work", _("My work"), "my-work", "", section="top", order=10),
        NavigationItem("cases", _("Cases from citizens"), "cases", "", section="top", order=15),
        NavigationItem(
            "settings", _("Office settings"), "settings", "office.read", section="office", order=80
        ),
    ),
)
