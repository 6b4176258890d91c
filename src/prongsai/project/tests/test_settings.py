"""What the product's settings promise, whatever the tests override."""

from __future__ import annotations

from prongsai.project import settings


def test_passwords_are_kept_as_argon2() -> None:
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
