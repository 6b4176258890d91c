"""Cases: what citizens bring to the office, and all that becomes of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.fields import CurrentOrganization, TenantForeignKey, TenantModel
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Ref
from prongsai.kernel.registry import registry

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class CaseworkTable(TenantModel):
    """A tenant table without an index on the organization alone: each has better ones that begin with it."""

    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        db_default=CurrentOrganization(),
        editable=False,
        related_name="+",
        db_index=False,
    )  # pyright: ignore[reportCallIssue] (the stubs do not know db_default)

    class Meta:
        abstract = True


def reference(to: Any, related_name: str = "+", *, null: bool = False) -> Any:
    """A reference for which the table has an index that begins with the organization, or needs none."""
    return TenantForeignKey(to, models.PROTECT, null=null, related_name=related_name, db_index=False)


class SpecialDay(CaseworkTable):
    """A day on which this office works or rests otherwise than the calendar says: its own, or by cabinet resolution."""

    day = models.DateField()
    is_holiday = models.BooleanField(default=True)  # False: a Saturday on which the office works
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)  # มติคณะรัฐมนตรี, ประกาศจังหวัด, คำสั่งสำนักงาน

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "day"], name="special_day_once")]


class CaseCounter(CaseworkTable):
    """The last number given in a fiscal year, for each kind."""

    kind = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "fiscal_year"], name="case_counter_once")
        ]


# As partial indexes have them: a query that says the same is answered from there.
OPEN = models.Q(closed_on__isnull=True, is_check=False)
UNTOLD = models.Q(closed_on__isnull=True, is_check=False, informed_at__isnull=True)


class CaseQuerySet(models.QuerySet["Case"]):
    def real(self) -> CaseQuerySet:
        """Without the system's own test messages."""
        return self.filter(is_check=False)

    def open(self) -> CaseQuerySet:
        """Real cases that somebody still has to finish."""
        return self.filter(OPEN)

    def late(self, on: date) -> CaseQuerySet:
        """Open cases whose last day is over; where the clock stands still none is late."""
        return self.open().filter(due_on__lt=on).exclude(phase=Phase.WAITING.value)

    def pressing(self) -> CaseQuerySet:
        """What is due first comes first; of one day the urgent ones do."""
        return self.order_by("due_on", "-is_urgent", "id")

    def newest(self) -> CaseQuerySet:
        """What came in last comes first. Never by id alone: the database would walk through everybody's cases."""
        return self.order_by("-received_on", "-id")

    def after(self, pk: int) -> CaseQuerySet:
        """In the order of `newest` those that come after the case of this id."""
        its_day = models.Subquery(Case.objects.filter(pk=pk).values("received_on"))
        same_day = models.Q(received_on=its_day, pk__lt=pk)
        return self.filter(models.Q(received_on__lt=its_day) | same_day)

    def numbered(self, number: str) -> CaseQuerySet:
        """Those that have this number, or had it while they were of another kind."""
        former = models.Q(former_numbers__contains=f" {number} ") & ~models.Q(former_numbers="")
        return self.filter(models.Q(number=number) | former)

    def with_people(self) -> CaseQuerySet:
        """With the unit and the person who work on it, in the same query."""
        return self.select_related("unit", "assignee__user")

    def with_concerned(self) -> CaseQuerySet:
        """With whom they are about, in the same query: `rights.is_about` then asks nothing."""
        return self.select_related("concerned_unit", "concerned_member")


class Case(CaseworkTable):
    """One case. Its present state stands here; how it came to it stands in `CaseEvent`, for ever.

    Personal data are the fields from `contact_name` to `longitude`, `title`, `body`, `details`, `result`, and what
    messages and the answer to the closing question say; erasing empties them and leaves the rest for the statistics.
    A self-check (`is_check`) has no number of the series and no events, and is gone after two days.
    """

    kind = models.CharField(max_length=40)  # a key of the registry's case kinds
    fiscal_year = (
        models.PositiveSmallIntegerField()
    )  # of the number: that of the day on which it was registered
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=24)  # 69-0127, with the kind's prefix
    # Those that it had as another kind of case, each between spaces: whoever was told one of them finds it.
    former_numbers = models.CharField(max_length=200, blank=True, default="", db_default="")
    secret = models.CharField(max_length=64)  # digest of the tracking code, which only the citizen has
    state = models.CharField(max_length=40)
    phase = models.CharField(max_length=12)  # of the state, so that lists and figures need no table
    version = models.PositiveIntegerField(default=0)  # raised by every act: two who act at once are told

    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    category = models.CharField(max_length=60, blank=True)  # the module's own list
    topic = models.CharField(max_length=20, blank=True)  # kernel.contracts.Topic
    # The system guessed kind and category from a message, and nobody of the staff has acted on the case since.
    is_guessed = models.BooleanField(default=False, db_default=False)
    details = models.JSONField(default=dict)  # what only this kind has
    is_urgent = models.BooleanField(
        default=False, db_default=False
    )  # comes first among what is due on its day

    channel: Channel | None = reference(Channel, null=True)
    channel_kind = models.CharField(max_length=20)  # web, line, phone …: stays when the channel is gone
    source_key = models.CharField(
        max_length=200, blank=True
    )  # the sender's id of it: Message-ID, webhook, ticket
    is_check = models.BooleanField(default=False)  # the system's own test message; counted nowhere

    is_anonymous = models.BooleanField(default=False)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_phone = models.CharField(max_length=60, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_handle = models.CharField(max_length=200, blank=True)  # LINE or Facebook user id
    place = models.CharField(max_length=300, blank=True)
    village = models.CharField(max_length=20, blank=True)  # หมู่ที่
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    unit: Unit | None = reference(Unit, null=True)
    assignee: Membership | None = reference(Membership, null=True)
    # Whom a case of a kind kept to its units is about: they see nothing of it, and it is not given to them.
    concerned_unit: Unit | None = reference(Unit, null=True)
    concerned_member: Membership | None = reference(Membership, null=True)
    parent: Case | None = reference("self", "children", null=True)
    merged_into: Case | None = reference("self", "merged", null=True)

    received_at = models.DateTimeField()
    received_on = models.DateField()  # the day it reached the office, which may be before it was typed in
    acknowledged_at = models.DateTimeField(null=True)
    clock_started_on = models.DateField()  # the day it was received, or opened again by the citizen's word
    due_on = models.DateField(null=True)  # moved on when the clock has stood still
    inform_by = models.DateField(null=True)  # until then the citizen must have been told how things stand
    informed_at = models.DateTimeField(null=True)
    waiting_since = models.DateField(null=True)
    waited_days = models.PositiveIntegerField(
        default=0
    )  # of the clock's days, since it started: `pauses` counted
    # In which the clock has stood still since it started, each [from, to]: the office's own days, said later, change how
    # many they are. A bare number stands for pauses that were counted before their days were kept.
    pauses = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))  # pyright: ignore[reportCallIssue] (the stubs do not know db_default)
    reminded_on = models.DateField(null=True)  # the citizen, who was asked something
    escalated_on = models.DateField(null=True)  # the clerk was told that it is late
    heard_at = models.DateTimeField(null=True)  # the citizen wrote, and nobody has answered or acted since
    visited_at = models.DateTimeField(null=True)  # the citizen looked at the tracking page
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)  # empty exactly while the phase is an open one
    days_taken = models.PositiveIntegerField(
        null=True
    )  # of the clock's days, without those waited, in all runs
    days_before = models.PositiveIntegerField(
        null=True, default=0, db_default=0
    )  # of them, those of the runs before this one; empty where it was closed before they were kept apart
    was_late = models.BooleanField(
        default=False, db_default=False
    )  # it had been closed after its last day when it was opened again: no later end is in time any more
    follow_up_on = models.DateField(null=True)  # whoever it was passed on to is asked what came of it
    result = models.TextField(blank=True)  # what the citizen is told at the end
    # The citizen wants no more of it, and it goes on for those whose cases were joined with it: they are sent nothing.
    withdrawn_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=20, blank=True)  # true, untrue, partly: of what was claimed

    satisfied = models.BooleanField(null=True)
    satisfaction_note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)  # the closing question
    may_reopen = models.BooleanField(default=True)  # by being unhappy with the result
    reopened = models.PositiveSmallIntegerField(default=0)

    is_public = models.BooleanField(default=False)  # shown in the public list, by its public title alone
    public_title = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    if TYPE_CHECKING:
        organization_id: int
        channel_id: int | None
        unit_id: int | None
        assignee_id: int | None
        concerned_unit_id: int | None
        concerned_member_id: int | None
        parent_id: int | None
        merged_into_id: int | None
        children: RelatedManager[Case]
        merged: RelatedManager[Case]
        events: RelatedManager[CaseEvent]
        messages: RelatedManager[CaseMessage]
        files: RelatedManager[CaseFile]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "fiscal_year", "sequence"],
                condition=models.Q(is_check=False),
                name="case_number_once",
            ),
            models.UniqueConstraint(fields=["organization", "secret"], name="case_secret_once"),
            models.UniqueConstraint(
                fields=["organization", "channel_kind", "source_key"],
                condition=~models.Q(source_key=""),
                name="case_source_once",
            ),
        ]
        # The newest first is by the day: by id alone the database would rather walk through everybody's cases.
        indexes = [
            models.Index(fields=["organization", "-received_on", "-id"], name="case_newest"),
            models.Index(fields=["organization", "kind", "-received_on", "-id"], name="case_newest_of_kind"),
            models.Index(fields=["organization", "phase", "-received_on", "-id"], name="case_phase"),
            models.Index(
                fields=["organization", "due_on", "id"],
                include=["kind", "phase", "assignee"],  # the figures above the inbox are read from here alone
                condition=OPEN,
                name="case_open_due",
            ),
            models.Index(
                fields=["organization", "channel_kind", "kind"],
                condition=models.Q(is_check=False),
                name="case_of_channel",
            ),
            models.Index(
                fields=["organization", "assignee", "-received_on", "-id"],
                condition=models.Q(assignee__isnull=False),
                name="case_of_person",
            ),
            models.Index(fields=["organization", "unit", "-received_on", "-id"], name="case_of_unit"),
            models.Index(
                fields=["organization", "unit", "due_on", "id"],
                condition=OPEN,
                name="case_open_of_unit",
            ),
            # Of whom the office has told nothing yet; and what another agency owes an answer about.
            models.Index(
                fields=["organization", "inform_by", "id"],
                condition=UNTOLD,
                name="case_untold",
            ),
            models.Index(
                fields=["organization", "follow_up_on", "id"],
                condition=models.Q(follow_up_on__isnull=False),
                name="case_follow_up",
            ),
            models.Index(
                fields=["organization", "concerned_unit"],
                condition=models.Q(concerned_unit__isnull=False),
                name="case_about_unit",
            ),
            models.Index(
                fields=["organization", "concerned_member"],
                condition=models.Q(concerned_member__isnull=False),
                name="case_about_member",
            ),
            models.Index(
                fields=["organization", "category", "-received_on", "-id"],
                condition=~models.Q(category=""),
                name="case_of_category",
            ),
            models.Index(
                fields=["organization", "village", "-received_on", "-id"],
                condition=~models.Q(village=""),
                name="case_of_village",
            ),
            models.Index(
                fields=["organization", "-received_on", "-id"],
                condition=models.Q(is_urgent=True),
                name="case_urgent",
            ),
            models.Index(fields=["organization", "number"], name="case_number"),
            models.Index(
                fields=["organization"], condition=~models.Q(former_numbers=""), name="case_former_number"
            ),
            models.Index(
                fields=["organization", "-closed_on", "-id"],
                condition=models.Q(is_public=True),
                name="case_public",
            ),
            models.Index(
                fields=["organization", "closed_on"],
                condition=models.Q(closed_on__isnull=False, erased_at__isnull=True),
                name="case_to_erase",
            ),
            models.Index(
                fields=["organization", "parent"],
                condition=models.Q(parent__isnull=False),
                name="case_children",
            ),
            models.Index(
                fields=["organization", "merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="case_merged",
            ),
            models.Index(
                fields=["organization", "contact_handle"],
                condition=~models.Q(contact_handle=""),
                name="case_of_handle",
            ),
            models.Index(
                fields=["organization", "contact_email"],
                condition=~models.Q(contact_email=""),
                name="case_of_email",
            ),
            models.Index(
                fields=["organization", "heard_at"],
                condition=models.Q(heard_at__isnull=False),
                name="case_heard",
            ),
            models.Index(
                fields=["organization", "received_at"], condition=models.Q(is_check=True), name="case_checks"
            ),
            # Everything that figures are made of, so that a year is counted without touching the rows.
            models.Index(
                fields=["organization", "received_on"],
                include=[
                    "kind", "topic", "category", "channel_kind", "phase", "state", "unit", "due_on", "closed_on",
                    "days_taken", "found", "satisfied", "reopened", "was_late",
                ],
                condition=models.Q(is_check=False),
                name="case_figures",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> Ref:
        """How ledger facts name the case: as an object of the module that its kind belongs to."""
        return Ref(registry().case_kinds[self.kind].module, "case", self.pk)

    @property
    def is_open(self) -> bool:
        return Phase(self.phase).is_open

    @property
    def is_late(self) -> bool:
        """Of a closed case: whether it was closed after its last day, now or before it was opened again."""
        return self.closed_on is not None and (self.was_late or self.is_over(self.closed_on))

    def is_untold(self, on: date) -> bool:
        """Whether the day until which the citizen must have been told something is over, and nothing was said."""
        runs = self.closed_on is None and self.phase != Phase.WAITING
        return runs and self.informed_at is None and self.inform_by is not None and self.inform_by < on

    def is_over(self, day: date) -> bool:
        """Whether the last day lies before `day`."""
        return self.due_on is not None and day > self.due_on


class CaseEvent(CaseworkTable):
    """What happened to a case, one row each; nobody changes or removes one. No personal data but the staff's names.

    `event` is received, act (a row of the table, named by `act`), acknowledged, assigned, message_in, message_out, note,
    attached, sorted (what was guessed is right), recategorised, renumbered (another kind of case), corrected, concerned (whom it is about), followed_up (the agency it was passed on to was heard), merged, took_in, unmerged and gave_back (taken out again), left (its citizen wants no more of it, and it goes on for others), split, split_from, gave_rise and written_in (a case made of a message), answered, published, unpublished, reminded,
    escalated, code_renewed (its tracking code) or erased.
    """

    case: Case = reference(Case, "events")
    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    act = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40, blank=True)  # state before
    target = models.CharField(max_length=40, blank=True)  # state after
    actor = models.CharField(max_length=200)
    member: Membership | None = reference(Membership, null=True)
    unit: Unit | None = reference(Unit, null=True)  # to which it was given
    assignee: Membership | None = reference(Membership, null=True)  # to whom it was given
    about = models.CharField(max_length=300, blank=True)  # merged with what, which fields, how satisfied
    is_public = models.BooleanField(default=False)  # shown on the tracking page

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organization", "case", "id"], name="case_event_order")]


class CaseMessage(CaseworkTable):
    """What was said: by the citizen, to the citizen, or among the staff (a note). Its text can be erased."""

    class Direction(models.TextChoices):
        IN = "in", "จากผู้แจ้ง"
        OUT = "out", "ถึงผู้แจ้ง"
        NOTE = "note", "บันทึกภายใน"

    case: Case = reference(Case, "messages")
    direction = models.CharField(max_length=4, choices=Direction)
    at = models.DateTimeField()
    author = models.CharField(max_length=200, blank=True)
    member: Membership | None = reference(Membership, null=True)
    text = models.TextField()
    channel_kind = models.CharField(max_length=20, blank=True)
    source_key = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(
        max_length=12, blank=True
    )  # waiting, sent, failed, page (read on the tracking page)
    delivered_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        case_id: int
        files: RelatedManager[CaseFile]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel_kind", "source_key"],
                condition=~models.Q(source_key=""),
                name="case_message_once",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "case", "id"], name="case_message_order"),
            models.Index(
                fields=["organization", "id"],
                condition=models.Q(delivery="failed"),
                name="case_message_failed",
            ),
        ]


class CaseFile(CaseworkTable):
    """A file that belongs to a case, from the citizen or from the office."""

    case: Case = reference(Case, "files")
    message: CaseMessage | None = reference(CaseMessage, "files", null=True)
    file: StoredFile = reference(StoredFile)
    name = models.CharField(max_length=200)
    from_citizen = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "case", "file"], name="case_file_once")
        ]
        indexes = [
            models.Index(fields=["organization", "message"], name="case_file_of_message"),
            models.Index(fields=["organization", "file"], name="case_file_content"),
        ]


class StandardAnswer(CaseworkTable):
    """A text that staff choose and adapt instead of writing it anew."""

    kind = models.CharField(max_length=40, blank=True)  # empty: for every kind
    category = models.CharField(max_length=60, blank=True)
    phase = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    reopens_when_unhappy = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title
