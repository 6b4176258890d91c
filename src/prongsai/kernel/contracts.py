"""The whole promise between modules. Modules know these shapes and never one another.

A module puts instances of them into its `provides.py`; the registry collects them (see
`docs/how-to/add-a-module.md`). Keys are permanent: they stand in ledger entries for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from prongsai.kernel.cases import CaseKind
from prongsai.kernel.errors import NotPermitted
from prongsai.kernel.thai.dates import BUDDHIST_ERA


class Topic(StrEnum):
    """ด้าน: the subjects of the seven measures."""

    ANTI_CORRUPTION = "anti_corruption"
    SERVICE = "service"
    DISCLOSURE = "disclosure"
    ASSETS = "assets"
    PROCUREMENT = "procurement"
    PEOPLE = "people"
    INTEGRITY = "integrity"


class Origin(StrEnum):
    """ที่มา of a fact: an act inside the system, a paper put on record, or somebody's say-so."""

    WORK = "work"
    DOCUMENT = "document"
    WORD = "word"


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class StatementKind(StrEnum):
    STEP = "step"
    OUTPUT = "output"
    OUTCOME = "outcome"


class Verdict(StrEnum):
    """ผลการพิสูจน์, from best to worst."""

    PROVEN = "proven"
    ATTESTED = "attested"
    UNPROVEN = "unproven"
    CONTRADICTED = "contradicted"


class Reason(StrEnum):
    """Why a statement is unproven."""

    NONE = ""
    MISSING = "missing"
    OUTSIDE_WINDOW = "outside_window"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, order=True)
class Period:
    """A span of days, both ends included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def widened(self, *, before: int = 0, after: int = 0) -> Period:
        """The period with `before` days added in front and `after` days behind."""
        return Period(self.start - timedelta(days=before), self.end + timedelta(days=after))

    def overlaps(self, other: Period) -> bool:
        return self.start <= other.end and other.start <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @classmethod
    def fiscal_year(cls, year: int) -> Period:
        """Fiscal year พ.ศ. `year`: 1 October of the year before to 30 September."""
        ce = year - BUDDHIST_ERA
        return cls(date(ce - 1, 10, 1), date(ce, 9, 30))


class WindowKind(StrEnum):
    INSIDE = "inside"  # the fact occurred inside the plan's period
    ABOUT = "about"  # it is about the period, and dated from `before` days before to `after` days after it
    AT_END = "at_end"  # the indicator is read as of the period's last day


@dataclass(frozen=True)
class Window:
    """When a fact may have happened in order to prove something about a period."""

    kind: WindowKind = WindowKind.INSIDE
    before: int = 0
    after: int = 0

    def admits(self, *, occurred_on: date, about: Period | None, period: Period) -> bool:
        """Whether a fact that occurred on a day, about a period of its own (or none), counts for `period`."""
        if self.kind is WindowKind.ABOUT:
            # A paper that names no period is taken to be about the one that it falls in.
            of_period = about.overlaps(period) if about else occurred_on in period
            return of_period and occurred_on in period.widened(before=self.before, after=self.after)
        return occurred_on in period


@dataclass(frozen=True)
class Ref:
    """Points at an object of another module without importing it."""

    module: str
    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.module}.{self.kind}:{self.id}"


@dataclass(frozen=True)
class Reading:
    """What an indicator says of a period. `value` None means not known, and `note` says why.

    `unkept`: nobody kept this in the system for some of the period, so that what the office states may stand in. The
    part `known` then says what is on record all the same: the true figure is not less.
    """

    value: Decimal | None
    as_of: date
    of: Decimal | None = None
    origin: Origin = Origin.WORK
    entries: tuple[int, ...] = ()  # ledger entries that carry the figure
    scale: str = ""
    sample: int | None = None
    note: str = ""
    parts: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    unkept: bool = False

    @property
    def share(self) -> Decimal | None:
        """`value` as a share of `of`; None when it is not known and when nothing was counted (`of` is 0).

        Without `of` it is None as well: a number of days or papers is by itself no share of anything.
        """
        return self.value / self.of if self.value is not None and self.of else None


@dataclass(frozen=True)
class Question:
    """What an indicator is asked: a period, and optionally the topics or the about-code."""

    period: Period
    topics: frozenset[Topic] = frozenset()  # empty means all
    about: str = ""


@dataclass(frozen=True)
class Indicator:
    """ตัวชี้วัด: a number read from records. `read` runs inside the organization's scope, in at most 3 queries.

    `sentence` says the reading in Thai, for a report that must print the true figure. `carriers` are the kinds of the
    facts that its figures rest on: where the ledger has none of them, nobody keeps this in the system, and the figure
    that the office states stands instead, without `read` being asked.
    """

    key: str
    title: str
    title_en: str
    read: Callable[[Question], Reading]
    sentence: Callable[[Question, Reading], str]
    provisional: bool = False  # gives way to a module that provides the same key
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactKind:
    """A kind of ledger fact, e.g. meeting_held. `title` is Thai and free of personal data."""

    key: str
    title: str
    title_en: str
    provisional: bool = False  # gives way to a module that provides the same key
    # Of one citizen's matter: no statement rests on it, for its day, subject and unit would stand in what everybody reads.
    private: bool = False


@dataclass(frozen=True)
class About:
    """What facts can be about, e.g. spending_plan."""

    key: str
    title: str
    title_en: str
    topic: Topic | None = None
    provisional: bool = False  # gives way to a module that provides the same key


@dataclass(frozen=True)
class Suggestion:
    """Turns wording into proofs: when `pattern` (a regular expression) is found in a statement's text.

    `proofs` is in the notation of `modules/measures/notation.py`. Higher `weight` wins;
    `kinds` and `topics` narrow where it applies (empty: anywhere).
    """

    key: str
    pattern: str
    proofs: str
    join: str = "all"
    window: str = "inside"
    weight: int = 10
    kinds: frozenset[StatementKind] = frozenset()
    topics: frozenset[Topic] = frozenset()


@dataclass(frozen=True)
class WorkItem:
    """งานของฉัน: something due, for whom, why it matters, and the page where it is done.

    Shown to whoever holds `permission` (empty: any member) and, where `unit` or `user_id` is said, belongs to it; never to
    whom it is about (`is_about`). `title`,
    `place`, `missing` and `action` may be lazy translations: items are kept for some time, for readers of both languages.
    """

    key: str  # the same thing keeps its key from day to day: reminders and calendars go by it
    title: str
    url: str
    due: date | None = None
    unit: str = ""
    user_id: int | None = None
    permission: str = ""
    place: str = ""  # where in the plan: "มาตรการ ๖ ขั้นตอน ๓"
    missing: str = ""  # what is still missing, or why it matters
    action: str = ""  # what the button says
    approval: bool = False  # waits for somebody's decision
    sender: str = ""  # of an approval: who asks
    sent_on: date | None = None
    is_urgent: bool = False  # comes first among what is due on its day
    is_private: bool = False  # the title is what a citizen wrote, and is read inside the house alone
    about_user: int | None = None  # the login of whom the matter is about: they are never told of it
    about_unit: str = (
        ""  # the unit that it is about: its people are told only where they hold one of `kept_by`
    )
    kept_by: frozenset[str] = frozenset()
    # Keys of lesser items about the same thing: whoever has this one is not asked for those as well.
    instead_of: frozenset[str] = frozenset()

    def is_about(self, actor: Actor) -> bool:
        """Whether the matter is about the actor, and kept from them."""
        if self.about_user is not None and self.about_user == actor.user_id:
            return True
        about_unit = bool(self.about_unit) and self.about_unit == actor.unit
        return about_unit and self.kept_by.isdisjoint(actor.permissions)

    @property
    def said_outside(self) -> str:
        """What mail, LINE, other people's calendars and the register call it: a private one by kind and number alone."""
        return str(self.place if self.is_private else self.title)


@dataclass(frozen=True)
class NavigationItem:
    """A line of the workspace's side: shown to those who hold `permission`. `title` may be a lazy translation."""

    key: str
    title: str
    url_name: str  # reversed with the organization's key alone
    permission: str
    section: str = "modules"  # top, modules or office
    order: int = 100


@dataclass(frozen=True)
class PublicLink:
    """A line of the public pages: in the main menu ("year", "menu"), among what people can do ("act") or check ("check").

    `title` and `text` may be lazy translations.
    """

    key: str
    title: str
    url_name: str  # reversed with the organization's key alone
    place: str = "menu"
    text: str = ""
    order: int = 100


@dataclass(frozen=True)
class Permission:
    """A named permission that roles bundle. `title` says in plain words what its holder may do."""

    key: str
    title: str


@dataclass(frozen=True)
class FirstStep:
    """A step of setting up an office, shown until `done()` says that it is; runs inside the organization's scope."""

    key: str
    title: str
    text: str
    url_name: str
    permission: str
    done: Callable[[], bool]
    order: int = 100


@dataclass(frozen=True)
class OfficeDetails:
    """What a document says of the office that wrote it; empty where it does not say."""

    name: str = ""
    district: str = ""
    province: str = ""
    units: tuple[str, ...] = ()
    fiscal_year: int | None = None


@dataclass(frozen=True)
class InboundMessage:
    """What somebody wrote on a channel of the organization in scope; `id` is that of its row in `foundation/channels`."""

    id: int
    channel_id: int
    channel_kind: str  # email, line, facebook …
    sender: str  # who wrote it: mail address, LINE or Facebook user id; "" where only `answer_to` says
    thread: str = ""  # what it answers, in the channel's own terms
    subject: str = ""
    text: str = ""
    is_check: bool = False  # the system's own test message
    files: tuple[str, ...] = ()  # attachments that are kept, by digest (StoredFile.sha256)
    source_key: str = ""  # the sender's id of the message: Message-ID, webhookEventId
    sender_name: str = ""
    received_at: datetime | None = None
    reply_to: str = ""  # what lets an answer follow the message (reply token, Message-ID), and until when
    reply_until: datetime | None = None
    answer_to: str = ""  # where an answer goes, if elsewhere: the writer's own word, by which nobody is known


@dataclass(frozen=True)
class Report:
    """A paper that a module can print for a period."""

    key: str
    title: str
    build: Callable[..., object]


@dataclass(frozen=True)
class Provides:
    """Everything that one module plugs in; each module's `provides.py` has one, named PROVIDES."""

    module: str
    fact_kinds: tuple[FactKind, ...] = ()
    abouts: tuple[About, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    reports: tuple[Report, ...] = ()
    permissions: tuple[Permission, ...] = ()
    navigation: tuple[NavigationItem, ...] = ()
    public_links: tuple[PublicLink, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    case_kinds: tuple[CaseKind, ...] = ()
    # Everything due in the organization in scope, whoever owes it; in a bounded number of queries.
    work_items: Callable[[], Iterable[WorkItem]] | None = None
    # Whether that depends on what people put on record by hand; if not, it is not asked anew after such a fact.
    work_follows_evidence: bool = False
    # Reads an office's names from a file that it has (last year's report). Raises kernel.errors.Unreadable.
    reads_office: Callable[[Path], OfficeDetails] | None = None
    # Takes a message that came in by a channel, and says what became of it ("case:12"); "" when it is not the module's.
    # Modules are asked in turn, in the order of their names, inside the organization's scope and one transaction.
    receives: Callable[[InboundMessage], str] | None = None
    # Puts on record what the figures of a period still lack (a month that nobody counted yet), before a report of it is
    # frozen. Runs inside the organization's scope and the transaction that freezes.
    settles: Callable[[Period], None] | None = None


@dataclass(frozen=True)
class Actor:
    """Who does an act. Services ask it for permissions, never for roles."""

    name: str
    permissions: frozenset[str] = frozenset()
    user_id: int | None = None
    position: str = ""
    unit: str = ""
    is_system: bool = False

    def require(self, permission: str) -> None:
        """Raise NotPermitted unless the actor holds `permission`."""
        if not self.is_system and permission not in self.permissions:
            raise NotPermitted(f"{self.name} ไม่มีสิทธิ {permission}")

    @classmethod
    def system(cls, name: str = "ระบบ") -> Actor:
        """The installation itself: the command line and scheduled jobs."""
        return cls(name=name, is_system=True)
