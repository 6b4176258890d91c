"""What complaints keep beside the cases themselves: who gets which, what citizens have not sent yet, who else it troubles."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.secrets import seal, unseal
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel


class RoutingRule(TenantModel):
    """To whom a new case goes. Rules are asked in order, and the first that fits decides; an empty condition always fits."""

    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40, blank=True)  # a case kind
    category = models.CharField(max_length=60, blank=True)
    places = models.JSONField(default=list)  # numbers of villages, or words of the place: any one of them
    words = models.JSONField(default=list)  # words of the text: any one of them
    unit = TenantForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    assignee = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    is_urgent = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]


class CitizenDraft(TenantModel):
    """What somebody without an account has answered so far. Their browser holds the key; here stands its digest.

    When it is sent the answers and files go, and what is left leads whoever sends it twice to the same receipt. All of
    it is forgotten after a week.
    """

    digest = models.CharField(max_length=64)  # of the key in the cookie
    source = models.CharField(max_length=40)  # names the draft to the case: one draft opens one case
    category = models.CharField(max_length=60)
    answers = models.JSONField(default=dict)  # by question
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    case = TenantForeignKey(Case, models.PROTECT, null=True, related_name="+")
    receipt = models.TextField(blank=True)  # the tracking code, encrypted: it is told once more on a reload

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "digest"], name="citizen_draft_once")]
        indexes = [models.Index(fields=["organization", "updated_at"], name="citizen_draft_age")]


class DraftFile(TenantModel):
    """A picture or paper of a draft. It stands here and not among the kept files: a draft that is not sent leaves nothing."""

    draft = TenantForeignKey(CitizenDraft, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "draft", "sha256"], name="draft_file_once")
        ]


class MeToo(TenantModel):
    """Somebody else is troubled by a case that the public can see. Who it is, nobody knows: a digest keeps them to one."""

    case = TenantForeignKey(Case, models.PROTECT, related_name="me_too")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "case", "digest"], name="me_too_once")]


class TraffyLink(TenantModel):
    """The office's account at the exchange of Traffy Fondue. Without a row, or while it is off, nothing is asked or told."""

    channel: Channel = TenantForeignKey(Channel, models.PROTECT, related_name="+")  # type: ignore[assignment]
    is_on = models.BooleanField(default=False)
    user = models.CharField(max_length=120)
    org_id = models.CharField(
        max_length=20, blank=True
    )  # the office's number there; empty: the account's own
    tells = models.BooleanField(default=True)  # states and answers go back
    secrets = models.TextField(blank=True)  # password, token and until when, key of the webhook: encrypted
    hook = models.CharField(max_length=64)  # digest of the key in the webhook's address
    balance = models.IntegerField(null=True)  # calls left in the month; empty: unlimited, or not known yet
    quota = models.IntegerField(null=True)  # calls in a month
    month = models.DateField(null=True)  # of the balance
    polled_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when it is asked again
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="traffy_link_once")]

    def read_secrets(self) -> dict[str, str]:
        """What only the exchange sees. Raises Unreadable when the installation's key has changed."""
        return unseal(self.secrets, bound_to=self._place)

    def keep_secrets(self, values: Mapping[str, str]) -> None:
        """Encrypt them for this office; the caller saves."""
        self.secrets = seal(values, bound_to=self._place) if values else ""

    @property
    def _place(self) -> str:
        return f"traffy:{self.channel_id}"  # type: ignore[attr-defined]


class TraffyTicket(TenantModel):
    """A ticket of Traffy Fondue and its case: what was seen there, and what was told."""

    case: Case = TenantForeignKey(Case, models.PROTECT, related_name="+")  # type: ignore[assignment]
    ticket_id = models.CharField(max_length=40)
    seen = models.CharField(max_length=80, blank=True)  # its status there, as it was last seen or set
    told = models.CharField(max_length=40)  # the case's state that they know
    message_told = models.BigIntegerField(default=0)  # the last message to the citizen that they know
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ticket_id"], name="traffy_ticket_once")
        ]


class PersonConcerned(TenantModel):
    """Somebody whose interests a disclosure may touch (พ.ร.บ.ข้อมูลข่าวสารของราชการ พ.ศ. 2540 มาตรา 17): informed on a day, they may
    object until another; the office decides, they may appeal. Goes with the case's personal data.
    """

    class How(models.TextChoices):
        LETTER = "letter", "หนังสือ"
        HAND = "hand", "แจ้งด้วยตนเอง ลงชื่อรับทราบ"
        EMAIL = "email", "อีเมล"

    class Ruling(models.TextChoices):
        DISCLOSE = "disclose", "ให้เปิดเผย"
        WITHHOLD = "withhold", "ไม่ให้เปิดเผย"

    case: Case = TenantForeignKey(Case, models.PROTECT, related_name="persons_concerned")  # type: ignore[assignment]
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=500, blank=True)
    about = models.TextField()  # which information touches them, as their letter says it
    how = models.CharField(max_length=10, choices=How)
    number = models.CharField(max_length=60, blank=True)  # of the letter
    post = models.CharField(max_length=10, default="head")  # who signs it: head or clerk
    informed_on = models.DateField()
    object_by = models.DateField()
    agreed_on = models.DateField(null=True)
    objected_on = models.DateField(null=True)
    objection = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    accepted = models.BooleanField(null=True)  # whether the office follows the objection
    reason = models.TextField(blank=True)
    told_on = models.DateField(null=True)  # of the decision: the time to appeal runs from then
    appeal_by = models.DateField(null=True)
    appealed_on = models.DateField(null=True)
    ruled_on = models.DateField(null=True)
    ruling = models.CharField(max_length=10, choices=Ruling, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organization", "case"], name="person_concerned_case")]
