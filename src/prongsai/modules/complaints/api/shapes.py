"""What the complaints' part of the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.kernel.cases import Phase, Transition
from prongsai.kernel.contracts import Topic
from prongsai.modules.complaints.choices import AnswerBy
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
    """Something that was said; `direction` is in, out or (for the staff alone) note.

    `case` is the number of the case in which it was said: the staff also read what those said whose cases are merged
    with the one that was asked for.
    """

    at: datetime
    case: str
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
            case=message.case.number,
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
    may_answer: bool = Field(description="Whether the question after closing waits for an answer")
    steps: list[StepOut]
    messages: list[SaidOut]


class TrackedOut(Out):
    """The case, or null where the code opens none: that is counted, so that nobody gets at cases by trying."""

    case: TrackOut | None


class ClosingAnswerIn(TrackIn):
    """What whoever wrote says of the result; "not satisfied" opens the case again where its closing allows it."""

    satisfied: StrictBool
    note: Annotated[StrictStr, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = ""


class ReplyIn(TrackIn):
    text: Annotated[StrictStr, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]


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
    is_urgent: bool
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
            "is_urgent",
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
    concerned_unit_id: int | None
    concerned_member_id: int | None
    files: list[str]
    acts: list[ActOut]
    events: list[EventOut]
    messages: list[SaidOut]


class ConcernedIn(Body):
    """Whom a complaint about the office is about: it is kept from them, and not given to them."""

    unit_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    member_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None


class CaseIn(Body):
    """A case that came in by another way than the web. `source` is the other side's number of it: once given, it opens once."""

    category: Category
    channel: Channel
    title: Line = ""
    text: Text = ""
    received_on: Day | None = None
    is_urgent: StrictBool = False
    source: Line = ""
    place: PlaceIn = PlaceIn()
    contact: ContactIn = ContactIn()
    unit_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    concerned: ConcernedIn = ConcernedIn()
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


class CorrectIn(Body):
    """What was typed, put right; what is left out stays. `contact` and `place` replace the whole of theirs. Another
    `received_on` needs a `reason`."""

    title: Line | None = None
    text: Text | None = None
    received_on: Day | None = None
    reason: Text = ""
    is_urgent: StrictBool | None = None
    contact: ContactIn | None = None
    place: PlaceIn | None = None
    concerned: ConcernedIn | None = None


class RecordedAnswerIn(Body):
    """What the citizen said of the result by telephone, at the counter, in a letter: `channel` says which."""

    satisfied: StrictBool
    channel: Channel
    note: Annotated[StrictStr, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = ""


class NewCodeIn(Body):
    """Who asks has been made sure of: by the `id_card` with the case's name, through its `contact`, or by its `details`."""

    checked: Annotated[StrictStr, Field(pattern=r"^(id_card|contact|details)$")]
    reason: Annotated[StrictStr, Field(min_length=1, max_length=1_000, pattern=r"^[^\x00]*$")]


class SayIn(Body):
    text: Annotated[StrictStr, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]
    files: Files = []


class AssignIn(Body):
    unit_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    member_id: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    reason: Text = ""
    concerned: ConcernedIn | None = None


class RecategoriseIn(Body):
    """`reason` is needed where a complaint about the office becomes a case of another kind."""

    category: Category
    reason: Text = ""


class MergeIn(Body):
    into: Annotated[
        StrictInt, Field(ge=1, le=2**53 - 1, description="id of the case that it is counted with")
    ]
    reason: Annotated[StrictStr, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class UnmergeIn(Body):
    reason: Annotated[StrictStr, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class ShowIn(Body):
    """`title` is written for the public; without one the case is shown no more."""

    title: Line = ""
