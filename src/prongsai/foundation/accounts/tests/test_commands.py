"""The operator's way in: accounts on the command line, and the token of an empty installation."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from prongsai.foundation.accounts.models import Membership, User
from prongsai.foundation.accounts.setup import check_setup_token, setup_token
from prongsai.foundation.tenancy.scope import scope
from tests.cast import PASSWORD, banthrai

pytestmark = pytest.mark.django_db


def add(*more: str) -> None:
    call_command("account", "add", "banthrai", "malee", "--name", "มาลี ตัวอย่าง", "--position", "นิติกร", *more)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.split("รหัสผ่านชั่วคราว ")[1].split()[0]


def test_an_account_is_added_and_its_password_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    office = banthrai()
    add("--role", "planner", "--role", "administrator", "--unit", "กองคลัง", "--post", "clerk")
    password = told(capsys)
    with scope(office.pk):
        malee = Membership.objects.get()
        assert malee.user.check_password(password)
        assert malee.user.must_change_password
        assert {"measures.draft", "people.manage"} <= malee.actor().permissions
        assert (malee.post, malee.actor().unit) == ("clerk", "กองคลัง")
    call_command("account", "list", "banthrai")
    assert "malee\tมาลี ตัวอย่าง\tนิติกร\tกองคลัง" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--role", "king"], "ไม่มีบทบาท king"), ([], "เลือกบทบาท"), (["--unit", "กองทัพ"], "ไม่มีส่วนราชการ กองทัพ")],
)
def test_what_does_not_fit_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    banthrai()
    with pytest.raises(SystemExit) as end:
        add(*more)
    assert end.value.code == 2
    assert said in capsys.readouterr().err
    assert not User.objects.exists()


def test_a_password_is_replaced_and_a_lost_telephone_let_go(capsys: pytest.CaptureFixture[str]) -> None:
    user = User.objects.create_user("malee", PASSWORD, full_name="มาลี")
    Authenticator.objects.create(user=user, type="totp", data={})
    call_command("account", "password", "Malee")
    user.refresh_from_db()
    assert user.check_password(told(capsys))
    assert Authenticator.objects.exists()
    call_command("account", "password", "malee", "--second-factors")
    assert not Authenticator.objects.exists()
    with pytest.raises(SystemExit):
        call_command("account", "password", "nobody")


def test_the_setup_token_opens_an_empty_installation_only() -> None:
    token = setup_token()
    assert len(token) >= 32
    assert check_setup_token(token)
    assert not check_setup_token(token + "x")
    assert not check_setup_token("")
    banthrai()
    assert setup_token() == ""
    assert not check_setup_token(token)
