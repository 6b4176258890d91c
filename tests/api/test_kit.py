"""What holds for all operations alike: problems, languages, content, keys, sessions, how often."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from ninja import NinjaAPI, Router

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.api.models import ApiToken, KeptAnswer
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.modules.measures.models import Plan
from prongsai.ui.access import public, requires
from prongsai.ui.api.access import Allowance
from prongsai.ui.api.dispatch import api_patterns
from tests.api.conftest import BELOW, bearer, token
from tests.cast import banthrai, member, signed_in_client


def post(client: Client, address: str, body: Any, **headers: str) -> Any:
    return client.post(BELOW + address, json.dumps(body), content_type="application/json", headers=headers)


# -- problems ---------------------------------------------------------------------------------------------------


def test_a_refusal_names_the_field_in_the_language_that_was_asked_for(program: Client) -> None:
    thai = post(program, "plans", {"year": 1})
    english = post(program, "plans", {"year": 1}, **{"Accept-Language": "en-GB,en;q=0.8"})
    asked = program.post(BELOW + "plans?lang=en", "{}", content_type="application/json").json()
    assert thai.status_code == 422
    assert {e["field"] for e in thai.json()["errors"]} == {"fiscal_year", "year"}
    assert english.json()["title"] == asked["title"] == "Something in the request does not fit"
    assert "This field is required" in {e["message"] for e in english.json()["errors"]}
    assert thai.json()["type"] == english.json()["type"] == "/api/#invalid"


def test_a_service_says_in_its_own_words_what_does_not_fit(program: Client) -> None:
    answer = post(program, "plans", {"fiscal_year": 2500})
    assert answer.status_code == 422
    assert "พ.ศ." in answer.json()["detail"]
    assert answer.json()["errors"] == [{"field": "fiscal_year", "message": answer.json()["detail"]}]


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 422),
        ("null", "application/json", 422),
        ('{"fiscal_year": "2570"}', "application/json", 422),
        ('{"fiscal_year": 2570.5}', "application/json", 422),
        ('{"fiscal_year": true}', "application/json", 422),
        ('{"fiscal_year": 2570, "more": 1}', "application/json", 422),
        ('{"fiscal_year": 2570}', "text/plain", 415),
        ("fiscal_year=2570", "application/x-www-form-urlencoded", 415),
        ("", "application/json", 422),
        ('{"fiscal_year": 257' + "0" * 5_000_000 + "}", "application/json", 413),
    ],
)
def test_content_that_does_not_fit_is_refused(program: Client, content: str, media: str, status: int) -> None:
    answer = program.post(BELOW + "plans", content, content_type=media)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("day", ["2025-02-31", "31/01/2568", "2568-01-31", "2025-1-1", 20250101, None])
def test_a_day_that_is_none_is_refused(program: Client, day: Any) -> None:
    body = {"kind": "meeting_held", "occurred_on": day, "title": "ประชุม", "visibility": "internal"}
    assert post(program, "evidence", body).status_code == 422


def test_characters_that_no_database_keeps_are_refused(program: Client, office: Organization) -> None:
    for text in ("a\x00b", "\ud800"):
        body = {"kind": "meeting_held", "occurred_on": "2025-03-03", "title": text, "visibility": "internal"}
        assert post(program, "evidence", body).status_code == 422
    assert program.get(BELOW + "evidence", {"text": "a\x00"}).status_code == 422
    assert program.get(BELOW + "files/%00").status_code in {404, 422}


def test_a_method_that_an_address_does_not_take_is_named(program: Client) -> None:
    answer = program.delete(BELOW + "plans")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_what_fails_half_way_leaves_nothing(program: Client, office: Organization) -> None:
    with scope(office.pk):
        plan = Plan.objects.get()
        statement = plan.measures.first().statements.first()  # type: ignore[attr-defined, union-attr]
    remarks = BELOW + f"plans/{plan.pk}/remarks"
    body = {"remarks": "แก้", "on_statements": [{"statement": statement.pk, "text": "ขอเอกสาร"}]}
    # The remark could be made; a published plan cannot be sent back.
    assert post(program, f"plans/{plan.pk}/send-back", body).status_code == 409
    assert program.get(remarks).json() == {"items": []}


# -- who calls --------------------------------------------------------------------------------------------------


def test_a_page_of_our_own_calls_with_its_session_and_form_token(office: Organization) -> None:
    with scope(office.pk):
        who = member("measures.draft")
    browser = signed_in_client(who, enforce_csrf_checks=True)
    assert browser.get(BELOW + "me").json()["token"] is None
    assert post(browser, "plans", {"fiscal_year": 2570}).status_code == 403
    mask = browser.cookies["csrftoken"] = "a" * 32
    assert post(browser, "plans", {"fiscal_year": 2570}, **{"X-CSRFToken": mask}).status_code == 201


def test_with_a_password_that_somebody_else_chose_nothing_is_opened(office: Organization) -> None:
    with scope(office.pk):
        who = member("measures.draft")
    who.user.must_change_password = True
    who.user.save()
    assert signed_in_client(who).get(BELOW + "me").status_code == 403


def test_a_token_permits_its_scopes_only_and_no_more_than_the_member_today(office: Organization) -> None:
    who, secret = token(office, "measures.draft", "evidence.record")
    client = bearer(secret)
    assert "measures.draft" in client.get(BELOW + "me").json()["permissions"]
    with scope(office.pk):
        role = who.held.get().role  # type: ignore[attr-defined]
        role.permissions = ["evidence.record"]
        role.save()
    assert post(client, "plans", {"fiscal_year": 2570}).status_code == 403
    with scope(office.pk):
        assert ApiToken.objects.get().last_used_on == clock.today()


@pytest.mark.parametrize("change", ["member", "user", "revoked", "expired"])
def test_a_token_ends_at_once(office: Organization, change: str) -> None:
    who, secret = token(office, "measures.draft")
    client = bearer(secret)
    assert client.get(BELOW + "me").status_code == 200
    with scope(office.pk):
        if change == "member":
            Membership.objects.filter(pk=who.pk).update(is_active=False)
        elif change == "user":
            who.user.is_active = False
            who.user.save()
        else:
            ApiToken.objects.update(**{f"{change}_at" if change == "revoked" else "expires_at": clock.now()})
    answer = client.get(BELOW + "me")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic abc", "prongsai_x", "Bearer a b", "Bearer \u00e9"]
)
def test_a_header_that_is_no_token_is_refused(office: Organization, header: str) -> None:
    assert Client().get(BELOW + "me", headers={"Authorization": header}).status_code == 401


def test_a_program_that_runs_wild_is_told_to_wait(office: Organization, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    one, other = token(office, "measures.draft"), token(office, "measures.draft", username="manee")
    answers = [bearer(one[1]).get(BELOW + "me").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert int(bearer(one[1]).get(BELOW + "me")["Retry-After"]) >= 1
    assert bearer(other[1]).get(BELOW + "me").status_code == 200
    assert Client().get(BELOW + "years").status_code == 200


def test_an_allowance_is_renewed_after_its_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("prongsai.ui.api.access.time.monotonic", lambda: now)
    allowance = Allowance()
    assert [allowance.wait("a", 1) > 0 for _ in range(2)] == [False, True]
    now = 161.0
    assert allowance.wait("a", 1) == 0


# -- kept answers -----------------------------------------------------------------------------------------------


def test_a_key_belongs_to_one_request_of_one_member(program: Client, office: Organization) -> None:
    key = {"Idempotency-Key": "plan-2570"}
    first = post(program, "plans", {"fiscal_year": 2570}, **key)
    assert post(program, "plans", {"fiscal_year": 2571}, **key).status_code == 422
    assert post(program, "plans", {"fiscal_year": 2570}, **key).json() == first.json()
    other = bearer(token(office, "measures.draft", username="manee")[1])
    assert post(other, "plans", {"fiscal_year": 2570}, **key).status_code == 409


def test_a_refused_request_may_be_mended_under_its_key(program: Client, office: Organization) -> None:
    key = {"Idempotency-Key": "k"}
    assert post(program, "plans", {"fiscal_year": 2568}, **key).status_code == 409
    assert post(program, "plans", {"fiscal_year": 2570}, **key).status_code == 201
    with scope(office.pk):
        assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "ก", "x" * 101])
def test_a_key_of_other_characters_is_refused(program: Client, key: str) -> None:
    assert post(program, "plans", {"fiscal_year": 2570}, **{"Idempotency-Key": key}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_equal_requests_at_once_act_once(settings: Any, tmp_path: Any) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    office = banthrai()
    with working_for(office.pk):
        _, secret = token(office, "measures.draft")
    answers: list[Any] = []
    start = threading.Barrier(4)

    def call() -> None:
        start.wait()
        answer = post(bearer(secret), "plans", {"fiscal_year": 2570}, **{"Idempotency-Key": "one"})
        answers.append((answer.status_code, answer.content))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {201}
    assert len({content for _, content in answers}) == 1
    with working_for(office.pk):
        assert Plan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_one_is_told(settings: Any, tmp_path: Any) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    office = banthrai()
    with working_for(office.pk):
        _, secret = token(office, "measures.draft")
    client = bearer(secret)
    plan = post(client, "plans", {"fiscal_year": 2570}).json()["id"]
    measure = post(client, f"plans/{plan}/measures", {"title": "มาตรการ"}).json()["id"]
    statement = post(client, f"measures/{measure}/statements", {"kind": "step", "text": "จัดประชุม"}).json()
    address = f"{BELOW}statements/{statement['id']}"
    statuses: list[int] = []
    start = threading.Barrier(2)

    def edit(text: str) -> None:
        start.wait()
        answer = bearer(secret).put(
            address,
            json.dumps({"text": text}),
            content_type="application/json",
            headers={"If-Match": f'"{statement["revision"]}"'},
        )
        statuses.append(answer.status_code)
        connection.close()

    threads = [threading.Thread(target=edit, args=[text]) for text in ("ก", "ข")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412]
    fresh = client.get(address)
    assert fresh.json()["revision"] == 2
    assert fresh["ETag"] == '"2"'


def test_an_edit_that_names_no_revision_is_asked_for_it(program: Client, office: Organization) -> None:
    with scope(office.pk):
        statement = Plan.objects.get().measures.first().statements.first()  # type: ignore[attr-defined, union-attr]
    address = f"{BELOW}statements/{statement.pk}"
    answer = program.put(address, '{"text": "ก"}', content_type="application/json")
    assert answer.status_code == 428
    for wrong in ("1", '"x"', "*", 'W/"1"'):
        answer = program.delete(address, headers={"If-Match": wrong})
        assert answer.status_code == 422


# -- composing --------------------------------------------------------------------------------------------------


def _mount(*marks: Any) -> None:
    router = Router()
    for number, mark in enumerate(marks):

        def operation(request): ...

        operation.__name__ = f"operation_{number}"
        (router.get, router.post)[number]("/x")(mark(operation))
    api = NinjaAPI(openapi_url=None, docs_url=None)
    api.add_router("/{slug:organization}", router)
    api_patterns(api)


def test_an_operation_that_does_not_say_who_may_call_it_stops_the_start() -> None:
    _mount(public)
    _mount(requires("a"), requires("b"))
    with pytest.raises(ImproperlyConfigured, match="operation_0"):
        _mount(lambda operation: operation)
    with pytest.raises(ImproperlyConfigured):
        _mount(public, requires("a"))  # caches go by the address
