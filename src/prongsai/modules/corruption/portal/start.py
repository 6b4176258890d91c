"""The first page: what is protected and what is not, in plain words, before anything is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from prongsai.modules.corruption.portal.frame import Quiet, authorities
from prongsai.modules.corruption.selectors import label, open_desk, receiving


class Start(Quiet):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        desk, holders = open_desk(), receiving()
        if desk is None or not holders:
            return self.nobody()
        return self.page(
            "start",
            desk=desk,
            inside=[(label(holder), holder) for holder in holders if not holder.is_outside],
            outside=next((holder for holder in holders if holder.is_outside), None),
            authorities=authorities(),
        )
