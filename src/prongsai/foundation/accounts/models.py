"""People who work in the system, in which organizations, and in whose stead."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject, Lower

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
    # Of a built-in role: what releases have given it so far. What the office took away of it stays away.
    offered = models.JSONField(default=list)

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
        acting = Acting.objects.in_force(on or clock.today())
        of_member = models.Q(holders__membership=models.OuterRef("pk"))
        of_post = models.Q(
            key__in=acting.filter(member=models.OuterRef(models.OuterRef("pk"))).values("post")
        )
        roles = Role.objects.filter(of_member | of_post).order_by()
        posts = acting.filter(member=models.OuterRef("pk")).order_by("post")
        return self.select_related("user", "unit").annotate(
            role_permissions=ArraySubquery(roles.values("permissions")),
            acting_posts=ArraySubquery(posts.values(each=JSONObject(mode="mode", post="post"))),
        )

    def with_roles(self, on: date | None = None) -> MembershipQuerySet:
        """With user, unit and what the roles permit; `may_act` says whether an order to act for a post runs at all.

        Much quicker to put together than `with_permissions`, which has to follow for the few who may act.
        """
        roles = Role.objects.filter(holders__membership=models.OuterRef("pk")).order_by()
        orders = Acting.objects.in_period(on or clock.today()).filter(member=models.OuterRef("pk"))
        return self.select_related("user", "unit").annotate(
            role_permissions=ArraySubquery(roles.values("permissions")), may_act=models.Exists(orders)
        )

    def present(self, on: date) -> MembershipQuerySet:
        """Active members who are not noted to be away on the day."""
        away = Absence.objects.filter(member=models.OuterRef("pk"), starts_on__lte=on, ends_on__gte=on)
        return self.working().filter(~models.Exists(away))

    def working(self) -> MembershipQuerySet:
        """Members whose membership and login have not ended."""
        return self.filter(is_active=True, user__is_active=True)


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
        known = (
            self if hasattr(self, "acting_posts") else Membership.objects.with_permissions().get(pk=self.pk)
        )
        bundles: list[list[str]] = known.role_permissions  # type: ignore[attr-defined]
        acting: list[dict[str, str]] = known.acting_posts  # type: ignore[attr-defined]
        ended = not bundles or not (self.is_active and self.user.is_active)
        in_stead = (f"{ActingMode(each['mode']).label}{Post(each['post']).label}" for each in acting)
        return Actor(
            name=self.user.full_name,
            permissions=frozenset() if ended else EVERYBODY.union(*bundles),
            user_id=self.user_id,  # type: ignore[attr-defined]
            position=" ".join([self.position, *in_stead]),
            unit=self.unit.name if self.unit else "",
        )


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

    def in_force(self, on: date) -> ActingQuerySet:
        """At most one order for each post: whoever acts on the day, where that is not the holder.

        The holder who is there acts, unless an order delegates (ปฏิบัติราชการแทน). Where the post is vacant or the holder
        away, the first in rank who is there does (รักษาราชการแทน); of the same rank, the later order. A delegation
        outlasts an absence of the holder for which nobody is appointed, and does not outlast the holder.
        """
        people = Membership.objects.filter(post=models.OuterRef("post"))
        standing = models.Q(mode=ActingMode.ACTING) & ~models.Exists(people.present(on))
        delegated = models.Q(mode=ActingMode.DELEGATED) & models.Exists(people.working())
        there = Membership.objects.filter(pk=models.OuterRef("member")).present(on)
        orders = self.in_period(on).filter(models.Exists(there), standing | delegated)
        # of the modes, "acting" comes before "delegated"
        first = orders.order_by("post", "mode", "rank", "-starts_on", "-id").distinct("post")
        return Acting.objects.filter(pk__in=first.values("pk"))  # pyright: ignore[reportReturnType] (a manager made from this class)


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
    """Failed attempts counted under one key (failures.py). Outside row-level security: nobody is signed in.

    The key is a keyed digest: neither what was typed nor an address can be read from the table.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="login_failure_old")]
