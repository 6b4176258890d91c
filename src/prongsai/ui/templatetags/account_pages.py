"""Small words of the account's pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: every browser also calls itself by the names of older ones.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Line/", "LINE"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def in_fours(secret: str) -> str:
    """`ABCD EFGH …`: easier to type from a screen."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@register.filter
def browser_name(user_agent: str) -> str:
    """`Chrome, Windows` from what a browser says of itself."""
    found = [next((name for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("A browser")
