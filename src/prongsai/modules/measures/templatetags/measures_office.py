"""Tags of the staff's screens of the measures."""

from __future__ import annotations

from django import template

from prongsai.modules.measures import labels
from prongsai.modules.measures.words import about_title, kind_title

register = template.Library()


register.simple_tag(labels.place)
register.filter("kind_title", kind_title)
register.filter("about_title", about_title)
register.filter("plan_state", labels.plan_state)
register.filter("candidate_state", labels.candidate_state)
register.filter("remark_state", labels.remark_state)
