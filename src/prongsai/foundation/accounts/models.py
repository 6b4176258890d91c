"""People who work in the system, and in which organizations."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from prongsai.foundation.tenancy.fields import TenantModel
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

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.full_name


class Membership(TenantModel):
    """What a user may do in one organization. Permissions are names; roles are bundles of them."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    position = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    permissions = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
        ]

    def actor(self) -> Actor:
        """The member as services know them."""
        return Actor(
            name=self.user.full_name,
            permissions=frozenset(self.permissions)
            if self.is_active and self.user.is_active
            else frozenset(),
            user_id=self.user_id,  # type: ignore[attr-defined]
            position=self.position,
            unit=self.unit,
        )
