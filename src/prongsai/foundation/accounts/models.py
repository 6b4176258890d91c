"""People who work in the system, in which organizations, and in whose stead."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Lower

from prongsai.foundation.accounts.permissions import EVERYBODY
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A login. Outside row-level security: one person may work for several organizations."""

    username = models.CharField(max_length=100, unique=True)
    full_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)  # the present one was chosen by somebody else

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_once"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Post(models.TextChoices):
    """The two posts that sign for an office."""

    CLERK = "clerk", "ปลัด"
    HEAD = "head", "นายก"


class Role(TenantModel):
    """A bundle of permissions with a name that the office knows. Data: an office makes and edits its own."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    permissions = models.JSONField(default=list)
    is_builtin = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="role_key_once"),
            models.UniqueConstraint(fields=["organization", "name"], name="role_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_permissions(self, on: date | None = None) -> MembershipQuerySet:
        """With user, unit, what the roles permit, and whether an acting appointment runs: in one query."""
        on = on or clock.today()
        roles = Role.objects.filter(holders__membership=models.OuterRef("pk"))
        acting = Acting.objects.in_period(on).filter(member=models.OuterRef("pk"))
        return self.select_related("user", "unit").annotate(
            role_permissions=ArraySubquery(roles.values("permissions")), may_act=models.Exists(acting)
        )


class Membership(TenantModel):
    """A user's place in one organization. What they may do comes from the roles they hold."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    position = models.CharField(max_length=200)
    unit: Unit | None = TenantForeignKey(Unit, models.PROTECT, null=True, blank=True)  # type: ignore[assignment]
    post = models.CharField(max_length=10, choices=Post, blank=True)
    is_active = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["organization", "post"],
                condition=models.Q(is_active=True) & ~models.Q(post=""),
                name="post_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.full_name} {self.position}"

    def actor(self) -> Actor:
        """The member as services know them today; without permissions once the membership or login has ended."""
        actings = self._actings()
        return Actor(
            name=self.user.full_name,
            permissions=self._permissions([order.post for order in actings]),
            user_id=self.user_id,  # type: ignore[attr-defined]
            position=" ".join(
                [self.position, *(f"{o.get_mode_display()}{o.get_post_display()}" for o in actings)]
            ),
            unit=self.unit.name if self.unit else "",
        )

    def _actings(self) -> list[Acting]:
        if not hasattr(self, "may_act"):
            known = Membership.objects.with_permissions().get(pk=self.pk)
            self.may_act, self.role_permissions = known.may_act, known.role_permissions  # type: ignore[attr-defined]
        if not self.may_act:
            return []
        from prongsai.foundation.accounts.selectors import actings_of

        return actings_of(self)

    def _permissions(self, posts: list[str]) -> frozenset[str]:
        if not (self.is_active and self.user.is_active):
            return frozenset()
        bundles: list[Any] = list(self.role_permissions)
        if posts:
            bundles += Role.objects.filter(key__in=posts).values_list("permissions", flat=True)
        return EVERYBODY.union(*bundles) if bundles else frozenset()


class MembershipRole(TenantModel):
    """That a member holds a role."""

    membership: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="held")  # type: ignore[assignment]
    role: Role = TenantForeignKey(Role, models.PROTECT, related_name="holders")  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "membership", "role"], name="role_held_once"),
        ]


class ActingMode(models.TextChoices):
    """รักษาราชการแทน: the post is vacant or its holder away. ปฏิบัติราชการแทน: the holder has delegated by order."""

    ACTING = "acting", "รักษาราชการแทน"
    DELEGATED = "delegated", "ปฏิบัติราชการแทน"


class ActingQuerySet(models.QuerySet["Acting"]):
    def in_period(self, on: date) -> ActingQuerySet:
        """Appointments whose period has the day in it."""
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=on), starts_on__lte=on)


class Acting(TenantModel):
    """An order that lets a member act for a post: in which order of people, and in which period."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="actings")  # type: ignore[assignment]
    post = models.CharField(max_length=10, choices=Post)
    mode = models.CharField(max_length=10, choices=ActingMode)
    rank = models.PositiveSmallIntegerField(default=1)  # ลำดับที่: the first who is there acts
    order_number = models.CharField(max_length=100)  # เลขที่คำสั่ง
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # both days included; None until it is ended
    file = models.JSONField(null=True, blank=True)  # reference to the scanned order, as in a fact's payload

    objects = ActingQuerySet.as_manager()

    class Meta:
        ordering = ["post", "rank", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="acting_ends_after_it_starts",
            ),
        ]


class Absence(TenantModel):
    """Days on which a member is not there to sign (ลา ไปราชการ), both included."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="absences")  # type: ignore[assignment]
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_it_starts"
            ),
        ]


class Invitation(TenantModel):
    """A link by which one person may become a member, once. The link itself is not kept, its digest is."""

    digest = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    full_name = models.CharField(max_length=200)
    position = models.CharField(max_length=200)
    unit: Unit | None = TenantForeignKey(Unit, models.PROTECT, null=True, blank=True)  # type: ignore[assignment]
    post = models.CharField(max_length=10, choices=Post, blank=True)
    roles = models.JSONField(default=list)  # keys
    invited_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["digest"], name="invitation_digest_once")]


class LoginFailure(models.Model):
    """Failed attempts counted under one key (login/failures.py). Outside row-level security: nobody is signed in.

    The key is a keyed digest: neither what was typed nor an address can be read from the table.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="login_failure_old")]
