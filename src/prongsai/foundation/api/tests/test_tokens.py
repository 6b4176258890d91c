"""Personal tokens: whose they are, what they permit, when they end, and what the ledger says of them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.api.models import ApiToken, KeptAnswer
from prongsai.foundation.api.selectors import tokens_of
from prongsai.foundation.api.services import (
    ANSWERS_KEPT,
    MOST_TOKENS,
    bearer_of,
    claim,
    create_token,
    digest_of,
    forget_answers,
    keep_answer,
    revoke_token,
)
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import SYSTEM, banthrai, donsai, member


@pytest.fixture
def somsri(db: None):
    with scope(banthrai().pk):
        yield member("measures.draft", "evidence.record")


def made(who: Membership, **changed) -> tuple[ApiToken, str]:
    return create_token(
        **{
            "actor": who.actor(),
            "member": who,
            "name": "ระบบสารบรรณ",
            "scopes": ["evidence.record"],
            "days": 30,
            **changed,
        }
    )


def test_the_secret_is_given_once_and_kept_nowhere(somsri: Membership) -> None:
    token, secret = made(somsri)
    assert secret.startswith("prongsai_")
    assert len(secret) == len("prongsai_") + 43  # 32 random bytes
    assert token.digest == digest_of(secret)
    assert secret.startswith(token.prefix)
    assert len(token.prefix) < 16
    flush()
    entry = Entry.objects.get(kind="api_token_made")
    assert entry.visibility == "internal"
    assert secret not in str(entry.content)
    assert token.digest not in str(entry.content)
    assert entry.content["scopes"] == ["evidence.record"]
    found = bearer_of(secret)
    assert found is not None
    assert found.token == token
    assert bearer_of(secret[:-1]) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "ก" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["measures.approve"]}, "scopes"),
        ({"scopes": ["evidence.record", "no.such"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
    ],
)
def test_what_does_not_fit_is_named(somsri: Membership, changed, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        made(somsri, **changed)
    assert refused.value.field == field
    assert not ApiToken.objects.exists()


def test_nobody_makes_a_token_for_somebody_else(somsri: Membership) -> None:
    other = member("people.manage", "evidence.record", username="mani")
    for actor in (other.actor(), SYSTEM, Actor(name="ไม่มีบัญชี", permissions=frozenset({"evidence.record"}))):
        with pytest.raises(NotPermitted):
            made(somsri, actor=actor)


def test_a_token_is_revoked_by_its_member_or_who_manages_people(somsri: Membership) -> None:
    (mine, secret), (other, _) = made(somsri), made(somsri)
    with pytest.raises(NotPermitted):
        revoke_token(actor=member("evidence.record", username="mani").actor(), token=mine)
    assert bearer_of(secret) is not None
    first = revoke_token(actor=somsri.actor(), token=mine).revoked_at
    assert revoke_token(actor=somsri.actor(), token=mine).revoked_at == first
    revoke_token(actor=member("people.manage", username="boss").actor(), token=other)
    assert bearer_of(secret) is None
    flush()
    assert Entry.objects.filter(kind="api_token_revoked").count() == 2


def test_a_token_permits_what_its_member_may_do_on_the_day(somsri: Membership) -> None:
    _, secret = made(somsri, scopes=["evidence.record", "measures.draft", "measures.read"])
    found = bearer_of(secret)
    assert found is not None
    assert found.actor.permissions == {"evidence.record", "measures.draft", "measures.read"}
    assert (found.actor.user_id, found.actor.name) == (somsri.user_id, somsri.actor().name)  # type: ignore[attr-defined]
    role = somsri.held.get().role  # type: ignore[attr-defined]
    role.permissions = ["measures.draft", "people.manage"]
    role.save()
    found = bearer_of(secret)
    assert found is not None
    assert found.actor.permissions == {"measures.draft", "measures.read"}


def test_a_token_ends_with_its_time_its_member_and_its_login(somsri: Membership) -> None:
    token, secret = made(somsri, days=1)
    with clock.at(clock.today() + timedelta(days=2)):
        assert bearer_of(secret) is None
    Membership.objects.filter(pk=somsri.pk).update(is_active=False)
    assert bearer_of(secret) is None
    Membership.objects.filter(pk=somsri.pk).update(is_active=True)
    assert bearer_of(secret) is not None
    somsri.user.is_active = False
    somsri.user.save()
    assert bearer_of(secret) is None
    assert tokens_of(somsri).get() == token


def test_a_token_opens_no_other_organization(somsri: Membership) -> None:
    _, secret = made(somsri)
    with scope(donsai().pk):
        assert bearer_of(secret) is None
        assert not ApiToken.objects.exists()


def test_the_day_of_use_is_noted_once(somsri: Membership, django_assert_num_queries) -> None:
    token, secret = made(somsri)
    with django_assert_num_queries(3):
        bearer_of(secret)
    with django_assert_num_queries(2):
        bearer_of(secret)
    token.refresh_from_db()
    assert token.last_used_on == clock.today()


def test_a_member_has_twenty_working_tokens_at_most(somsri: Membership) -> None:
    all_of_them = [made(somsri)[0] for _ in range(MOST_TOKENS)]
    with pytest.raises(WrongState):
        made(somsri)
    revoke_token(actor=somsri.actor(), token=all_of_them[0])
    made(somsri)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_become_twenty_one() -> None:
    office = banthrai()
    with working_for(office.pk):
        who = member("evidence.record")
        for _ in range(MOST_TOKENS - 1):
            made(who)
    refused: list[Exception] = []
    start = threading.Barrier(2)

    def make() -> None:
        start.wait()
        try:
            with working_for(office.pk):
                made(Membership.objects.get(pk=who.pk))
        except WrongState as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with working_for(office.pk):
        assert ApiToken.objects.count() == MOST_TOKENS
    assert len(refused) == 1


def test_an_answer_is_kept_for_its_request_and_a_week(somsri: Membership) -> None:
    other = member("evidence.record", username="mani")
    assert claim(member=somsri, key="k", request="a" * 64) is None
    keep_answer(member=somsri, key="k", status=201, headers={"ETag": '"1"'}, body="{}")
    again = claim(member=somsri, key="k", request="a" * 64)
    assert again is not None
    assert (again.status, again.headers, again.body) == (201, {"ETag": '"1"'}, "{}")
    with pytest.raises(InvalidInput):
        claim(member=somsri, key="k", request="b" * 64)
    assert claim(member=other, key="k", request="b" * 64) is None
    assert forget_answers() == 0
    KeptAnswer.objects.filter(member=somsri).update(
        created_at=clock.now() - ANSWERS_KEPT - timedelta(hours=1)
    )
    assert forget_answers() == 1
    assert KeptAnswer.objects.get().member == other
