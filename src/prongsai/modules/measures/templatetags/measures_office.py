"""Tags of the staff's screens of the measures."""

from __future__ import annotations

from django import template

from prongsai.modules.measures.backoffice.shown import place as named_place
from prongsai.modules.measures.words import about_title, kind_title

register = template.Library()


@register.simple_tag
def place(measure: int, kind: str, number: int) -> str:
    """`มาตรการ ๖ ขั้นตอน ๓`."""
    return named_place(measure, kind, number)


register.filter("kind_title", kind_title)
register.filter("about_title", about_title)
