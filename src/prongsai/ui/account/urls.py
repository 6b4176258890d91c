"""Addresses below /account/: our own pages, and those of allauth that we use, each with who may open it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allauth import urls as allauth_urls
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path

from prongsai.ui.access import PUBLIC, SIGNED_IN
from prongsai.ui.account import openid, views

# Whoever is not signed in may open these, because one signs in with them.
ANONYMOUS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",  # says that accounts are made by the office
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",  # answers like account_signup
}
OWN = {
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "socialaccount_connections",
    "usersessions_list",
}


def patterns_of_allauth(
    patterns: Sequence[Any] = allauth_urls.urlpatterns,
) -> Iterator[URLPattern | URLResolver]:
    """The patterns of the pages that we use, marked with who may open them. What is new in allauth stays out."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = list(patterns_of_allauth(pattern.url_patterns))
            if inside:
                yield URLResolver(pattern.pattern, inside, pattern.default_kwargs)  # type: ignore[arg-type]
        elif pattern.name in ANONYMOUS | OWN:
            if pattern.name == "openid_connect_callback":
                pattern = URLPattern(pattern.pattern, login_not_required(openid.callback), name=pattern.name)
            pattern.callback.permission = PUBLIC if pattern.name in ANONYMOUS else SIGNED_IN  # type: ignore[attr-defined]
            yield pattern


urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.organizations, name="account-organizations"),
    path("profile/", views.profile, name="account-profile"),
    path("profile/email/", views.change_email, name="account-email"),
    path("kept/", views.kept_form, name="account-kept"),
    path("invitations/<slug:organization>/<str:token>/", views.invitation, name="account-invitation"),
    *patterns_of_allauth(),
]
