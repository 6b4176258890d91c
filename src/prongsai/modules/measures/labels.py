"""How pages and forms name the kinds of statements and the subjects of measures, in the page's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import StatementKind, Topic

Words = str | Promise

KINDS: dict[StatementKind, Words] = {
    StatementKind.STEP: _("Steps or procedure"),
    StatementKind.OUTPUT: _("Outputs"),
    StatementKind.OUTCOME: _("Outcomes"),
}
ONE_OF_KIND: dict[StatementKind, Words] = {
    StatementKind.STEP: _("Step"),
    StatementKind.OUTPUT: _("Output"),
    StatementKind.OUTCOME: _("Outcome"),
}
TOPICS: dict[Topic, Words] = {
    Topic.ANTI_CORRUPTION: _("Preventing corruption"),
    Topic.SERVICE: _("Service to the public"),
    Topic.DISCLOSURE: _("Disclosure of information"),
    Topic.ASSETS: _("Public property"),
    Topic.PROCUREMENT: _("Procurement and budget"),
    Topic.PEOPLE: _("Personnel"),
    Topic.INTEGRITY: _("Integrity of the office"),
}


def topic_title(key: str) -> Words:
    """The subject of a measure; nothing for a plan that names none."""
    return TOPICS[Topic(key)] if key in set(Topic) else ""
