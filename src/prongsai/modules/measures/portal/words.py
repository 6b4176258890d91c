"""How the pages say verdicts, kinds, topics and origins. The four verdicts' words are fixed everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.ledger.kinds import fact_kind
from prongsai.kernel.contracts import Origin, Verdict
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.registry import registry
from prongsai.modules.measures.labels import KINDS, ONE_OF_KIND, TOPICS, Words, topic_title

__all__ = ["KINDS", "ONE_OF_KIND", "TOPICS", "topic_title"]

VERDICTS: dict[Verdict, Words] = {
    Verdict.PROVEN: _("Proven"),
    Verdict.ATTESTED: _("Attested by an officer"),
    Verdict.UNPROVEN: _("No evidence yet"),
    Verdict.CONTRADICTED: _("Records disagree"),
}
COUNTED = {
    Verdict.PROVEN: ngettext_lazy("%(count)d proven", "%(count)d proven", "count"),
    Verdict.ATTESTED: ngettext_lazy("%(count)d attested", "%(count)d attested", "count"),
    Verdict.UNPROVEN: ngettext_lazy("%(count)d without evidence", "%(count)d without evidence", "count"),
    Verdict.CONTRADICTED: ngettext_lazy(
        "%(count)d where records disagree", "%(count)d where records disagree", "count"
    ),
}
ORIGINS: dict[Origin, Words] = {
    Origin.WORK: _("An act inside the system"),
    Origin.DOCUMENT: _("Recorded with a document"),
    Origin.WORD: _("An officer's word"),
}


def counted(counts: Iterable[tuple[Verdict, int]]) -> str:
    """`พิสูจน์แล้ว 4 ข้อ รับรองโดยเจ้าหน้าที่ 2 ข้อ`: what a strip of marks says to those who do not see it."""
    return " ".join(str(COUNTED[verdict] % {"count": count}) for verdict, count in counts if count)


def fact_title(kind: str, about: str, *, fallback: str) -> str:
    """What a fact is, in the page's language; `fallback` is the label that its leaf holds."""
    if get_language() == "th":
        return fallback
    try:
        title = fact_kind(kind).title_en
    except InvalidInput:
        return fallback
    thing = registry().abouts.get(about)
    return f"{title}: {thing.title_en}" if thing else title
