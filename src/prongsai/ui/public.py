"""The public pages' menu and lists of what people can do, put together from all modules."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from prongsai.kernel.registry import registry


@dataclass(frozen=True)
class Line:
    title: str
    url: str
    text: str
    is_here: bool


def lines_at(organization: str, path: str, *places: str) -> list[Line]:
    """The links at these places, for the page at `path`; those whose view this installation lacks are left out."""
    found: list[Line] = []
    links = registry().public_links.values()
    for link in sorted(links, key=lambda link: (link.order, link.key)):
        if link.place not in places:
            continue
        try:
            url = reverse(link.url_name, args=[organization])
        except NoReverseMatch:
            continue
        found.append(Line(link.title, url, link.text, path.startswith(url)))
    return found
