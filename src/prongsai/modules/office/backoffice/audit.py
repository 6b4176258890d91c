"""บันทึกทั้งหมด: every entry of the register, who made it and when, with its leaf and the proof that it stands there."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.selectors import members
from prongsai.foundation.casework.kept import entries_told
from prongsai.foundation.ledger.kinds import about_code, all_kinds, fact_kind
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import citation_proofs, latest_head
from prongsai.foundation.ledger.services import can_be_erased
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Origin, Topic, Visibility
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.office.backoffice.settings import NAV, known, way
from prongsai.modules.office.register import by_person, entries, saying
from prongsai.modules.office.words import FIELDS, ORIGINS, SHORT_ORIGINS, VISIBILITIES
from prongsai.ui.cases.words import TOPICS
from prongsai.ui.erasing import PERMISSION as ERASE
from prongsai.ui.erasing import EraseScreen
from prongsai.ui.screens import (
    Action,
    ChoiceFilter,
    Column,
    Crumb,
    DetailScreen,
    Empty,
    ListScreen,
    Panel,
    PeriodFilter,
)
from prongsai.ui.templatetags.prongsai import day, hour, thai

WIDEST = 80  # people to choose from


def kind_title(key: str) -> str:
    """The Thai title of a kind, or its key when nobody provides it any more."""
    try:
        return fact_kind(key).title
    except InvalidInput:
        return key


def about_title(key: str) -> str:
    try:
        return about_code(key).title if key else ""
    except InvalidInput:
        return key


@known
def _kinds() -> list[tuple[str, str]]:
    return sorted(((kind.key, kind.title) for kind in all_kinds()), key=lambda each: each[1])


@known
def _people() -> list[tuple[str, str]]:
    names = members().values_list("user__full_name", flat=True)[:WIDEST]
    return [(name, name) for name in dict.fromkeys([*names, "ระบบ"])]


@known
def _units() -> list[tuple[str, str]]:
    return [(name, name) for name in Unit.objects.values_list("name", flat=True)]


def _state(entry: Entry) -> str:
    return _("withdrawn") if getattr(entry, "withdrawal", None) else ""


def _when(entry: Entry) -> SafeString:
    """`14 ส.ค. 2568` and below it the hour."""
    return format_html('{} <span class="meta nb">{}</span>', day(entry.recorded_at), hour(entry.recorded_at))


def _matter(entry: Entry) -> SafeString:
    """The title; below it what kind of act it was, where the title does not say so itself."""
    title, kind = entry.title, kind_title(entry.kind)
    told = "" if title.startswith(kind) else format_html('<br><span class="meta">{}</span>', kind)
    state = format_html(' <span class="tag">{}</span>', _state(entry)) if _state(entry) else ""
    return format_html("{}{}{}", thai(title), state, told)


class Audit(ListScreen):
    permission = "audit.read"
    title = gettext_lazy("The whole register")
    nav = NAV
    columns = (
        Column(
            "number",
            gettext_lazy("Number"),
            kind="evidence",
            link=lambda screen, entry: screen.address("settings-entry", number=entry.number),
        ),
        Column("recorded", gettext_lazy("Recorded"), lambda entry: _when(entry), exported=False),
        Column("recorded_at", gettext_lazy("Recorded"), kind="moment", shown=False),
        Column("who", gettext_lazy("By"), lambda entry: entry.content.get("actor", {}).get("name", "")),
        Column("matter", gettext_lazy("Matter"), lambda entry: _matter(entry), exported=False),
        Column("title", gettext_lazy("Matter"), shown=False),
        Column("kind", gettext_lazy("Kind"), lambda entry: kind_title(entry.kind), shown=False),
        Column("about", gettext_lazy("About"), lambda entry: about_title(entry.about), shown=False),
        Column("unit", gettext_lazy("Unit"), shown=False),
        Column("topic", gettext_lazy("Topic"), lambda entry: TOPICS.get(entry.topic, ""), shown=False),
        Column("occurred_on", gettext_lazy("Occurred"), kind="date", shown=False),
        Column("origin", gettext_lazy("Origin"), lambda entry: SHORT_ORIGINS[entry.origin]),
        Column("visibility", gettext_lazy("Seen by"), lambda entry: VISIBILITIES[entry.visibility]),
        Column("state", gettext_lazy("State"), lambda entry: _state(entry), shown=False),
        Column("leaf", gettext_lazy("Leaf"), lambda entry: bytes(entry.leaf_hash).hex(), shown=False),
    )
    filters = (
        ChoiceFilter("kind", gettext_lazy("Kind"), choices=_kinds),
        ChoiceFilter("who", gettext_lazy("By"), choices=_people, apply=by_person),
        ChoiceFilter("unit", gettext_lazy("Unit"), choices=_units),
        ChoiceFilter("topic", gettext_lazy("Topic"), choices=lambda screen: [(t.value, TOPICS[t.value]) for t in Topic]),
        ChoiceFilter("origin", gettext_lazy("Origin"), choices=lambda screen: [(o.value, ORIGINS[o.value]) for o in Origin]),
        ChoiceFilter("visibility", gettext_lazy("Seen by"), choices=lambda screen: [(v.value, VISIBILITIES[v.value]) for v in Visibility]),
        PeriodFilter("occurred", gettext_lazy("Occurred"), field="occurred_on"),
    )  # fmt: skip
    search = ("label",)
    per_page = 30
    empty = Empty(
        gettext_lazy("Nothing is on record yet"),
        gettext_lazy("Every act in the system and every paper put on record gets a number here"),
    )

    def lead(self) -> str:
        return _(
            "Nothing here is ever changed or removed. Look for words, a person, a kind or a period; an evidence number opens its entry"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> Any:
        return entries(entries_told(self.actor)).with_payload().select_related("withdrawal")

    def searched(self, rows: Any, words: str) -> Any:
        """A number finds its entry; words are looked for in label and payload."""
        if words.isascii() and words.isdigit() and len(words) < 19:
            return rows.filter(number=int(words))
        for word in words.split():
            rows = saying(rows, word)
        return rows


def _entry(screen: Any) -> Entry:
    told = entries(entries_told(screen.actor)).with_payload().select_related("withdrawal")
    found = told.filter(number=screen.kwargs["number"]).first()
    if found is None:
        raise Http404("no such entry")
    return found


def _said(entry: Entry) -> dict[str, Any]:
    content = entry.content
    rest = {
        key: value
        for key, value in content.items()
        if key not in {"title", "url", "actor", "files"} and value not in ("", [], {}, None)
    }
    by = content.get("actor", {})
    return {
        "entry": entry,
        "kind": kind_title(entry.kind),
        "about": about_title(entry.about),
        "topic": TOPICS.get(entry.topic, ""),
        "origin": ORIGINS[entry.origin],
        "visibility": VISIBILITIES[entry.visibility],
        "by": " ".join(filter(None, (by.get("name"), by.get("position"), by.get("unit")))),
        "fields": [(FIELDS.get(key, key), plain(value)) for key, value in rest.items()],
        "files": content.get("files", []),
        "erased": not content,
        "withdrawn": bool(getattr(entry, "withdrawal", None)),
    }


def plain(value: Any) -> str:
    """A payload's value in lines that can be read."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {plain(inner)}" for key, inner in value.items() if inner not in ("", None))
    if isinstance(value, list):
        return "\n".join(plain(inner) for inner in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _proof(screen: Any) -> dict[str, Any]:
    entry, head = screen.thing, latest_head()
    covered = head is not None and entry.number <= head.size
    path = citation_proofs([entry], head.size)[entry.number][2] if covered and head else ()
    fields = entry.leaf_fields()
    return {
        "entry": entry,
        "leaf": bytes(entry.leaf_hash).hex(),
        "fields": [(key, "" if value is None else value) for key, value in fields.items()],
        "head": head,
        "covered": covered,
        "path": path,
    }


def _around(screen: Any) -> dict[str, Any]:
    """What was said later about this entry: withdrawn, erased, remarked."""
    entry = screen.thing
    later = entries(entries_told(screen.actor)).with_payload().filter(subject=f"ledger.entry:{entry.number}")
    return {"later": [(each, kind_title(each.kind)) for each in later.filter(~Q(pk=entry.pk))[:20]]}


class EntryPage(DetailScreen):
    permission = "audit.read"
    nav = NAV
    template = "office/entry.html"
    panels = (
        Panel(
            gettext_lazy("What is on record"), "office/entry_said.html", lambda screen: _said(screen.thing)
        ),
        Panel(gettext_lazy("What was recorded about it later"), "office/entry_later.html", _around),
        Panel(gettext_lazy("Proof that it stands in the register"), "office/entry_proof.html", _proof),
    )

    @property
    def actions(self) -> tuple[Action, ...]:
        address = self.address("settings-entry-erase", number=self.thing.number)
        erase = Action(gettext_lazy("Erase the content"), lambda screen: address, ERASE)
        return (erase,) if can_be_erased(self.thing) else ()

    def object(self) -> Entry:
        return _entry(self)

    def get_title(self) -> str:
        return _("Entry %(number)s") % {"number": self.thing.number}

    def lead(self) -> str:
        return self.thing.title

    def crumbs(self) -> list[Crumb]:
        return way(self, (gettext_lazy("The whole register"), "settings-audit"))


class EraseEntry(EraseScreen):
    """Erase what the entry says; back to it, where the register says so."""

    permission = ERASE
    nav = NAV

    def object(self) -> Entry:
        return _entry(self)

    def back(self) -> str:
        return self.address("settings-entry", number=self.thing.number)

    def crumbs(self) -> list[Crumb]:
        register = way(self, (gettext_lazy("The whole register"), "settings-audit"))
        return [*register, Crumb(_("Entry %(number)s") % {"number": self.thing.number}, self.back())]
