"""The pages of one's account, as their visitors see them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from prongsai.foundation.tenancy.scope import scope
from tests.cast import banthrai, member, signed_in_client

pytestmark = pytest.mark.django_db

OPEN = (
    "account_login",
    "account_inactive",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
)
OWN = (
    "account-profile",
    "account-email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
)


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_for_signing_in_are_open(client: Client, name: str, language: str) -> None:
    answer = client.get(reverse(name), {"lang": language})
    assert answer.status_code in {200, 401}
    assert "<h1>" in answer.text


@pytest.mark.parametrize("name", OWN)
def test_own_pages_open_for_who_is_signed_in(name: str) -> None:
    with scope(banthrai().pk):
        somsri = member()
    assert signed_in_client(somsri).get(reverse(name)).status_code == 200
