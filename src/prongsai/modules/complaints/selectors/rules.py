"""The office's rules of who gets what, as its screens read them."""

from __future__ import annotations

from prongsai.modules.complaints.models import RoutingRule


def plain_rules() -> dict[str, RoutingRule]:
    """The active rules that ask for a category and nothing else and lead to a unit alone, by category; the first of each."""
    found: dict[str, RoutingRule] = {}
    for rule in RoutingRule.objects.filter(is_active=True, assignee=None, is_urgent=False).select_related(
        "unit"
    ):
        plain = rule.category and not rule.places and not rule.words and rule.unit is not None
        if plain and rule.category not in found:
            found[rule.category] = rule
    return found
