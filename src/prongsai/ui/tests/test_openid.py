"""Signing in with LINE or ThaID: a provider that speaks the protocol, and who it opens the door for."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlparse

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from prongsai.foundation.accounts.models import Membership, User
from prongsai.foundation.tenancy.scope import scope
from tests.cast import PASSWORD, banthrai, member, signed_in_client
from tests.openid_provider import CLIENT, SECRET, Provider, at_hash
from tests.settings import login_providers

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/line/login/"


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    made = Provider()
    monkeypatch.setenv("PRONGSAI_LOGIN_LINE_ID", CLIENT)
    monkeypatch.setenv("PRONGSAI_LOGIN_LINE_SECRET", SECRET)
    monkeypatch.setenv("PRONGSAI_LOGIN_LINE_URL", made.url)
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": login_providers()}
    }
    yield made
    made.close()


@pytest.fixture
def somsri(db: None) -> Membership:
    with scope(banthrai().pk):
        made = member()
    made.user.email = "somsri@example.go.th"
    made.user.save()
    return made


def go(client: Client, process: str = "login") -> Any:
    """To the provider and back, as a browser does."""
    sent = client.post(f"{LOGIN}?process={process}")
    assert sent.status_code == 302
    back = requests.get(sent["Location"], allow_redirects=False, timeout=10).headers["Location"]
    there = urlparse(back)
    return client.get(f"{there.path}?{there.query}")


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account-profile")).status_code == 200


def test_the_provider_is_offered_and_asked_what_it_is_to_be_asked(client: Client, provider: Provider) -> None:
    page = client.get(reverse("account_login")).text
    assert "เข้าสู่ระบบด้วย LINE" in page
    assert "ไปต่อ" in client.get(LOGIN).text, "following a link is not yet going there"
    go(client)
    (asked,) = provider.asked
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == "http://testserver/account/oidc/line/login/callback/"


def test_a_stranger_of_the_provider_gets_no_account(client: Client, provider: Provider) -> None:
    answer = go(client)
    assert answer.status_code == 403
    assert "ยังไม่มีบัญชีในระบบนี้" in answer.text
    assert not User.objects.exists()
    assert not is_signed_in(client)


def test_who_has_connected_it_comes_in_and_nothing_more_is_kept(
    provider: Provider, somsri: Membership
) -> None:
    provider.person |= {"name": "สมศรี", "picture": "https://…", "pid": "1100000000000"}
    client = signed_in_client(somsri)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = go(client, "connect")
    assert answer["Location"] == reverse("socialaccount_connections")
    assert "LINE" in client.get(answer["Location"]).text
    other = Client()
    assert go(other)["Location"] == "/account/"
    assert is_signed_in(other)
    (kept,) = SocialAccount.objects.all()
    assert (kept.uid, kept.extra_data) == ("line-001", {})
    assert not SocialToken.objects.exists()
    user = User.objects.get()
    assert (user.full_name, user.email) == ("somsri ตัวอย่าง", "somsri@example.go.th")


def test_connecting_asks_who_it_is(provider: Provider, somsri: Membership) -> None:
    answer = go(signed_in_client(somsri), "connect")
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not SocialAccount.objects.exists()


def test_a_verified_address_that_the_office_knows_comes_in(
    client: Client, provider: Provider, somsri: Membership
) -> None:
    provider.person |= {"email": "Somsri@example.go.th", "email_verified": True}
    go(client)
    assert is_signed_in(client)
    assert User.objects.count() == 1


def test_an_address_that_the_provider_did_not_verify_does_not(
    client: Client, provider: Provider, somsri: Membership
) -> None:
    provider.person |= {"email": "somsri@example.go.th", "email_verified": False}
    assert go(client).status_code == 403
    assert not is_signed_in(client)


def test_a_closed_login_does_not_come_in_that_way(
    client: Client, provider: Provider, somsri: Membership
) -> None:
    provider.person |= {"email": "somsri@example.go.th", "email_verified": True}
    somsri.user.is_active = False
    somsri.user.save()
    go(client)
    assert not is_signed_in(client)


def test_what_is_connected_to_somebody_else_stays_theirs(provider: Provider, somsri: Membership) -> None:
    mana = User.objects.create_user("mana", PASSWORD, full_name="มานะ")
    SocialAccount.objects.create(user=mana, provider="line", uid="line-001")
    client = signed_in_client(somsri)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(go(client, "connect")["Location"]).text
    assert "เชื่อมกับบัญชีของคนอื่นอยู่" in page
    assert SocialAccount.objects.get().user == mana


def test_it_is_disconnected_again(provider: Provider, somsri: Membership) -> None:
    kept = SocialAccount.objects.create(user=somsri.user, provider="line", uid="line-001")
    client = signed_in_client(somsri)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("socialaccount_connections"), {"account": kept.pk})
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("trouble", ["refuses", "broken"])
def test_no_or_trouble_at_the_provider_is_said_in_words(
    client: Client, provider: Provider, somsri: Membership, trouble: str
) -> None:
    setattr(provider, trouble, True)
    answer = go(client)
    while answer.status_code == 302:
        answer = client.get(answer["Location"])
    assert "ไม่มีอะไรเปลี่ยนแปลง" in answer.text
    assert not is_signed_in(client)


WRONG: dict[str, dict[str, Any]] = {
    "another key": {"signs_with": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
    "another key of a name that is not published": {"kid": "2"},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "made for another client": {"claims": {"aud": [CLIENT, "b"], "azp": "b"}},
    "another issuer": {"claims": {"iss": "https://elsewhere.example"}},
    "expired": {"claims": {"exp": int(time.time()) - 120}},
    "without an end": {"claims": {"exp": None}},
    "of another sign-in": {"claims": {"nonce": "0" * 64}},
    "of no sign-in": {"claims": {"nonce": None}},
    "of another access token": {"claims": {"at_hash": at_hash("another")}},
    "about somebody else than userinfo": {"told": {"sub": "line-002"}},
    "about nobody": {"claims": {"sub": None}},
    "not signed": {"algorithm": "none", "signs_with": ""},
    "signed by a secret that is not ours": {
        "algorithm": "HS256",
        "signs_with": "guessed, and as long as a secret is",
        "kid": None,
    },
    "missing": {"answer": {"id_token": None}},
    "no token": {"answer": {"id_token": "x.y.z"}},
}


@pytest.mark.parametrize("what", WRONG)
def test_an_id_token_that_does_not_verify_opens_nothing(
    client: Client, provider: Provider, somsri: Membership, what: str
) -> None:
    provider.person |= {"email": "somsri@example.go.th", "email_verified": True}
    SocialAccount.objects.create(user=somsri.user, provider="line", uid="line-001")
    for name, value in WRONG[what].items():
        setattr(provider, name, value)
    answer = go(client)
    assert "ไม่มีอะไรเปลี่ยนแปลง" in answer.text
    assert not is_signed_in(client)


def test_the_public_key_is_no_secret_to_sign_with(
    client: Client, provider: Provider, somsri: Membership
) -> None:
    """A token signed by HMAC with what everybody may read is not taken for one that the provider signed."""
    SocialAccount.objects.create(user=somsri.user, provider="line", uid="line-001")
    pem = provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = provider.id_token
    provider.id_token = lambda asked: hmac_signed(said(asked), pem)  # type: ignore[method-assign]
    go(client)
    assert not is_signed_in(client)


def hmac_signed(token: str, secret: bytes) -> str:
    """The token's claims signed anew by HMAC-SHA-256, by hand: libraries refuse a public key as a secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"1"}').rstrip(b"=").decode()
    message = f"{head}.{token.split('.')[1]}"
    mac = hmac.new(secret, message.encode(), "sha256").digest()
    return f"{message}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


RIGHT: dict[str, dict[str, Any]] = {
    "as it should be": {},
    "signed by the shared secret, as LINE does": {"algorithm": "HS256", "signs_with": SECRET, "kid": None},
    "by the only key, without a name": {"kid": None},
    "a clock that is half a minute slow": {"claims": {"exp": int(time.time()) - 5}},
    "for us among others": {"claims": {"aud": [CLIENT, "b"], "azp": CLIENT}},
    "without a digest of the access token": {"claims": {"at_hash": None}},
}


@pytest.mark.parametrize("what", RIGHT)
def test_an_id_token_that_verifies_opens_the_door(
    client: Client, provider: Provider, somsri: Membership, what: str
) -> None:
    SocialAccount.objects.create(user=somsri.user, provider="line", uid="line-001")
    if "exp" in RIGHT[what].get("claims", {}):
        provider.claims = {"exp": int(time.time()) - 30}
    else:
        for name, value in RIGHT[what].items():
            setattr(provider, name, value)
    go(client)
    assert is_signed_in(client)


def test_each_sign_in_has_a_nonce_of_its_own(client: Client, provider: Provider) -> None:
    go(client)
    go(Client())
    one, other = (asked["nonce"] for asked in provider.asked)
    assert one != other
    assert len(one) == 64


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, provider: Provider) -> None:
    answer = client.get(f"{LOGIN}callback/?code=code-0&state=made-up")
    assert answer.status_code == 401
    assert "ไม่สำเร็จ" in answer.text


def test_a_provider_without_a_safe_address_is_a_mistake_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PRONGSAI_LOGIN_THAID_ID", "x")
    monkeypatch.setenv("PRONGSAI_LOGIN_THAID_URL", "http://thaid.example")
    with pytest.raises(ImproperlyConfigured, match="PRONGSAI_LOGIN_THAID_URL"):
        login_providers()
    monkeypatch.delenv("PRONGSAI_LOGIN_THAID_ID")
    assert login_providers() == []
