"""allauth's forms in the look of the workspace, with our words; codes of second factors are counted like passwords."""

from __future__ import annotations

import hmac
import time
from typing import Any, cast

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import User
from prongsai.foundation.accounts.secrets import decrypt
from prongsai.ui.account.adapters import AccountAdapter, begin_attempt
from prongsai.ui.forms import Form

PASSWORD_HINT = _("At least 12 characters. A few words that only you would put together are good")


def asked() -> HttpRequest:
    """The request that allauth is answering: its forms are not told."""
    assert context.request is not None
    return context.request


class AccountForm(Form):
    """A form of the kit made from one of allauth's: names the labels and takes the placeholders away."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    refused = _("Not done yet")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class LoginForm(AccountForm, account.LoginForm):
    labels = {"login": _("User name or e-mail"), "password": _("Password")}
    refused = _("Not signed in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class NewPassword(AccountForm):
    labels = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    hints = {"password1": PASSWORD_HINT}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if {"password1", "password2"} <= set(self.data) and self.data["password1"] != self.data["password2"]:
            self.errors["password2"] = self.error_class([_("Not the same as the new password above")])
        return cleaned


class ChangePasswordForm(NewPassword, account.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        attempt = begin_attempt(asked(), cast(User, self.user))
        try:
            old = super().clean_oldpassword()
        except ValidationError:
            attempt.failed()
            raise
        attempt.succeeded()
        return old


class ResetPasswordKeyForm(NewPassword, account.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(AccountForm, account.ResetPasswordForm):
    labels = {"email": _("E-mail of the account")}

    def clean_email(self) -> str:
        # Each asking counts: the mail of others is not a toy.
        begin_attempt(asked(), None, self.cleaned_data["email"], at="reset:").failed()
        return super().clean_email()


class ReauthenticateForm(AccountForm, account.ReauthenticateForm):
    labels = {"password": _("Password")}


class CodeForm(AccountForm):
    """Six digits from the telephone, or a recovery code."""

    labels = {"code": _("Code")}
    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
        self.fields["code"].widget.attrs["class"] = "in-m"

    def clean_code(self) -> str:
        attempt = begin_attempt(asked(), self.user, at="code:")
        try:
            code = super().clean_code()  # type: ignore[misc]
            refuse_used_code(getattr(self, "authenticator", None), code)
        except ValidationError:
            attempt.failed()
            raise
        attempt.succeeded()
        return code


def refuse_used_code(authenticator: Authenticator | None, code: str) -> None:
    """Raise ValidationError for a code of the telephone that has been used, or one older than the last used.

    allauth remembers used codes in the cache of one web process; this holds for all of them (RFC 6238, 5.2).
    """
    if authenticator is None or authenticator.type != Authenticator.Type.TOTP:
        return
    with transaction.atomic():
        current = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        step = _step_of(decrypt(current.data["secret"]), code)
        if step <= current.data.get("last_step", 0):
            raise ValidationError(AccountAdapter.error_messages["incorrect_code"])
        current.data["last_step"] = authenticator.data["last_step"] = step
        current.save(update_fields=["data"])


def _step_of(secret: str, code: str) -> int:
    now, typed = int(time.time()) // mfa_settings.TOTP_PERIOD, "".join(code.split())
    around = range(now - mfa_settings.TOTP_TOLERANCE, now + mfa_settings.TOTP_TOLERANCE + 1)
    matching = (s for s in around if hmac.compare_digest(format_hotp_value(hotp_value(secret, s)), typed))
    return next(matching, 0)


class AuthenticateForm(CodeForm, mfa.AuthenticateForm):
    hints = {"code": _("Six digits from the app on your telephone, or one of your recovery codes")}


class MfaReauthenticateForm(CodeForm, mfa.ReauthenticateForm):
    hints = AuthenticateForm.hints


class ActivateTotpForm(CodeForm, totp.ActivateTOTPForm):
    labels = {"code": _("Six digits that the app shows now")}


class DeactivateTotpForm(AccountForm, totp.DeactivateTOTPForm):
    pass


class AlwaysTicked(forms.CheckboxInput):
    """A box that allauth's script looks at, and that nobody has to think about."""

    def __init__(self) -> None:
        super().__init__(attrs={"hidden": True, "checked": True})

    @property
    def is_hidden(self) -> bool:
        return True


class AddPasskeyForm(AccountForm, webauthn.AddWebAuthnForm):
    """A passkey is for signing in without a password: it asks for the finger, the face or the PIN of the device."""

    labels = {"name": _("What you call this device")}
    hints = {"name": _("For example: the telephone, the computer of the office")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = AlwaysTicked()
        self.fields["name"].required = False


class EditPasskeyForm(AccountForm, webauthn.EditWebAuthnForm):
    labels = {"name": _("What you call this device")}


class EmailForm(AccountForm):
    """One's own address; the password shows that it is oneself."""

    labels = {"email": _("E-mail"), "password": _("Password")}
    hints = {"email": _("For a forgotten password and for reminders")}
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class AcceptForm(AccountForm):
    """What somebody new chooses when following an invitation."""

    labels = {"username": _("User name"), "password": _("Password")}
    hints = {
        "username": _("Small letters a to z and digits, to sign in with"),
        "password": PASSWORD_HINT,
    }
    username = forms.CharField(
        max_length=100, widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
    )
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
