"""Drafts, saved views and forms already sent: of one member in one office, and forgotten in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.desk import services as desk
from prongsai.foundation.desk.models import Draft, SavedView, SentForm
from prongsai.foundation.desk.tasks import forget
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, WrongState
from tests.cast import banthrai, donsai, member

TOKEN = "t" * 22


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    made = banthrai()
    with scope(made.pk):
        yield made


@pytest.fixture
def somsri(office: Organization) -> Membership:
    return member()


def test_a_draft_comes_back_as_it_was_and_the_newer_takes_its_place(somsri: Membership) -> None:
    desk.keep_draft(member=somsri, key="plan", body={"title": ["ก"]})
    desk.keep_draft(member=somsri, key="plan", body={"title": ["ประกาศ"], "units": ["1", "2"]})
    kept = desk.draft(somsri, "plan")
    assert kept is not None
    assert kept.body == {"title": ["ประกาศ"], "units": ["1", "2"]}
    assert Draft.objects.count() == 1


def test_nobody_else_has_the_draft(somsri: Membership) -> None:
    desk.keep_draft(member=somsri, key="plan", body={"title": ["ก"]})
    assert desk.draft(member(username="other"), "plan") is None
    with scope(donsai().pk):
        assert desk.draft(somsri, "plan") is None
        assert not Draft.objects.exists()


def test_a_dropped_draft_is_gone_and_dropping_nothing_is_no_fault(somsri: Membership) -> None:
    desk.keep_draft(member=somsri, key="plan", body={})
    desk.drop_draft(member=somsri, key="plan")
    desk.drop_draft(member=somsri, key="plan")
    assert desk.draft(somsri, "plan") is None


def test_a_draft_of_more_than_two_megabytes_is_refused_in_words(somsri: Membership) -> None:
    with pytest.raises(InvalidInput, match="ร่างยาวเกิน"):
        desk.keep_draft(member=somsri, key="plan", body={"text": ["ก" * desk.DRAFT_LIMIT]})


def test_views_are_kept_by_name_for_one_member_and_one_list(somsri: Membership) -> None:
    desk.save_view(member=somsri, screen="evidence", name="  ของ  กองคลัง ", query="unit=2")
    desk.save_view(member=somsri, screen="evidence", name="ของ กองคลัง", query="unit=3")
    desk.save_view(member=somsri, screen="plan", name="อื่น", query="")
    assert [(view.name, view.query) for view in desk.views_of(somsri, "evidence")] == [
        ("ของ กองคลัง", "unit=3")
    ]
    other = member(username="other")
    assert desk.views_of(other, "evidence") == []
    desk.drop_view(member=other, view=SavedView.objects.get(screen="plan").pk)
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize("name", ["", "   ", "ก" * 81])
def test_a_view_needs_a_name_of_a_bearable_length(somsri: Membership, name: str) -> None:
    with pytest.raises(InvalidInput):
        desk.save_view(member=somsri, screen="evidence", name=name, query="")


def test_nobody_keeps_more_views_than_one_can_read(somsri: Membership) -> None:
    for number in range(desk.VIEWS_LIMIT):
        desk.save_view(member=somsri, screen="evidence", name=f"{number}", query="")
    desk.save_view(member=somsri, screen="evidence", name="1", query="unit=1")
    with pytest.raises(InvalidInput, match="ลบมุมมองที่ไม่ใช้"):
        desk.save_view(member=somsri, screen="evidence", name="อีกหนึ่ง", query="")


def test_a_form_counts_once_and_leads_where_it_led(office: Organization) -> None:
    assert desk.once(TOKEN, content="a") is None
    desk.remember_sent(TOKEN, "/banthrai/work/evidence/7/")
    assert desk.once(TOKEN, content="a") == "/banthrai/work/evidence/7/"


def test_a_form_sent_again_with_other_words_is_told_so(office: Organization) -> None:
    desk.once(TOKEN, content="a")
    desk.remember_sent(TOKEN, "/there/")
    with pytest.raises(WrongState, match="บันทึกไปแล้ว"):
        desk.once(TOKEN, content="b")


def test_a_form_that_came_to_nothing_may_be_sent_again(office: Organization) -> None:
    desk.once(TOKEN)
    desk.give_back(TOKEN)
    assert desk.once(TOKEN) is None
    desk.remember_sent(TOKEN, "/there/")
    desk.give_back(TOKEN)
    assert desk.once(TOKEN) == "/there/", "what led somewhere cannot be taken back"


def test_the_same_words_are_known_again_for_ten_minutes(office: Organization) -> None:
    with clock.at(clock.now() - timedelta(minutes=9)):
        desk.once(TOKEN, content="a")
        desk.remember_sent(TOKEN, "/there/")
    desk.once("u" * 22, content="b")
    twin = desk.sent_alike("a")
    assert twin is not None
    assert twin.url == "/there/"
    assert desk.sent_alike("b") is None, "that one has led nowhere yet"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert desk.sent_alike("a") is None
    with scope(donsai().pk):
        assert desk.sent_alike("a") is None


def test_the_same_token_in_two_offices_is_two_forms(office: Organization) -> None:
    assert desk.once(TOKEN) is None
    desk.remember_sent(TOKEN, "/there/")
    with scope(donsai().pk):
        assert desk.once(TOKEN) is None


def test_what_is_old_is_forgotten(somsri: Membership, office: Organization) -> None:
    long_ago, lately = clock.now() - timedelta(days=181), clock.now() - timedelta(days=6)
    with clock.at(long_ago):
        desk.keep_draft(member=somsri, key="old", body={})
        desk.once("o" * 22)
    with clock.at(lately):
        desk.keep_draft(member=somsri, key="new", body={})
        desk.once(TOKEN)
    forget(organization_id=office.pk)
    assert [draft.key for draft in Draft.objects.all()] == ["new"]
    assert [sent.token for sent in SentForm.objects.all()] == [TOKEN]


# --- two at the same moment ---


def race(office: Organization, *, first_fails: bool) -> list[str | None]:
    """Two transactions claim one token at the same moment; what each of them got."""
    claimed, go_on, second_waits = threading.Event(), threading.Event(), threading.Event()
    got: list[str | None] = ["", ""]

    def first() -> None:
        try:
            with working_for(office.pk):
                got[0] = desk.once(TOKEN)
                claimed.set()
                go_on.wait(10)
                if first_fails:
                    raise WrongState("รายการนี้ปิดแล้ว")
                desk.remember_sent(TOKEN, "/first/")
        except WrongState:
            pass
        finally:
            connection.close()

    def second() -> None:
        claimed.wait(10)
        with working_for(office.pk):
            second_waits.set()
            got[1] = desk.once(TOKEN)
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    assert second_waits.wait(10)
    threads[1].join(0.3)
    assert threads[1].is_alive(), "the second must wait for the first"
    go_on.set()
    for thread in threads:
        thread.join(10)
    return got


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_the_second_is_led_where_the_first_went() -> None:
    assert race(banthrai(), first_fails=False) == [None, "/first/"]


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_two_fails_the_second_is_the_first() -> None:
    assert race(banthrai(), first_fails=True) == [None, None]
