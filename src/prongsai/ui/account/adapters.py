"""What allauth asks the product: who may try, how secrets lie, what mail is sent, who may come from elsewhere."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from smtplib import SMTPException
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts import failures
from prongsai.foundation.accounts.devices import device_of, remember_device
from prongsai.foundation.accounts.models import User
from prongsai.foundation.accounts.secrets import decrypt, encrypt
from prongsai.ui.account.openid import OpenID

logger = logging.getLogger(__name__)
# Mail goes out beside the answer: how long that takes would tell whether an address has an account.
mailers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="account-mail")
SILENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
WRONG = _("The name or the password is not right. Check the language of the keyboard and try again")


def begin_attempt(
    request: HttpRequest, user: User | None, typed: str = "", *, at: str = ""
) -> failures.Attempt:
    """Begin a counted try at an account. Raises ValidationError when it has to wait."""
    address = get_client_ip(request)
    if not address:
        raise PermissionDenied
    account = f"{at}{user.pk}" if user else f"{at}?{typed}"
    try:
        return failures.attempt(account=account, address=address, device=device_of(request, user))
    except failures.TooManyFailures as error:
        raise ValidationError(str(error), code="too_many_login_attempts") from None


def find_user(*, username: str = "", email: str = "") -> User | None:
    """Whose account the typed name or address is."""
    user = User.objects.filter(username__iexact=username).first() if username else None
    if user is None and (email or username):
        user = next(iter(filter_users_by_email(email or username)), None)
    return user


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "enter_current_password": _("The present password is not right"),
        "incorrect_password": _("The password is not right"),
        "incorrect_code": _("The code is not right. Codes change every 30 seconds"),
        "account_inactive": _("This account is closed"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account-organizations")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account-profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        """What the list of sessions keeps: the network, not the address."""
        address = get_client_ip(request) or "0.0.0.0"  # noqa: S104 (an address that says nothing)
        bits = 48 if ":" in address else 24
        return str(ip_network((address, bits), strict=False).network_address)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        username, email = credentials.get("username") or "", credentials.get("email") or ""
        user = find_user(username=username, email=email)
        self._attempt = begin_attempt(request, user, username or email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user:
            self._attempt.succeeded()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._attempt.failed()

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return True  # for every change of how one signs in

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, message_context, extra_tags, message)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email or None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        values = {"request": self.request, "email": email, "base_url": settings.BASE_URL, **context}
        message = self.render_mail(template_prefix, email, values)
        transaction.on_commit(lambda: mailers.submit(_send, message))


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("an account's mail could not be sent")


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        return segno.make(url, error="m").svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Device %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        return gettext("Prongsai")

    def _get_user_identifier(self, user: Any) -> str:
        return user.username


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Who comes from LINE or ThaID has an account here already, or does not come in."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id=client_id)
        return OpenID(request, app=found.app) if isinstance(found, OpenIDConnectProvider) else found

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        return sociallogin.user  # nothing of theirs becomes ours

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        sociallogin.account.extra_data = {}  # citizen numbers and pictures are none of our business
        sociallogin.email_addresses = []
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        for email in verified:
            user = User.objects.filter(email__iexact=email, is_active=True).first()
            if user is not None:
                sociallogin.connect(request, user)
                return
        raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
