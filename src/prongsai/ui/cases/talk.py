"""What was said about a case, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case, CaseFile, CaseMessage
from prongsai.foundation.casework.selectors import said_in
from prongsai.kernel.contracts import Actor
from prongsai.ui.cases.words import CHANNELS, DELIVERIES, DIRECTIONS, Words


@dataclass(frozen=True)
class Said:
    """A message as the conversation shows it."""

    message: CaseMessage
    files: Sequence[CaseFile]
    author: str
    other: Case | None = None  # the merged case in which it was said, if not in the one that is shown
    address: str = ""  # of that case, where it can be answered; "" for who may not look at it

    @property
    def direction(self) -> Words:
        return DIRECTIONS[self.message.direction]

    @property
    def delivery(self) -> Words:
        if self.unsent:
            return _("not sent yet")
        return DELIVERIES.get(self.message.delivery, "")

    @property
    def channel(self) -> Words:
        return CHANNELS.get(self.message.channel_kind, "")

    @property
    def unsent(self) -> bool:
        """Whether there is no way to send it, and nobody has told the citizen yet."""
        return self.failed and not self.message.channel_kind

    @property
    def failed(self) -> bool:
        return self.message.delivery == "failed"


def conversation_of(case: Case, files: Sequence[CaseFile], contact: str, actor: Actor) -> list[Said]:
    """Everything that was said and that the actor may read, notes included, oldest first; one query. `files` are the
    case's, `contact` the name of who brought it, for those who may know it. What was said in cases that are merged with it says in which."""
    by_message: dict[int | None, list[CaseFile]] = {}
    for each in files:
        by_message.setdefault(each.message_id, []).append(each)  # type: ignore[attr-defined]
    found: list[Said] = []
    for message in said_in(case, actor):
        other = message.case if message.case_id != case.pk else None
        name = other.contact_name if other and contact else contact
        found.append(Said(message, by_message.get(message.pk, []), author_of(message, name), other))
    return found


def author_of(message: CaseMessage, contact: str) -> str:
    """Who said it: staff by name; the citizen by theirs for whoever may know it, with who wrote it down."""
    if message.direction != CaseMessage.Direction.IN:
        return message.author
    citizen = contact or _("The citizen")
    if message.member_id is None:  # type: ignore[attr-defined]
        return citizen
    return _("%(citizen)s, written down by %(name)s") % {"citizen": citizen, "name": message.author}
