"""The evidence register: every fact of the organization, whoever or whatever recorded it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kept import entries_told
from prongsai.foundation.files.selectors import stored_file
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.services import can_be_erased, flush
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Origin, Period, Visibility
from prongsai.kernel.registry import registry
from prongsai.modules.measures import rules
from prongsai.modules.measures.backoffice import shown
from prongsai.modules.measures.backoffice.evidence_new import EvidenceNew, require
from prongsai.modules.measures.forms.evidence import ReplaceForm, WithdrawForm
from prongsai.modules.measures.forms.remarks import RemarkForm
from prongsai.modules.measures.portal.words import ORIGINS, TOPICS, topic_title
from prongsai.modules.measures.selectors import plan_in_force
from prongsai.modules.measures.selectors.evidence import (
    EntryDetail,
    EntryFilter,
    entry_detail,
    evidence_entries,
    statements_on,
)
from prongsai.modules.measures.services.register import (
    SAID,
    publish_evidence,
    replace_evidence,
    withdraw_evidence,
)
from prongsai.modules.measures.services.remarks import remark
from prongsai.modules.measures.words import about_title, kind_title
from prongsai.ui.attachments import attachment
from prongsai.ui.erasing import PERMISSION as ERASE
from prongsai.ui.erasing import EraseScreen
from prongsai.ui.screens import (
    Action,
    ChoiceFilter,
    Column,
    ConfirmScreen,
    Crumb,
    Empty,
    FormScreen,
    ListScreen,
    PeriodFilter,
    Screen,
)

VISIBLE: dict[str, Any] = {
    Visibility.PUBLIC: gettext_lazy("Everybody"),
    Visibility.INTERNAL: gettext_lazy("Staff only"),
}
STANDING = (
    ("", gettext_lazy("Standing")),
    ("withdrawn", gettext_lazy("Withdrawn")),
    ("acts", gettext_lazy("All, with the acts on plans")),
)


def titled(row: Entry) -> str:
    """The record's title; a withdrawn one says so."""
    return _("Withdrawn: %(title)s") % {"title": row.title} if hasattr(row, "withdrawal") else row.title


def _kinds(screen: Any) -> Iterable[tuple[str, Any]]:
    return [(kind.key, kind.title) for kind in registry().fact_kinds.values()]


def _abouts(screen: Any) -> Iterable[tuple[str, Any]]:
    return [(about.key, about.title) for about in registry().abouts.values()]


def _units(screen: Any) -> Iterable[tuple[str, Any]]:
    return [(name, name) for name in screen.unit_names]


class EvidenceList(ListScreen):
    """ทะเบียนหลักฐาน."""

    permission = "measures.read"
    title = gettext_lazy("Evidence register")
    nav = "evidence"
    primary = Action(gettext_lazy("Record evidence"), "evidence-new", "evidence.record")
    search = ("title",)
    columns = (
        Column(
            "number",
            gettext_lazy("Number"),
            kind="evidence",
            link=lambda screen, row: screen.address("evidence", number=row.number),
        ),
        Column("title", gettext_lazy("Matter"), value=lambda row: titled(row)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: kind_title(row.kind)),
        Column(
            "about",
            gettext_lazy("About"),
            value=lambda row: about_title(row.about) if row.about else "",
            shown=False,
        ),
        Column("occurred_on", gettext_lazy("Happened"), kind="date", sort="occurred_on"),
        Column("unit", gettext_lazy("Unit")),
        Column(
            "origin", gettext_lazy("Origin"), value=lambda row: str(ORIGINS[Origin(row.origin)]), shown=False
        ),
        Column("visibility", gettext_lazy("Who may see it"), value=lambda row: str(VISIBLE[row.visibility])),
        Column("recorded_at", gettext_lazy("Recorded"), kind="moment", shown=False),
    )
    filters = (
        ChoiceFilter("kind", gettext_lazy("Kind"), choices=_kinds),
        ChoiceFilter("about", gettext_lazy("About"), choices=_abouts),
        ChoiceFilter(
            "topic", gettext_lazy("Subject area"), choices=[(t.value, title) for t, title in TOPICS.items()]
        ),
        ChoiceFilter("unit", gettext_lazy("Unit"), choices=_units),
        ChoiceFilter(
            "origin", gettext_lazy("Origin"), choices=[(o.value, title) for o, title in ORIGINS.items()]
        ),
        ChoiceFilter(
            "visibility",
            gettext_lazy("Who may see it"),
            choices=[(v.value, title) for v, title in VISIBLE.items()],
        ),
        PeriodFilter("occurred", gettext_lazy("Happened"), "occurred_on"),
        PeriodFilter("recorded", gettext_lazy("Recorded"), "recorded_at__date"),
        ChoiceFilter("standing", gettext_lazy("State"), choices=STANDING, apply=lambda rows, value: rows),
    )
    empty = Empty(
        gettext_lazy("No evidence yet"),
        gettext_lazy(
            "What is done in the system arrives here by itself. A paper, a page or a photograph is recorded by hand"
        ),
        Action(gettext_lazy("Record evidence"), "evidence-new", "evidence.record"),
    )

    @cached_property
    def unit_names(self) -> list[str]:
        return list(Unit.objects.values_list("name", flat=True))

    def rows(self) -> QuerySet[Entry]:
        standing = self.query.get("standing", "")
        return evidence_entries(
            EntryFilter(
                text=self.query.get("q", ""),
                kind=self.query.get("kind", ""),
                standing={"": True, "withdrawn": False}.get(standing),
                acts=standing == "acts",
            ),
            told=entries_told(self.actor),
        )

    def searched(self, rows: Any, words: str) -> Any:
        """`rows()` has looked already: in numbers and titles, by the register's own index."""
        return rows


def figures_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a stated figure says, line by line; nothing for other records."""
    lines = [
        (_("Figure"), content.get("value")),
        (_("Out of"), content.get("of")),
        (_("Scale"), rules.scale_title(content["scale"]) if content.get("scale") else ""),
        (_("How many answered"), content.get("sample")),
        (_("Of them finished"), content.get("parts", {}).get("finished")),
    ]
    if "value" not in content:
        return []
    by_topic = [
        (str(topic_title(key)), amounts.get("value")) for key, amounts in content.get("topics", {}).items()
    ]
    return [(label, str(value)) for label, value in (*lines, *by_topic) if value not in (None, "")]


def needed_for(entry: Entry) -> str:
    """Which permission takes the record back: a word is taken back by who may give it."""
    return "measures.attest" if entry.kind == "statement_attested" else "evidence.record"


class OfEvidence(Screen, abstract=True):
    """A screen of one record, named by its number."""

    nav = "evidence"

    @cached_property
    def detail(self) -> EntryDetail:
        """The record with all that is known of it. 404 when the register has no such number."""
        return require(entry_detail(self.kwargs["number"], told=entries_told(self.actor)))

    @cached_property
    def entry(self) -> Entry:
        """The record alone, in one query; 404 for one that is kept from the member."""
        found = Entry.objects.filter(entries_told(self.actor), log=LogName.MAIN, number=self.kwargs["number"])
        return require(found.with_payload().first())

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("Evidence register"), self.address("evidence-list"))]

    def back(self) -> str:
        return self.address("evidence", number=self.kwargs["number"])

    def cancel_url(self) -> str:
        return self.back()


class OneOfEvidence(OfEvidence, abstract=True):
    """As `OfEvidence`, one step deeper."""

    def crumbs(self) -> list[Crumb]:
        number = self.kwargs["number"]
        return [*super().crumbs(), Crumb(_("Evidence %(number)s") % {"number": number}, self.back())]


class EvidenceDetail(OfEvidence):
    """One record: its stamp, what it says, what it carries, what was remarked."""

    permission = "measures.read"
    template = "measures/office/evidence.html"

    def get_title(self) -> str:
        return _("Evidence %(number)s") % {"number": self.kwargs["number"]}

    @property
    def entry(self) -> Entry:  # type: ignore[override]
        return self.detail.entry

    def lead(self) -> str:
        return self.entry.title

    def context(self) -> dict[str, Any]:
        entry = self.entry
        mine = self.detail.by_hand and self.detail.withdrawal is None
        return {
            "detail": self.detail,
            "entry": entry,
            "content": self.detail.content,
            "origin": ORIGINS[Origin(entry.origin)],
            "topic": TOPICS.get(entry.topic, "") if entry.topic else "",  # type: ignore[call-overload]
            "visible": VISIBLE[entry.visibility],
            "leaf": bytes(entry.leaf_hash).hex(),
            "figures": figures_of(self.detail.content),
            "remark": next(filter(None, map(self.detail.content.get, ("remark", "note", "reason"))), ""),
            "may_withdraw": mine and self.may(needed_for(entry)),
            "may_replace": mine and entry.kind not in SAID and self.may("evidence.record"),
            "may_publish": mine
            and not entry.is_public
            and self.may("files.publish")
            and self.may("evidence.record"),
            "may_erase": can_be_erased(entry) and self.may(ERASE),
            "may_remark": self.may("measures.remark"),
        }


class EvidenceFile(OfEvidence):
    """A file of a record, inside the office: an attachment of which the browser runs nothing."""

    permission = "measures.read"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sha256 = kwargs["sha256"]
        named = next((f for f in self.entry.content.get("files", ()) if f.get("sha256") == sha256), None)
        if named is None:
            raise Http404("no such file")
        return attachment(stored_file(sha256), name=named["name"])


class EvidenceWithdraw(OneOfEvidence, FormScreen):
    """Take back a record, or one's word: it stays in the register and proves nothing any more."""

    permission = "measures.read"  # and what `needed_for` says of the record
    title = gettext_lazy("Withdraw the record")
    template = "measures/office/evidence_withdraw.html"
    form = WithdrawForm
    submit = gettext_lazy("Withdraw the record")
    danger = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may(needed_for(self.entry)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {"entry": self.entry, "detail": self.detail}

    def act(self, form: WithdrawForm) -> str:
        withdraw_evidence(actor=self.actor, number=self.entry.number, reason=form.cleaned_data["reason"])
        return self.back()

    def done(self, form: WithdrawForm) -> str:
        return _("Evidence %(number)s is withdrawn") % {"number": self.entry.number}


class EvidenceReplace(OneOfEvidence, EvidenceNew):
    """Record it anew, right this time; the wrong record is withdrawn in the same act."""

    permission = "evidence.record"
    title = gettext_lazy("Replace the record")
    form = ReplaceForm
    submit = gettext_lazy("Replace the record")
    draft = ""

    def lead(self) -> str:
        return _("The new record gets a number of its own. The old one stays in the register as withdrawn")

    def initial(self) -> dict[str, Any]:
        entry, content = self.entry, self.entry.content
        units = {unit.name: unit for unit in Unit.objects.all()}
        return {
            "kind": entry.kind,
            "about": entry.about,
            "occurred_on": entry.occurred_on,
            "about_period": entry.period or Period.fiscal_year(self.fiscal_year),
            "title": content.get("title", ""),
            "document_number": content.get("document_number", ""),
            "other_channels": ", ".join(content.get("channels", ())),
            "acknowledged": content.get("acknowledged"),
            "of": content.get("of"),
            "units": [units[name] for name in content.get("units", ()) if name in units],
            "files": content.get("files", ()),
            "url": content.get("url", ""),
            "unit": units.get(entry.unit),
            "visibility": entry.visibility,
        }

    def fact(self, form: ReplaceForm, given: dict[str, Any]) -> dict[str, Any] | None:
        """Nothing before something is changed: the record that stands carries its statements already."""
        return super().fact(form, given) if form.is_bound else None

    def act(self, form: ReplaceForm) -> str:
        reason = form.cleaned_data["reason"]
        fact = replace_evidence(actor=self.actor, number=self.entry.number, reason=reason, **form.facts())
        return self.kept(form, fact)


class EvidencePublish(OneOfEvidence, ConfirmScreen):
    """Let everybody see what staff only saw: a public record takes its place, and its files are published."""

    permission = "files.publish"
    title = gettext_lazy("Publish the record")
    template = "measures/office/evidence_publish.html"
    submit = gettext_lazy("Publish the record and its files")
    stay = gettext_lazy("Keep it inside")
    danger = False

    def effect(self) -> list[str]:
        return [
            _("Everybody can then read the subject, the details and the files of this record"),
            _(
                "The public record gets a number of its own; the internal one stays in the register as withdrawn"
            ),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "entry": self.entry, "content": self.entry.content}

    def act(self, form: Any) -> str:
        fact = publish_evidence(actor=self.actor, number=self.entry.number)
        flush()
        assert fact.entry is not None
        self.number = fact.entry.number
        return self.address("evidence", number=self.number)

    def done(self, form: Any) -> str:
        url = self.address("evidence", number=self.number)
        said = _("Published as evidence %(number)s") % {"number": self.number}
        return format_html('{} <a href="{}">{}</a>', said, url, _("Open"))


class EvidenceErase(OneOfEvidence, EraseScreen):
    """Erase what the record says: it keeps its number, and statements may lose what they read in it."""

    permission = ERASE
    template = "measures/office/evidence_erase.html"

    def object(self) -> Entry:
        found = Entry.objects.filter(entries_told(self.actor), log=LogName.MAIN, number=self.kwargs["number"])
        return require(found.with_payload().first())

    @property
    def entry(self) -> Entry:  # type: ignore[override]
        return self.thing

    def context(self) -> dict[str, Any]:
        return {**super().context(), "carries": list(statements_on(self.entry.number, self.entry))}


class EvidenceRemark(OneOfEvidence, FormScreen):
    """The auditor's remark on a record."""

    permission = "measures.remark"
    title = gettext_lazy("Remark on the record")
    form = RemarkForm
    submit = gettext_lazy("Leave the remark")

    def lead(self) -> str:
        return self.entry.title

    def act(self, form: RemarkForm) -> str:
        plan = plan_in_force(shown.year_of(self.entry)) or require(plan_in_force())
        remark(actor=self.actor, plan=plan, text=form.cleaned_data["text"], entry=self.entry.number)
        return self.back()

    def done(self, form: RemarkForm) -> str:
        return _("The remark is on record")
