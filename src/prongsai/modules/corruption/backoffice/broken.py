"""A report of which nothing can be read: it has no page, and one button."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.modules.corruption.backoffice.unlocked import INBOX, SecretForm, WithKey
from prongsai.modules.corruption.models import Report
from prongsai.modules.corruption.reports import broken_of
from prongsai.modules.corruption.services import refuse_broken
from prongsai.ui.screens import ConfirmScreen


class RefuseBroken(WithKey, SecretForm, ConfirmScreen):
    title = gettext_lazy("Refuse a report that cannot be opened")
    submit = gettext_lazy("Do not take up")

    def require_address(self) -> None:
        if not Report.objects.filter(ref=self.kwargs["sealed"], erased=False).exists():
            raise Http404("no such report")

    def object(self) -> Report | None:
        if self.pair is None or self.holder is None:
            return None
        found = broken_of(self.holder, self.pair, self.kwargs["sealed"])
        if found is None:
            raise Http404("no such report")
        return found

    def cancel_url(self) -> str:
        return self.address(INBOX[1])

    def effect(self) -> list[str]:
        return [
            _("What was sent to you is incomplete or damaged: your key cannot make it readable"),
            _("Whoever has the code of the report reads that it has to be sent anew"),
            _("It counts as closed. Another recipient who can read it can open it again"),
        ]

    def act(self, form: Any) -> str:
        if self.pair is not None and self.holder is not None:
            refuse_broken(actor=self.actor, holder=self.holder, pair=self.pair, ref=self.kwargs["sealed"])
        return self.address(INBOX[1])
