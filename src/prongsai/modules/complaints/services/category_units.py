"""Which unit gets each category: the office's plainest rules, said all at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.selectors.rules import plain_rules
from prongsai.modules.complaints.services.rules import add_rule, change_rule, remove_rule
from prongsai.modules.complaints.workflow import MANAGE


@transaction.atomic
def set_category_units(*, actor: Actor, units: Mapping[str, Unit | None]) -> int:
    """Say for each category which unit gets it; None leaves it to the category's own list of names. Returns how many
    changed.

    Kept as rules of a category alone, behind all others: rules of places and words go first. Needs complaints.manage.
    Raises InvalidInput for a category that there is not.
    """
    actor.require(MANAGE)
    present = plain_rules()
    changed = 0
    for key, unit in units.items():
        if key not in categories():
            raise InvalidInput(_("This category is not known"), field=key)
        rule: RoutingRule | None = present.get(key)
        if unit is None and rule is not None:
            remove_rule(actor=actor, rule=rule)
        elif unit is not None and rule is None:
            add_rule(actor=actor, category=key, unit=unit)
        elif unit is not None and rule is not None and rule.unit_id != unit.pk:  # type: ignore[attr-defined]
            change_rule(actor=actor, rule=rule, unit=unit)
        else:
            continue
        changed += 1
    return changed
