"""Generated from the operations themselves: who may call each, what a double call does, what it asks the database."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from prongsai.foundation.ledger.models import Log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.measures.models import Proof, Statement
from prongsai.project.api import schema
from tests.api.calls import CALLS, Call
from tests.api.conftest import Called, bearer, everything, operations, token
from tests.cast import donsai, signed_in_client
from tests.golden.queries import assert_query_count

OPERATIONS = {operation.name: operation for operation in operations()}
STAFF = [name for name, operation in OPERATIONS.items() if not operation.public]
ASKING = [name for name in STAFF if OPERATIONS[name].permissions]
PUBLIC = [name for name, operation in OPERATIONS.items() if operation.public]
POSTS = [name for name in STAFF if OPERATIONS[name].method == "POST"]
WITH_ID = [name for name in STAFF if re.search(r"{[a-z]+_id}|{number}|{sha256}", OPERATIONS[name].address)]
MOST_QUERIES = 12


def address(operation: Called, values: Any) -> str:
    filled = {
        "organization": "banthrai",
        "plan_id": 1,
        "measure_id": 1,
        "statement_id": 1,
        "remark_id": 1,
        "candidate_id": 1,
        "case_id": 1,
    }
    filled |= {"number": 1, "fiscal_year": 2568, "sha256": "0" * 64, "version": 1, "size": 1}
    return operation.address.format(**{**filled, **values.get("address", {})})


def send(client: Client, operation: Called, call: Call, values: Any, **headers: str) -> HttpResponse:
    """The request that `call` describes."""
    if "revision" in values:
        headers["If-Match"] = f'"{values["revision"]}"'
    headers |= values.get("headers", {})
    method = getattr(client, operation.method.lower())
    options: dict[str, Any] = {"headers": headers}
    if "form" in values:
        options["data"] = values["form"]
    elif operation.method == "GET":
        options["data"] = call.query
    elif values.get("body") is not None:
        options |= {"data": json.dumps(values["body"]), "content_type": "application/json"}
    return method(address(operation, values), **options)


def prepared(office: Organization, name: str) -> Any:
    with scope(office.pk):
        return CALLS[name].before()


def test_every_operation_has_a_call_that_succeeds() -> None:
    assert set(CALLS) == set(OPERATIONS)
    assert len(OPERATIONS) == len(operations()), "two operations share a name"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_it_succeeds_with_what_it_asks_for_and_nothing_more(name: str, office: Organization) -> None:
    """And it answers in its shape, after a number of queries that is known."""
    operation, call = OPERATIONS[name], CALLS[name]
    values = prepared(office, name)
    scopes = (*operation.permissions[:1], *call.also) or ("measures.read",)
    client = Client() if operation.public else bearer(token(office, *scopes)[1])
    client.get("/api/v1/banthrai/me")  # the day's first use of a token is noted, once
    if operation.method == "GET":
        connection.run_on_commit.clear()  # verdicts are kept once nothing is pending, and papers once made
        send(client, operation, call, values)
    with CaptureQueriesContext(connection) as context:
        answer = send(client, operation, call, values)
    assert answer.status_code == call.status, answer.getvalue().decode()[:500]
    if answer.get("Content-Type", "").startswith("application/json") and answer.content:
        assert_in_shape(operation, call, answer)
    # The request's own transaction is a savepoint of the test's.
    count = sum("SAVEPOINT" not in query["sql"] for query in context.captured_queries)
    assert_query_count(f"api.{name}", count)
    assert operation.method != "GET" or count <= MOST_QUERIES


def assert_in_shape(operation: Called, call: Call, answer: HttpResponse) -> None:
    described = schema()["paths"][operation.address][operation.method.lower()]["responses"]
    shape = described[str(call.status)]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**shape, "components": schema()["components"]})
    assert [error.message for error in validator.iter_errors(json.loads(answer.content))] == []


@pytest.mark.parametrize("name", STAFF)
def test_without_a_token_it_answers_401(name: str, office: Organization) -> None:
    answer = send(Client(), OPERATIONS[name], CALLS[name], {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ASKING)
def test_with_every_other_permission_it_answers_403(name: str, office: Organization) -> None:
    operation = OPERATIONS[name]
    others = set(everything()) - set(operation.permissions)
    client = bearer(token(office, *others)[1])
    if set(operation.permissions) & {"measures.read", "office.read"}:  # everybody with a role has these
        client = _narrow(office, others)
    answer = send(client, operation, CALLS[name], {})
    assert answer.status_code == 403, answer.content.decode()[:300]


def _narrow(office: Organization, scopes: set[str]) -> Client:
    """A token that has only some of what its member may do."""
    from prongsai.foundation.api.services import create_token

    with scope(office.pk):
        who, _ = token(office, *scopes, username="manee")
        _, secret = create_token(
            actor=who.actor(), member=who, name="แคบ", scopes=scopes & who.actor().permissions, days=1
        )
    return bearer(secret)


@pytest.mark.parametrize("name", STAFF)
def test_another_organizations_member_finds_nothing(name: str, office: Organization) -> None:
    stranger, secret = token(donsai(), *everything(), username="mana")
    signed_in = send(signed_in_client(stranger), OPERATIONS[name], CALLS[name], {})
    assert signed_in.status_code == 404
    assert send(bearer(secret), OPERATIONS[name], CALLS[name], {}).status_code == 401


@pytest.mark.parametrize("name", WITH_ID)
def test_what_belongs_to_another_organization_is_not_there(name: str, office: Organization) -> None:
    other = donsai()
    _, secret = token(other, *everything(), username="mana")
    values = prepared(office, name)
    values = {**values, "address": {**values["address"], "organization": "donsai"}}
    if "form" not in values:
        answer = send(bearer(secret), OPERATIONS[name], CALLS[name], values)
        assert answer.status_code == 404, answer.content.decode()[:300]


@pytest.mark.parametrize("name", POSTS)
def test_sent_twice_under_one_key_it_acts_once_and_answers_the_same(
    name: str, office: Organization, program: Client
) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    values = prepared(office, name)
    first = send(program, operation, call, values, **{"Idempotency-Key": "k1"})
    size = _entries(office)
    for file in [
        f for files in values.get("form", {}).values() for f in (files if isinstance(files, list) else [])
    ]:
        file.seek(0)
    if "file" in values.get("form", {}):
        values["form"]["file"].seek(0)
    again = send(program, operation, call, values, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (call.status, call.status)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert _entries(office) == size


def _entries(office: Organization) -> int:
    with scope(office.pk):
        return Log.objects.get(name="main").size


@pytest.mark.parametrize(
    "details",
    [{"acknowledged": "มาก", "of": "ทุกคน"}, {"acknowledged": 1, "of": "NaN"}, {"of": {"a": 1}}],
)
def test_what_would_be_proved_by_nonsense_is_refused(office: Organization, details: dict[str, Any]) -> None:
    with scope(office.pk):
        statement = Statement.objects.filter(measure__plan__status="published", kind="step")[0]
        about = "service"
        Proof.objects.filter(statement=statement).delete()
        Proof.objects.create(
            statement=statement,
            position=1,
            expression=f"fact(circular_acknowledged, about={about}, share>=0.9)",
        )
    asked = {"kind": "circular_acknowledged", "about": about, "occurred_on": "2025-03-03", "details": details}
    answer = bearer(token(office, "measures.read")[1]).post(
        "/api/v1/banthrai/evidence/effects", json.dumps(asked), content_type="application/json"
    )
    assert answer.status_code == 422
    assert "details" in answer.text
