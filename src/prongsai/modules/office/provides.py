"""What the office module plugs in: its lines in the side, who may remind others, the first steps of a new office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import FactKind, NavigationItem, Permission, Provides
from prongsai.modules.office.services import REMINDED
from prongsai.modules.office.steps import STEPS

PROVIDES = Provides(
    module="office",
    fact_kinds=(FactKind(REMINDED, "เตือนงานค้าง", "Reminded of work"),),
    permissions=(Permission("office.remind", "ส่งอีเมลเตือนส่วนราชการที่มีงานค้าง"),),
    first_steps=STEPS,
    navigation=(
        NavigationItem("my-work", _("My work"), "my-work", "", section="top", order=10),
        NavigationItem(
            "settings", _("Office settings"), "settings", "office.read", section="office", order=80
        ),
    ),
)
