"""What the complaints' part of the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.foundation.casework.statistics import Figures
from prongsai.kernel.cases import Phase, Transition
from prongsai.kernel.contracts import Topic
from prongsai.modules.complaints.choices import AnswerBy
from prongsai.modules.complaints.selectors.statistics import KindYear, SealedQuarter, Span, YearFigures
from prongsai.ui.api import Body, Day, Digest, Out, Text
from prongsai.ui.cases.words import state_title

Line = Annotated[StrictStr, Field(max_length=200, pattern=r"^[^\x00]*$")]
Kind = Annotated[StrictStr, Field(pattern=r"^complaints\.[a-z]+$", max_length=40)]
Category = Annotated[StrictStr, Field(pattern=r"^[a-z_]*$", max_length=60)]
Channel = Annotated[StrictStr, Field(pattern=r"^[a-z_]+$", max_length=20)]
Act = Annotated[StrictStr, Field(pattern=r"^[a-z_]+$", max_length=40)]
Files = Annotated[list[Digest], Field(max_length=20)]
Degrees = StrictFloat | StrictInt


class PlaceIn(Body):
    """Where it is. Nothing of it is required; a point has both coordinates."""

    text: Line = ""
    village: Annotated[StrictStr, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    latitude: Annotated[Degrees, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Degrees, Field(ge=-180, le=180)] | None = None


class ContactIn(Body):
    """How to reach whoever writes. Nothing of it is required; without any the case is anonymous."""

    anonymous: StrictBool = False
    name: Line = ""
    phone: Annotated[StrictStr, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""
    email: Annotated[StrictStr, Field(max_length=254, pattern=r"^[^\x00]*$")] = ""


class SubmissionIn(Body):
    """What somebody tells the office. `category` is one of GET complaints/categories; `more` answers its question."""

    category: Category
    text: Annotated[StrictStr, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]
    more: Text = ""
    place: PlaceIn = PlaceIn()
    contact: ContactIn = ContactIn()
    answer_by: AnswerBy = AnswerBy.PAGE


class ReceiptOut(Out):
    """The number for the office, the code for whoever wrote: with it the case is followed. It is told here alone.

    `code` is empty when it can be told no more; `check` says that it was the system's own test message.
    """

    number: str
    code: str
    track: str
    check: bool


class TrackIn(Body):
    code: Annotated[StrictStr, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    number: Annotated[StrictStr, Field(max_length=24, pattern=r"^[^\x00]*$")] = ""


class StepOut(Out):
    """Something that happened to the case, as whoever wrote may see it."""

    at: datetime
    event: str
    state: str


class SaidOut(Out):
    """Something that was said; `direction` is in, out or (for the staff alone) note."""

    at: datetime
    direction: str
    text: str
    author: str
    files: list[str]

    @classmethod
    def of(cls, message: CaseMessage, *, staff: bool, told: bool = True) -> SaidOut:
        """For the staff or the citizen; `told`: who brought the case, and what they sent, may be known."""
        named = staff and (told or message.direction != CaseMessage.Direction.IN)
        sent = [file for file in message.files.all() if told or not file.from_citizen] if staff else []
        return cls(
            at=message.at,
            direction=message.direction,
            text=message.text,
            author=message.author if named else "",
            files=[file.file.sha256 for file in sent],
        )


class TrackOut(Out):
    """A case as whoever wrote may see it."""

    number: str
    kind: str
    state: str
    state_title: str
    phase: Phase
    received_on: date
    due_on: date | None
    closed_on: date | None
    result: str
    steps: list[StepOut]
    messages: list[SaidOut]


class TrackedOut(Out):
    """The case, or null where the code opens none: that is counted, so that nobody gets at cases by trying."""

    case: TrackOut | None


class CategoryOut(Out):
    """What a case can be about. `place` is ask, offer or none; `topic` the subject of the measures that it counts in."""

    key: str
    kind: str
    topic: Topic | None
    title: str
    title_en: str
    place: str
    question: str
    question_en: str


class CategoriesOut(Out):
    items: list[CategoryOut]


class FiguresOut(Out):
    """Cases that came in, and what became of them. `finished` are closed ones; `median_days` counts the clock's days."""

    received: int
    finished: int
    pending: int
    in_time: int
    median_days: Decimal | None

    @classmethod
    def of(cls, figures: Figures) -> FiguresOut:
        return cls(
            received=figures.received,
            finished=figures.closed,
            pending=figures.pending,
            in_time=figures.in_time,
            median_days=figures.median_days,
        )


class CasesOfMonthOut(Out):
    """The same of a month; null where it is not known: nobody kept the register yet."""

    month: str
    received: int | None
    finished: int | None
    pending: int | None
    in_time: int | None
    median_days: Decimal | None

    @classmethod
    def in_month(cls, span: Span) -> CasesOfMonthOut:
        month = f"{span.period.start:%Y-%m}"
        if not span.is_known:
            return cls(month=month, **dict.fromkeys(FiguresOut.model_fields))
        return cls(month=month, **FiguresOut.of(span.figures).model_dump())


class CasesOfOut(FiguresOut):
    key: str

    @classmethod
    def named(cls, key: str, figures: Figures) -> CasesOfOut:
        return cls(key=key, **FiguresOut.of(figures).model_dump())


class KindYearOut(Out):
    """A kind of case in the year; `total` adds up the months that are known, and is null where none is."""

    kind: str
    total: FiguresOut | None
    months: list[CasesOfMonthOut]
    topics: list[CasesOfOut]
    categories: list[CasesOfOut]
    channels: list[CasesOfOut]

    @classmethod
    def of(cls, year: KindYear) -> KindYearOut:
        def named(found: dict[str, Figures]) -> list[CasesOfOut]:
            return [CasesOfOut.named(key, found[key]) for key in sorted(found)]

        return cls(
            kind=year.kind,
            total=FiguresOut.of(year.total) if year.is_known else None,
            months=[CasesOfMonthOut.in_month(span) for span in year.months if span.is_begun],
            topics=named(dict(year.topics)),
            categories=named(dict(year.categories)),
            channels=named(dict(year.channels)),
        )


class SealedOut(Out):
    """What the corruption channel published of a quarter; null where it is not known, and `note` says why."""

    quarter: int
    received: int | None
    finished: int | None
    pending: int | None
    note: str

    @classmethod
    def of(cls, quarter: SealedQuarter) -> SealedOut:
        known = quarter.received is not None
        return cls(
            quarter=quarter.number,
            received=quarter.received,
            finished=quarter.closed if known else None,
            pending=quarter.pending if known else None,
            note=quarter.note,
        )


class StatisticsOut(Out):
    """A fiscal year (พ.ศ.). `sentence` says its complaints in Thai, zero included, or why they are not known."""

    fiscal_year: int
    as_of: date
    sentence: str
    kinds: list[KindYearOut]
    sealed: list[SealedOut]

    @classmethod
    def of(cls, figures: YearFigures, sentence: str) -> StatisticsOut:
        return cls(
            fiscal_year=figures.fiscal_year,
            as_of=figures.as_of,
            sentence=sentence,
            kinds=[KindYearOut.of(year) for year in figures.kinds.values()],
            sealed=[SealedOut.of(quarter) for quarter in figures.sealed],
        )


class ShownOut(Out):
    """A case that the office shows, by the title that it wrote."""

    number: str
    kind: str
    category: str
    title: str
    village: str
    received_on: date
    closed_on: date | None


class ShownListOut(Out):
    """A page of them, newest first. `next` is the cursor of the following page, null on the last."""

    items: list[ShownOut]
    next: int | None


# -- for the staff ------------------------------------------------------------------------------------------------------


class CaseOut(Out):
    """A case in a list. Its words stand in the case itself."""

    id: int
    number: str
    kind: str
    title: str
    category: str
    topic: str
    channel: str
    state: str
    state_title: str
    phase: Phase
    unit: str
    assignee: str
    received_on: date
    due_on: date | None
    closed_on: date | None

    @classmethod
    def of(cls, case: Case) -> CaseOut:
        return cls(**cls.values(case))

    @classmethod
    def values(cls, case: Case) -> dict[str, Any]:
        names = (
            "number",
            "kind",
            "title",
            "category",
            "topic",
            "state",
            "received_on",
            "due_on",
            "closed_on",
        )
        return {
            "id": case.pk,
            **{name: getattr(case, name) for name in names},
            "channel": case.channel_kind,
            "state_title": state_title(case),
            "phase": Phase(case.phase),
            "unit": case.unit.name if case.unit else "",
            "assignee": case.assignee.user.full_name if case.assignee else "",
        }


class CasesOut(Out):
    """A page of cases, newest first. `next` is the cursor of the following page, null on the last."""

    items: list[CaseOut]
    next: int | None


class ActOut(Out):
    """Something that may be done with the case now, and what it has to bring."""

    act: str
    title: str
    needs: list[str]

    @classmethod
    def of(cls, row: Transition) -> ActOut:
        return cls(act=row.act, title=row.title, needs=sorted(row.needs))


class EventOut(Out):
    at: datetime
    event: str
    act: str
    source: str
    target: str
    actor: str
    about: str

    @classmethod
    def of(cls, event: CaseEvent) -> EventOut:
        names = ("at", "event", "act", "source", "target", "actor", "about")
        return cls(**{name: getattr(event, name) for name in names})


class CaseDetailOut(CaseOut):
    """A case in full. Its ETag is the version that an act names in If-Match.

    Who brought it, and the files that they sent, are told to those who work on such cases or take them in; to others
    these are empty.
    """

    version: int
    body: str
    contact_name: str
    contact_phone: str
    contact_email: str
    is_anonymous: bool
    place: str
    village: str
    latitude: Decimal | None
    longitude: Decimal | None
    result: str
    found: str
    satisfied: bool | None
    is_public: bool
    public_title: str
    files: list[str]
    acts: list[ActOut]
    events: list[EventOut]
    messages: list[SaidOut]


class CaseIn(Body):
    """A case that came in by another way than the web. `source` is the other side's number of it: once given, it opens once."""

    category: Category
    channel: Channel
    title: Line = ""
    text: Text = ""
    received_on: Day | None = None
    source: Line = ""
    place: PlaceIn = PlaceIn()
    contact: ContactIn = ContactIn()
    unit_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    files: Files = []


class ActIn(Body):
    """One row of the table: see `acts` of the case."""

    act: Act
    message: Text = ""
    reason: Text = ""
    result: Text = ""
    found: Annotated[StrictStr, Field(pattern=r"^(true|partly|untrue)?$")] = ""
    unit_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    files: Files = []


class SayIn(Body):
    text: Annotated[StrictStr, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]
    files: Files = []


class AssignIn(Body):
    unit_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    member_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    reason: Text = ""


class RecategoriseIn(Body):
    category: Category


class MergeIn(Body):
    into: Annotated[
        StrictInt, Field(ge=1, le=2**53 - 1, description="id of the case that it is counted with")
    ]
    reason: Annotated[StrictStr, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class ShowIn(Body):
    """`title` is written for the public; without one the case is shown no more."""

    title: Line = ""
