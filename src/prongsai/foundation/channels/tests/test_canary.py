"""The mark of self-checks: this installation's, this office's, and fresh."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from prongsai.foundation.channels.canary import LABEL, is_marker, is_self_check, marked_at, marker
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from tests.cast import donsai

NOW = datetime(2025, 8, 14, 9, tzinfo=clock.BANGKOK)


def test_a_mark_is_known_wherever_it_stands_and_says_what_it_is(office: Organization) -> None:
    with clock.at(NOW):
        text = f"เรียน นายก\n{marker()} ขอบคุณ"
        assert is_marker(text)
        assert marked_at(text) == NOW
    assert LABEL in text


@pytest.mark.parametrize(
    ("later", "known"), [(timedelta(hours=2), True), (timedelta(hours=2, seconds=1), False)]
)
def test_it_is_worth_nothing_after_two_hours(office: Organization, later: timedelta, known: bool) -> None:
    with clock.at(NOW):
        text = marker()
    with clock.at(NOW + later):
        assert is_marker(text) is known


def test_a_mark_from_the_future_is_none(office: Organization) -> None:
    with clock.at(NOW + timedelta(hours=1)):
        text = marker()
    with clock.at(NOW):
        assert not is_marker(text)


def test_another_office_and_another_installation_do_not_know_it(office: Organization, settings) -> None:  # type: ignore[no-untyped-def]
    text = marker()
    with scope(donsai().pk):
        assert not is_marker(text)
    settings.SECRET_KEY = "another installation"
    assert not is_marker(text)


@pytest.mark.parametrize("text", ["", "PRONGSAI-CHECK-", "PRONGSAI-CHECK-68a1b2c3-" + "0" * 32, "เรื่องจริง"])
def test_nobody_makes_one_up(office: Organization, text: str) -> None:
    assert not is_marker(text)


def test_a_self_check_is_the_whole_text_whatever_its_mark_is_worth(office: Organization) -> None:
    with clock.at(NOW):
        text = marker()
    assert is_self_check(f" {text}\r\n")
    assert not is_self_check(f"มีคนส่ง {text}")
    assert not is_self_check(text.removeprefix(LABEL))
