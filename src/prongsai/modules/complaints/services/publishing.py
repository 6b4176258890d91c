"""Showing several cases to everybody in one go."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import publish_case
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.personal import telling

TITLE = "title_"


def title_field(case: Case) -> str:
    """The name under which the title of a case comes."""
    return f"{TITLE}{case.pk}"


def why_not(case: Case, title: str) -> str:
    """What in the title may tell of a person, and what to do instead; empty where nothing does."""
    found = telling(title, name=case.contact_name)
    said = _(
        "%(found)s may tell who somebody is or where they live. Change the title, or show the case %(number)s on its own page"
    )
    return said % {"found": ", ".join(found), "number": case.number} if found else ""


@transaction.atomic
def publish_several(*, actor: Actor, shown: Sequence[tuple[Case, str]]) -> list[Case]:
    """Put each case into the public list under the title beside it: all of them, or none. Needs complaints.publish.

    Titles are looked at more closely than that of a single case, since nobody reads thirty as one reads one: a name, a
    house or a number in any of them is refused (InvalidInput, field `title_<id>`), and that case is shown by itself.
    Raises WrongState for a merged, erased or test case; NotPermitted.
    """
    for case, title in shown:
        if refused := why_not(case, title):
            raise InvalidInput(refused, field=title_field(case))
    return [publish_case(actor=actor, case=case, public_title=title) for case, title in shown]
