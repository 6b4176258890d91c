"""Standard answers (ข้อความตอบมาตรฐาน): texts that staff choose and adapt."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import StandardAnswer
from prongsai.foundation.casework.services import common
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.kernel.registry import registry


@transaction.atomic
def save_answer(
    *,
    actor: Actor,
    title: str,
    text: str,
    kind: str = "",
    category: str = "",
    phase: str = "",
    reopens_when_unhappy: bool = True,
    answer: StandardAnswer | None = None,
) -> StandardAnswer:
    """Write a standard answer, or `answer` anew. Empty kind, category or phase: offered everywhere.

    Needs `<module>.manage` of the kind; without a kind, of any. Raises InvalidInput, NotPermitted.
    """
    _require(actor, kind)
    if phase and phase not in set(Phase):
        raise InvalidInput(_("No such state is known"), field="phase")
    current = StandardAnswer()
    if answer is not None:
        current = _own(answer)
        _require(actor, current.kind)
    current.kind, current.phase = kind, phase
    current.category = common.line(category, "category", limit=60)
    current.title = common.line(title, "title", limit=120, needed=_("Name the standard answer"))
    current.text = common.words(text, "text", needed=_("Enter the text of the standard answer"))
    current.reopens_when_unhappy, current.is_active = reopens_when_unhappy, True
    current.save()
    return current


@transaction.atomic
def retire_answer(*, actor: Actor, answer: StandardAnswer) -> StandardAnswer:
    """Offer a standard answer no more. Needs what `save_answer` needs. Raises InvalidInput, NotPermitted."""
    current = _own(answer)
    _require(actor, current.kind)
    current.is_active = False
    current.save(update_fields=["is_active"])
    return current


def _own(answer: StandardAnswer) -> StandardAnswer:
    current = StandardAnswer.objects.select_for_update().filter(pk=answer.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such standard answer in this office"), field="answer")
    return current


def _require(actor: Actor, kind: str) -> None:
    if kind:
        actor.require(case_kind(kind).permission_for("manage"))
        return
    enough = {each.permission_for("manage") for each in registry().case_kinds.values()}
    if not actor.is_system and not enough & actor.permissions:
        raise NotPermitted(_("%(name)s may not manage standard answers") % {"name": actor.name})
