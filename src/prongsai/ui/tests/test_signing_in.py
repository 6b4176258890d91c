"""Signing in: by name or address, with a second step, counted, and with a fresh session each time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings as product
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse

from prongsai.foundation.accounts.devices import COOKIE
from prongsai.foundation.accounts.models import LoginFailure, Membership, User
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from tests import settings as written
from tests.cast import PASSWORD, banthrai, donsai, member, signed_in_client

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


@pytest.fixture
def office() -> Organization:
    return banthrai()


@pytest.fixture
def somsri(office: Organization) -> Membership:
    with scope(office.pk):
        made = member("measures.draft")
    made.user.email = "somsri@example.go.th"
    made.user.save()
    return made


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", "", answer.text).split())


def sign_in(client: Client, login: str = "somsri", password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account-profile")).status_code == 200


@pytest.mark.parametrize(
    "login", ["somsri", "SomSri", " somsri ", "somsri@example.go.th", "Somsri@Example.go.th"]
)
def test_one_signs_in_by_name_or_address(client: Client, somsri: Membership, login: str) -> None:
    answer = sign_in(client, login)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("login", "password"), [("somsri", "wrong"), ("nobody", PASSWORD), ("x@y.th", PASSWORD)]
)
def test_what_was_wrong_is_not_said(client: Client, somsri: Membership, login: str, password: str) -> None:
    answer = sign_in(client, login, password)
    assert answer.status_code == 200
    assert "ชื่อหรือรหัสผ่านไม่ถูกต้อง" in answer.text
    assert not is_signed_in(client)


def test_a_closed_login_does_not_come_in(client: Client, somsri: Membership) -> None:
    somsri.user.is_active = False
    somsri.user.save()
    sign_in(client)
    assert not is_signed_in(client)


def test_signing_in_makes_a_new_session_and_signing_out_ends_it(client: Client, somsri: Membership) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = before = session.session_key or ""
    sign_in(client)
    after = client.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=after).exists()
    assert not is_signed_in(client)


def test_cookies_are_for_us_alone(client: Client, somsri: Membership) -> None:
    sign_in(client)
    for name in ("sessionid", COOKIE):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert client.cookies["sessionid"]["max-age"] == "", "the session's cookie ends with the browser"
    assert product.SESSION_COOKIE_AGE == 12 * 3600
    assert written.BASE_URL.startswith("https:") == written.SESSION_COOKIE_SECURE


def test_forms_need_their_token(somsri: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(LOGIN).text)
    assert token
    data = {"login": "somsri", "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)}
    assert client.post(LOGIN, data).status_code == 302


def test_passwords_are_kept_by_argon2id(somsri: Membership) -> None:
    with override_settings(PASSWORD_HASHERS=written.PRODUCT_PASSWORD_HASHERS):
        somsri.user.set_password(PASSWORD)
        assert somsri.user.password.startswith("argon2$argon2id$")
        assert identify_hasher(somsri.user.password).algorithm == "argon2"
        assert somsri.user.check_password(PASSWORD)


@pytest.mark.parametrize("wrong", ["สั้นไป", "qwerty123456", "somsri@example"])
def test_a_password_has_to_be_good_enough(somsri: Membership, wrong: str) -> None:
    client = signed_in_client(somsri)
    data = {"oldpassword": PASSWORD, "password1": wrong, "password2": wrong}
    answer = client.post(reverse("account_change_password"), data)
    assert answer.status_code == 200
    assert User.objects.get().check_password(PASSWORD)


def test_a_slip_in_the_second_field_is_said_there(somsri: Membership) -> None:
    data = {"oldpassword": PASSWORD, "password1": "รหัสใหม่-ที่รู้คนเดียว", "password2": "รหัสใหม่-ที่รู้คนเดยว"}
    answer = signed_in_client(somsri).post(reverse("account_change_password"), data)
    assert "ไม่ตรงกับรหัสผ่านใหม่" in words(answer)
    assert User.objects.get().check_password(PASSWORD)


def test_an_address_somewhere_else_is_not_followed(client: Client, somsri: Membership) -> None:
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = client.post(
            f"{LOGIN}?next={target}", {"login": "somsri", "password": PASSWORD, "next": target}
        )
        assert answer["Location"] == "/account/"
        client.post(reverse("account_logout"))


# --- where one works


def test_one_organization_is_entered_at_once_and_several_are_chosen(somsri: Membership) -> None:
    client = signed_in_client(somsri)
    answer = client.get("/account/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/banthrai/")
    with scope(donsai().pk):
        member(username="somsri")
    answer = client.get("/account/")
    assert "ดอนสาย" in answer.text
    assert "บ้านทราย" in answer.text


def test_who_belongs_nowhere_is_told_whom_to_ask(db: None) -> None:
    user = User.objects.create_user("mana", PASSWORD, full_name="มานะ ตัวอย่าง")
    client = Client()
    client.force_login(user)
    assert "ยังไม่ได้อยู่ในหน่วยงานใด" in client.get("/account/").text


def test_a_password_that_somebody_else_chose_is_changed_first(somsri: Membership) -> None:
    somsri.user.must_change_password = True
    somsri.user.save()
    client = signed_in_client(somsri)
    change = reverse("account_change_password")
    for address in ("/account/", "/account/profile/", reverse("mfa_index")):
        assert client.get(address)["Location"] == f"{change}?{urlencode({'next': address})}"
    assert "คนอื่นเป็นผู้ตั้ง" in words(client.get(change))
    new = "รหัสใหม่-ที่รู้คนเดียว"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new, "next": "/account/2fa/"}
    assert client.post(change, data)["Location"] == "/account/2fa/", "on to what was asked for"
    assert client.get("/account/profile/").status_code == 200
    assert not User.objects.get().must_change_password


def test_a_new_password_ends_the_sessions_on_other_devices(client: Client, somsri: Membership) -> None:
    sign_in(client)
    other = signed_in_client(somsri)
    new = "รหัสใหม่-ที่รู้คนเดียว"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), data).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_sessions_are_listed_without_the_full_address_and_others_are_ended(somsri: Membership) -> None:
    here, there = Client(), Client()
    sign_in(
        here, REMOTE_ADDR="10.20.30.40", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537"
    )
    sign_in(
        there,
        REMOTE_ADDR="2001:db8:1:2:3:4:5:6",
        HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Firefox/130",
    )
    listed = here.get(reverse("usersessions_list")).text
    assert "Chrome, Windows" in listed
    assert "Firefox, Android" in listed
    assert "10.20.30.0" in listed
    assert "10.20.30.40" not in listed
    assert "2001:db8:1::" in listed
    here.post(reverse("usersessions_list"))
    assert is_signed_in(here)
    assert not is_signed_in(there)


# --- the second step


@pytest.fixture
def secret(somsri: Membership, monkeypatch: pytest.MonkeyPatch) -> str:
    """The telephone's secret. Its clock and the server's stand still: a machine that sleeps for a minute is no fault."""
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
    made = generate_totp_secret()
    TOTP.activate(somsri.user, made)
    RecoveryCodes.activate(somsri.user)
    return made


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def second_step(client: Client, typed: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": typed})


def test_the_password_alone_is_not_enough_once_a_code_is_asked(
    client: Client, somsri: Membership, secret: str
) -> None:
    assert sign_in(client)["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(client)
    assert COOKIE not in client.cookies
    assert second_step(client, "000000").status_code == 200
    assert not is_signed_in(client)
    assert second_step(client, code(secret)).status_code == 302
    assert is_signed_in(client)


def test_a_code_works_once(client: Client, somsri: Membership, secret: str) -> None:
    now = code(secret)
    sign_in(client)
    second_step(client, now)
    other = Client()
    sign_in(other)
    from django.core.cache import cache

    cache.clear()  # another web process
    second_step(other, now)
    assert not is_signed_in(other)
    second_step(other, code(secret, -1))
    assert not is_signed_in(other), "nor does one older than the last used"
    second_step(other, code(secret, 1))
    assert is_signed_in(other)


def test_recovery_codes_open_once_each(client: Client, somsri: Membership, secret: str) -> None:
    one = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    sign_in(client)
    second_step(client, one)
    assert is_signed_in(client)
    other = Client()
    sign_in(other)
    second_step(other, one)
    assert not is_signed_in(other)


def test_secrets_lie_encrypted(somsri: Membership, secret: str) -> None:
    for each in Authenticator.objects.all():
        kept = each.data.get("secret") or each.data["seed"]
        assert kept.startswith("1.")
        assert secret not in str(each.data)
    again = Authenticator.objects.get(type="totp")
    TOTP.activate(User.objects.create_user("mana", PASSWORD, full_name="มานะ"), secret)
    kept = Authenticator.objects.exclude(pk=again.pk).get(type="totp").data["secret"]
    assert kept != again.data["secret"], "the same secret never looks the same"


def confirmed(client: Client) -> Client:
    """Show once more that it is oneself, as what concerns safety asks."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_code_is_set_up_with_picture_and_text_and_recovery_codes_follow(somsri: Membership) -> None:
    client = signed_in_client(somsri)
    page = reverse("mfa_activate_totp")
    assert client.get(page)["Location"].startswith(reverse("account_reauthenticate"))
    confirmed(client)
    shown = client.get(page).text
    assert "<svg" in shown
    assert "data:image" not in shown
    assert "style=" not in shown
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', shown)
    assert found
    secret = found.group(1).replace(" ", "")
    assert client.post(page, {"code": "123"}).status_code == 200
    answer = client.post(page, {"code": code(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).text
    assert len(re.findall(r"<li>\d{8}</li>", codes)) == 10
    text = client.get(reverse("mfa_download_recovery_codes")).text
    assert len(re.findall(r"^\d{8}$", text, re.M)) == 10


def test_switching_off_asks_again_who_it_is(client: Client, somsri: Membership, secret: str) -> None:
    client = signed_in_client(somsri)
    assert client.post(reverse("mfa_deactivate_totp"))["Location"].startswith("/account/")
    assert Authenticator.objects.filter(type="totp").exists()
    confirmed(client).post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists(), "recovery codes without a second step open nothing"


# --- mail


@pytest.fixture
def letters(settings: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    def sent(act: Any) -> list[Any]:
        with django_capture_on_commit_callbacks(execute=True):
            act()
        until = time.monotonic() + 2
        while not mailoutbox and time.monotonic() < until:
            time.sleep(0.02)
        return list(mailoutbox)

    return sent


def test_a_forgotten_password_is_replaced_by_a_link(client: Client, somsri: Membership, letters: Any) -> None:
    asked = reverse("account_reset_password")
    (letter,) = letters(lambda: client.post(asked, {"email": "somsri@example.go.th"}))
    assert letter.subject == "ตั้งรหัสผ่านใหม่"
    link = re.search(r"http://testserver(/\S+)", letter.body)
    assert link
    page = client.get(link.group(1))["Location"]
    assert "set-password" in page, "the key leaves the address bar"
    new = "รหัสใหม่-ที่รู้คนเดียว"
    assert client.post(page, {"password1": new, "password2": new}).status_code == 302
    assert User.objects.get().check_password(new)
    assert "ใช้ไปแล้วหรือหมดอายุ" in Client().get(link.group(1)).text


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(
    client: Client, somsri: Membership, mailoutbox: list[Any]
) -> None:
    asked = reverse("account_reset_password")
    answers = [client.post(asked, {"email": email}) for email in ("x@example.go.th", "somsri@example.go.th")]
    assert {answer["Location"] for answer in answers} == {reverse("account_reset_password_done")}
    assert mailoutbox == []


def test_a_changed_password_is_told_by_mail(somsri: Membership, letters: Any) -> None:
    client = signed_in_client(somsri)
    new = "รหัสใหม่-ที่รู้คนเดียว"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    (letter,) = letters(lambda: client.post(reverse("account_change_password"), data))
    assert letter.to == ["somsri@example.go.th"]
    assert "เปลี่ยนแล้ว" in letter.body


def test_a_new_address_needs_the_password_and_the_old_address_is_told(
    somsri: Membership, letters: Any
) -> None:
    client = signed_in_client(somsri)
    page = reverse("account-email")
    assert client.post(page, {"email": "new@example.go.th", "password": "wrong"}).status_code == 200
    assert User.objects.get().email == "somsri@example.go.th"
    (letter,) = letters(lambda: client.post(page, {"email": "new@example.go.th", "password": PASSWORD}))
    assert letter.to == ["somsri@example.go.th"]
    assert User.objects.get().email == "new@example.go.th"


# --- failures


def fail(times: int, **extra: Any) -> Any:
    answer = None
    for _ in range(times):
        answer = sign_in(Client(), password="wrong", **extra)
    return answer


def test_the_sixth_wrong_password_has_to_wait_and_is_told_until_when(somsri: Membership) -> None:
    assert "ลองใหม่เวลา" not in words(fail(5))
    answer = fail(1)
    assert re.search(r"ลองใหม่เวลา \d\d\.\d\d น\.", words(answer))
    assert "ลองใหม่เวลา" in sign_in(Client()).text, "the right password waits as well"
    with clock.at(clock.now() + timedelta(seconds=31)):
        assert sign_in(Client()).status_code == 302


def test_the_wait_grows_with_every_failure(somsri: Membership) -> None:
    fail(5)
    waits = []
    moment = clock.now()
    for _ in range(4):
        row = LoginFailure.objects.order_by("-blocked_until")[0]
        waits.append(round((row.blocked_until - row.last_at).total_seconds()))
        moment = row.blocked_until
        with clock.at(moment):
            fail(1)
    assert waits == [30, 60, 120, 240]


def test_an_office_behind_one_address_is_not_locked_by_one_who_forgets(
    office: Organization, somsri: Membership
) -> None:
    with scope(office.pk):
        member(username="mana")
    fail(8)
    assert sign_in(Client(), "mana").status_code == 302


def test_strangers_cannot_lock_an_owner_out_of_a_known_device(client: Client, somsri: Membership) -> None:
    sign_in(client)
    client.post(reverse("account_logout"))
    for n in range(25):
        with clock.at(clock.now() + timedelta(hours=n / 10)):
            sign_in(Client(), password="wrong", REMOTE_ADDR=f"10.0.0.{n}")
    assert "ลองใหม่เวลา" in sign_in(Client(), REMOTE_ADDR="10.0.1.1").text, "another device waits"
    assert sign_in(client).status_code == 302


def test_a_known_device_is_not_trusted_for_ever_nor_for_others(
    client: Client, office: Organization, somsri: Membership
) -> None:
    with scope(office.pk):
        member(username="mana")
    sign_in(client)
    client.post(reverse("account_logout"))
    for _ in range(10):
        sign_in(client, password="wrong")
    assert "ลองใหม่เวลา" in sign_in(client).text
    stranger = Client()
    stranger.cookies[COOKIE] = client.cookies[COOKIE].value + "x"
    fail(6)
    assert "ลองใหม่เวลา" in sign_in(stranger).text, "a cookie that we did not sign says nothing"


def test_codes_of_the_second_step_are_counted_too(client: Client, somsri: Membership, secret: str) -> None:
    sign_in(client)
    for _ in range(5):
        second_step(client, "000000")
    assert "ลองใหม่เวลา" in second_step(client, code(secret)).text
    assert not is_signed_in(client)


def test_nothing_that_was_typed_and_no_address_is_kept(somsri: Membership) -> None:
    sign_in(Client(), "my-password-by-mistake", "x", REMOTE_ADDR="10.9.8.7")
    kept = str(list(LoginFailure.objects.values()))
    assert "my-password" not in kept
    assert "10.9.8.7" not in kept
