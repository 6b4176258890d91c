"""What a password must not be."""

from __future__ import annotations

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.utils.translation import gettext as _


class NotLikeOneselfValidator(UserAttributeSimilarityValidator):
    """Django's, with a sentence that needs no names of columns."""

    def get_error_message(self) -> str:
        return _("This password is too much like your name or your e-mail address")
