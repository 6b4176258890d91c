"""What persons concerned ask of those who work on requests for official information. Items name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from prongsai.foundation.casework.hands import all_hands
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.work import address_of, kept_from, owed_by, place_of
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import WorkItem
from prongsai.modules.complaints.models import PersonConcerned
from prongsai.modules.complaints.selectors.concerned import hold_of

MOST = 200  # persons of open requests
OVER, OBJECTED, APPEAL_OVER = "objection_over", "objected", "appeal_over"
SAYS = {
    OVER: (_("The time to object is over, and nobody has objected"), _("Decide on the request")),
    OBJECTED: (_("A person concerned objects to the disclosure"), _("Decide on the objection")),
    APPEAL_OVER: (_("The time to appeal is over, and nobody has appealed"), _("Decide on the request")),
}


def concerned_items() -> list[WorkItem]:
    """The time to object is over, somebody objects, or the time to appeal is over: once for each open request and of
    each sort. One query, and three or four where there is anything."""
    people = ("case__unit", "case__assignee__user", "case__concerned_unit", "case__concerned_member")
    waiting = PersonConcerned.objects.filter(case__closed_on=None, case__is_check=False, agreed_on=None)
    found: dict[tuple[int, str], tuple[Case, str]] = {}
    for person in waiting.select_related(*people).order_by("object_by", "id")[:MOST]:
        if what := _asks(person):
            found.setdefault((person.case.pk, what), (person.case, what))
    if not found:
        return []
    key = Organization.objects.values_list("key", flat=True).get(pk=current_organization_id())
    return list(_items(found.values(), key))


def _asks(person: PersonConcerned) -> str:
    """What is to be done for the person's sake now; "" where nothing is."""
    hold = hold_of(person, clock.today())
    if hold is not None:
        return OBJECTED if hold.why == "objected" else ""
    return OVER if person.objected_on is None else APPEAL_OVER


def _items(found: Iterable[tuple[Case, str]], key: str) -> Iterator[WorkItem]:
    hands = all_hands()
    for case, what in found:
        owed = owed_by(case, hands)
        missing, action = SAYS[what]
        kind = case_kind(case.kind)
        yield WorkItem(
            key=f"case:{case.pk}:{what}", title=case.title, url=f"{address_of(case, key)}concerned/", due=case.due_on,
            unit=owed.unit, user_id=owed.user_id, permission=owed.permission, place=place_of(kind.title, kind.title_en, case.number), missing=missing,
            action=action, is_private=True, is_urgent=case.is_urgent, **kept_from(case),
        )  # fmt: skip
