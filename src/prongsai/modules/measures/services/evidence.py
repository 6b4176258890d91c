"""Recording by hand: evidence on paper, official figures, and somebody's word for a statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.ledger.services import PendingFact, record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Indicator, Origin, Period, Question, Ref, Topic, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.registry import registry
from prongsai.modules.measures import rules
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.figures import may_be_stated
from prongsai.modules.measures.labels import plan_title
from prongsai.modules.measures.models import Statement
from prongsai.modules.measures.services.plans import plan_ref
from prongsai.modules.measures.services.signing import attached, require_nothing_personal
from prongsai.modules.measures.workflow import permit

_ADDRESS = re.compile(r"https?://[^\s]+")


@transaction.atomic
def record_evidence(
    *,
    actor: Actor,
    kind: str,
    about: str,
    occurred_on: date,
    title: str,
    about_period: Period | None = None,
    document_number: str = "",
    url: str = "",
    files: Sequence[Mapping[str, Any]] = (),
    unit: str = "",
    visibility: Visibility = Visibility.INTERNAL,
    details: Mapping[str, Any] | None = None,
    replaces: int | None = None,
) -> PendingFact:
    """Put a fact on record by hand. With a paper or page attached its origin is document, without one word.

    `files` are references from `foundation.files`. Raises InvalidInput for an unknown kind or thing, a day in the
    future, no title, or personal data in what is to be public.
    """
    permit(actor, "record")
    if kind not in rules.load("vocabulary")["kinds"]:
        raise InvalidInput(
            _("Evidence of this kind comes from work in the system and cannot be recorded by hand"),
            field="kind",
        )
    if not title.strip():
        raise InvalidInput(_("The evidence needs a title"), field="title")
    if url and not _ADDRESS.fullmatch(url):
        raise InvalidInput(_("The address of a web page has to begin with http:// or https://"), field="url")
    thing = registry().abouts.get(about)
    payload = _checked(details or {})
    if document_number:
        payload["document_number"] = document_number
    if replaces is not None:
        payload["replaces"] = replaces
    payload |= attached(files)
    if visibility is Visibility.PUBLIC:
        require_nothing_personal(title=title, url=url, details=payload)
    return record(
        actor=actor,
        kind=kind,
        about=about,
        occurred_on=occurred_on,
        about_period=about_period,
        origin=Origin.DOCUMENT if files or url else Origin.WORD,
        topic=thing.topic if thing else None,
        unit=unit,
        visibility=visibility,
        title=title.strip(),
        url=url,
        payload=payload,
    )


@transaction.atomic
def state_figure(
    *,
    actor: Actor,
    indicator: str,
    period: Period,
    as_of: date,
    value: Decimal | None,
    of: Decimal | None = None,
    by_topic: Mapping[Topic, Mapping[str, Decimal]] | None = None,
    parts: Mapping[str, Decimal] | None = None,
    scale: str = "",
    sample: int | None = None,
    about: str = "",
    files: Sequence[Mapping[str, Any]] = (),
    note: str = "",
) -> PendingFact:
    """Enter an official figure that the system does not read from records: attested at best.

    Raises InvalidInput for an unknown indicator, one that is read from the office's records, or a negative figure.
    """
    permit(actor, "record")
    known = _to_be_stated(indicator, period)
    if value is not None and value < 0 and indicator != "ita.score_change":
        raise InvalidInput(_("The figure cannot be negative"), field="value")
    if of is not None and (of <= 0 or (value is not None and value > of)):
        raise InvalidInput(
            _("The whole has to be more than zero and no less than what was counted"), field="of"
        )
    payload: dict[str, Any] = {
        "value": None if value is None else str(value),
        "of": None if of is None else str(of),
        "topics": {
            topic.value: {name: str(amount) for name, amount in amounts.items()}
            for topic, amounts in (by_topic or {}).items()
        },
        "parts": {name: str(amount) for name, amount in (parts or {}).items()},
        "scale": scale,
        "sample": sample,
        "about": about,
        "note": note,
    }
    payload |= attached(files)
    require_nothing_personal(details=payload)
    return record(
        actor=actor,
        kind="figure_stated",
        about=indicator,
        occurred_on=as_of,
        about_period=period,
        origin=Origin.DOCUMENT if files else Origin.WORD,
        visibility=Visibility.PUBLIC,
        title=f"แจ้งตัวเลข {known.title}",
        payload={key: content for key, content in payload.items() if content not in (None, "", {}, [])},
    )


def _to_be_stated(key: str, period: Period) -> Indicator:
    known = registry().indicators.get(key)
    if known is None:
        raise InvalidInput(
            _("The indicator %(indicator)s is not known") % {"indicator": key}, field="indicator"
        )
    if not may_be_stated(key) or not _stands(key, period):
        counted = _("“%(title)s” is read from the records of work. The figure need not be stated")
        title = shown_title(known)
        raise InvalidInput(counted % {"title": title}, field="indicator")
    return known


def _stands(indicator: str, period: Period) -> bool:
    """Whether a stated figure is looked at: not where a module reads it from what the office kept all period."""
    known = registry().indicators[indicator]
    return known.provisional or known.read(Question(period)).unkept


@transaction.atomic
def attest(
    *,
    actor: Actor,
    statement: Statement,
    position: str = "",
    text: str = "",
    files: Sequence[Mapping[str, Any]] = (),
) -> PendingFact:
    """รับรอง: the actor gives their word for a statement, with a paper if there is one.

    It holds for the wording as it stands: when the wording changes, it must be given again.
    """
    permit(actor, "attest")
    measure = statement.measure
    if measure.plan.status not in {PlanStatus.PUBLISHED, PlanStatus.CLOSED}:
        raise WrongState(
            _("%(plan)s is not announced yet. Statements can be attested after the announcement")
            % {"plan": plan_title(measure.plan)}
        )
    payload: dict[str, Any] = {
        "measure": measure.number,
        "kind": str(statement.kind),
        "number": statement.number,
        "text": statement.text,
        "position": position or actor.position,
        "remark": text,
    }
    payload |= attached(files)
    require_nothing_personal(details=payload)
    return record(
        actor=actor,
        kind="statement_attested",
        about="",
        occurred_on=clock.today(),
        about_period=measure.plan.period,
        origin=Origin.WORD,
        subject=Ref("measures", "plan", plan_ref(measure.plan).id),
        topic=Topic(measure.topic) if measure.topic else None,
        visibility=Visibility.PUBLIC,
        title=f"รับรองข้อความ มาตรการที่ {measure.number} โดย{position or actor.position or actor.name}",
        payload=payload,
    )


def _checked(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a fact carries beside its title, in the forms that proofs read. Raises InvalidInput naming the field."""
    for name in ("channels", "units"):
        value = details.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise InvalidInput(_("This must be a list of names"), field=name)
    counted, of = details.get("acknowledged", 0), details.get("of", 0)
    if not (type(counted) is int and type(of) is int and 0 <= counted <= of) and not counted == of == 0:
        raise InvalidInput(
            _("The number of those who acknowledged it has to be a whole number, at most the number of all"),
            field="acknowledged",
        )
    if "files" in details:
        raise InvalidInput(_("Files are attached in the field for files only"), field="files")
    if "replaces" in details:
        raise InvalidInput(_("Former evidence is corrected by correcting its record only"), field="replaces")
    return dict(details)
