"""Tags of the workspace's screens: cells of lists, panels, addresses of lists, buttons that act."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape as plain  # for what is no lazy translation: Django's looks for one in each call
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import Verdict
from prongsai.ui.navigation import Line, address
from prongsai.ui.screens.sending import fresh_token
from prongsai.ui.templatetags.prongsai import day, mark, moment, thai
from prongsai.ui.verdicts import verdict_word

register = template.Library()
NOTHING = SafeString("–")
TAG = re.compile(r"<[^>]*>")  # of what was drawn here, where no attribute holds a bare ">"

register.filter("verdict_word", verdict_word)


@register.simple_tag
def verdict_sign(verdict: str) -> SafeString:
    """A verdict's mark with its word."""
    key = Verdict(verdict).value
    return format_html(
        '<span class="verdict v-{}">{}<span>{}</span></span>', key, mark(key), verdict_word(key)
    )


@register.simple_tag
def list_body(rows: list[Any], picked: bool) -> SafeString:
    """The rows of a list's table. Drawn here and not by a template: a page has hundreds of cells, and this is five times as fast."""
    if not rows:
        return SafeString("")
    ends = [_opening(shown.column, first=at == 0) for at, shown in enumerate(rows[0].cells)]
    choose = escape(_("Choose"))
    out: list[str] = []
    for row in rows:
        cells = [_cell(shown) for shown in row.cells]
        out.append("<tr>")
        if picked:
            out.append(
                f'<td class="pick"><label><span class="vh">{choose} {TAG.sub("", cells[0])}</span>'
                f'<input type="checkbox" name="chosen" value="{plain(str(row.pk))}" form="bulk"></label></td>'
            )
        out += [f"{start}{text}{end}" for (start, end), text in zip(ends, cells, strict=True)]
        out.append("</tr>")
    return SafeString("".join(out))


def _opening(column: Any, *, first: bool) -> tuple[str, str]:
    number = "num" if column.align == "end" or column.kind == "number" else ""
    if first:
        return f'<th scope="row" class="key {number}">', "</th>"
    css = f' class="{number}"' if number else ""
    return f'<td data-l="{escape(column.title)}"{css}>', "</td>"


def _cell(shown: Any) -> str:
    text = drawn(shown.value, shown.column.kind, bool(shown.url))
    if not shown.url:
        return text
    css = ' class="ev"' if shown.column.kind == "evidence" and shown.value else ""
    return f'<a href="{plain(shown.url)}"{css}>{text}</a>'


def drawn(value: Any, kind: str, linked: bool = False) -> SafeString:
    if value is None or value == "" or value == ():
        return NOTHING
    match kind:
        case "date":
            return day(value)  # type: ignore[return-value]
        case "moment":
            return moment(value)
        case "verdict":
            return verdict_sign(value)
        case "evidence":
            words = format_html("{} <b>{}</b>", _("Evidence"), value)
            return words if linked else format_html('<span class="ev">{}</span>', words)
        case "tag":
            return _tag(value if isinstance(value, SafeString) else str(value))
        case "number":
            return escape(f"{value:,}" if isinstance(value, int) else value)
        case _:
            return thai(value)


@lru_cache(1024, typed=True)  # a list has as many as rows, of a few kinds; what is safe is another type
def _tag(text: str) -> SafeString:
    return format_html('<span class="tag">{}</span>', text)


@register.simple_tag(takes_context=True)
def navigation_line(context: Context, line: Line) -> SafeString:
    """A line of the navigation with what waits there. Drawn here for the same reason as the rows: every page has each twice."""
    here = ' aria-current="true"' if line.key == context.get("nav") else ""
    if line.url == context["request"].path:
        here = ' aria-current="page"'
    waiting = _waiting(line) if line.count else ""
    return SafeString(f'<a href="{plain(line.url)}"{here}>{escape(line.title)}{waiting}</a>')


def _waiting(line: Line) -> str:
    waiting, overdue = escape(_("Waiting")), escape(_("Overdue"))
    late = f'<span class="vh"> {overdue} {line.late}</span>' if line.late else ""
    css = "cnt due" if line.late else "cnt"
    return f'<span class="{css}"><span class="vh">{waiting} </span>{line.count}{late}</span>'


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: Any) -> SafeString:
    """A panel of a detail screen, with its own context over the page's."""
    with context.push(**shown.context):
        return context.template.engine.get_template(shown.template).render(context)  # type: ignore[union-attr]


@register.simple_tag
def list_address(screen: Any, **changes: Any) -> str:
    """The list's address with some of its parameters changed; an empty value takes one away."""
    return screen.address_with(**changes)


@register.filter
def asked(screen: Any, name: str) -> str:
    """What the list's address says of a parameter."""
    return screen.query.get(name, "")


@register.simple_tag
def sort_address(screen: Any, column: Any) -> str:
    """Where a press on the column's head leads: upward first, downward when it is upward."""
    return screen.address_with(
        sort=f"-{column.key}" if screen.query.get("sort") == column.key else column.key
    )


@register.filter
def sorted_by(screen: Any, column: Any) -> str:
    """ascending, descending or nothing."""
    asked = screen.query.get("sort", "")
    return {column.key: "ascending", f"-{column.key}": "descending"}.get(asked, "")


@register.simple_tag
def options(choice: Any, screen: Any) -> SafeString:
    """The options of a filter. Drawn here for the same reason as the rows: there may be hundreds."""
    chosen = asked(screen, choice.key)
    return SafeString(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(title)}</option>'
            for value, title in choice.options(screen)
        )
    )


@register.inclusion_tag("ui/_act.html", takes_context=True)
def act(context: Context, url: str, words: str, css: str = "btn-2 btn-s", **fields: Any) -> dict[str, Any]:
    """A button that acts by POST, once: `{% act url _("Send") name=value %}`. The screen there asks nothing more."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "words": words,
        "css": css,
        "fields": fields,
        "once": fresh_token(),
    }


@register.simple_tag(takes_context=True)
def here(context: Context, name: str, **kwargs: Any) -> str:
    """The address of a view of this organization; empty when there is none of that name."""
    return address(name, organization=context["organization"].key, **kwargs)
