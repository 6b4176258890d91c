"""What was said about a case, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case, CaseFile, CaseMessage
from prongsai.ui.cases.words import CHANNELS, DELIVERIES, DIRECTIONS, Words


@dataclass(frozen=True)
class Said:
    """A message as the conversation shows it."""

    message: CaseMessage
    files: Sequence[CaseFile]
    author: str

    @property
    def direction(self) -> Words:
        return DIRECTIONS[self.message.direction]

    @property
    def delivery(self) -> Words:
        return DELIVERIES.get(self.message.delivery, "")

    @property
    def channel(self) -> Words:
        return CHANNELS.get(self.message.channel_kind, "")

    @property
    def failed(self) -> bool:
        return self.message.delivery == "failed"


def conversation_of(case: Case, files: Sequence[CaseFile], contact: str) -> list[Said]:
    """Everything that was said, notes included, oldest first; one query. `files` are the case's, `contact` the name of
    who brought it, for those who may know it."""
    by_message: dict[int | None, list[CaseFile]] = {}
    for each in files:
        by_message.setdefault(each.message_id, []).append(each)  # type: ignore[attr-defined]
    return [
        Said(message, by_message.get(message.pk, []), author_of(message, contact))
        for message in case.messages.all()
    ]


def author_of(message: CaseMessage, contact: str) -> str:
    """Who said it: staff by name; the citizen by theirs for whoever may know it, with who wrote it down."""
    if message.direction != CaseMessage.Direction.IN:
        return message.author
    citizen = contact or _("The citizen")
    if message.member_id is None:  # type: ignore[attr-defined]
        return citizen
    return _("%(citizen)s, written down by %(name)s") % {"citizen": citizen, "name": message.author}
