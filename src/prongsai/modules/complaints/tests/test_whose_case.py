"""Whose a case is: who works on it and is told who brought it, and who takes what the unit has and nobody in it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.rights import may_do, told_contact
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel.errors import NotPermitted, Stale
from prongsai.modules.complaints.tests.desk import (
    ASSIGN,
    HANDLE,
    INTAKE,
    MANAGE,
    READ,
    a_case,
    closed_case,
    now,
    of,
    picture,
)
from tests.api.conftest import bearer, token
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
API = "/api/v1/banthrai/complaints/cases"


@pytest.fixture
def finance(office: Organization) -> Membership:
    """Works on the cases of กองคลัง."""
    return member(READ, HANDLE, username="finance", unit="กองคลัง")


def of_unit(name: str | None) -> Case:
    return a_case(unit=Unit.objects.get(name=name) if name else None, files=[picture()])


def test_an_officer_acts_on_the_cases_of_the_own_unit_on_what_is_given_and_on_nobodys(
    finance: Membership,
) -> None:
    own, others, nobodys = of_unit("กองคลัง"), of_unit("สำนักปลัด"), of_unit(None)
    given = services.assign(actor=SYSTEM, case=of_unit("สำนักปลัด"), unit=others.unit, assignee=finance)
    actor = finance.actor()
    assert [may_do(actor, case, "handle") for case in (own, given, nobodys, others)] == [
        True,
        True,
        True,
        False,
    ]
    client = signed_in_client(finance)
    for case in (own, given, nobodys):
        page = client.get(of(case)).content.decode()
        assert "บุญมี" in page
        assert of(case, "say") in page
        assert client.get(of(case, "note")).status_code == 200
    page = client.get(of(others)).content.decode()
    assert "ไฟหน้าวัดดับ" in page, "the matter itself is read by all who may read cases"
    assert "บุญมี" not in page
    assert "081 000 0000" not in page
    assert of(others, "say") not in page
    assert of(others, "act", act="finish") not in page
    for name in (
        "say",
        "note",
        "hear",
        "attach",
        "correct",
        "recategorise",
        "merge",
        "forward",
        "acknowledge",
        "take",
    ):
        assert client.get(of(others, name)).status_code == 403, name
    assert client.get(of(others, "act", act="finish")).status_code == 403
    assert client.get(of(others, "file", case_file=others.files.get().pk)).status_code == 403
    assert of(others, "act", act="finish") not in client.get("/banthrai/work/cases/board/").content.decode()
    assert of(own, "act", act="finish") in client.get("/banthrai/work/cases/board/").content.decode()


ACTS: tuple[Callable[..., object], ...] = (
    lambda actor, case: services.act(actor=actor, case=case, act="finish", result="x"),
    lambda actor, case: services.acknowledge(actor=actor, case=case),
    lambda actor, case: services.say(actor=actor, case=case, text="x"),
    lambda actor, case: services.note(actor=actor, case=case, text="x"),
    lambda actor, case: services.hear(actor=actor, case=case, text="x", channel_kind="phone"),
    lambda actor, case: services.correct(actor=actor, case=case, title="x"),
    lambda actor, case: services.recategorise(actor=actor, case=case, category="road", topic=None),
    lambda actor, case: services.attach(actor=actor, case=case, file=picture("y.png")),
    lambda actor, case: services.merge(actor=actor, case=case, into=a_case(), reason="x"),
)


@pytest.mark.parametrize("number", range(len(ACTS)))
def test_no_service_lets_an_officer_act_on_the_case_of_another_unit(finance: Membership, number: int) -> None:
    with pytest.raises(NotPermitted):
        ACTS[number](finance.actor(), of_unit("สำนักปลัด"))


@pytest.mark.parametrize("more", [ASSIGN, INTAKE, MANAGE])
def test_who_assigns_takes_in_or_manages_works_on_all(office: Organization, more: str) -> None:
    central = member(READ, HANDLE, more, username="central")
    case = of_unit("สำนักปลัด")
    assert told_contact(central.actor(), case)
    services.note(actor=central.actor(), case=case, text="x")


def test_a_program_acts_and_is_told_as_its_owner(office: Organization) -> None:
    own, others = of_unit("กองคลัง"), of_unit("สำนักปลัด")
    who, secret = token(office, READ, HANDLE, username="finance")
    who.unit = own.unit
    who.save()
    client = bearer(secret)
    found = {case.pk: client.get(f"{API}/{case.pk}").json() for case in (own, others)}
    assert (found[own.pk]["contact_phone"], found[others.pk]["contact_phone"]) == ("081 000 0000", "")
    assert found[own.pk]["acts"]
    assert found[others.pk]["acts"] == []
    body = json.dumps({"text": "x"})
    for case, status in ((own, 201), (others, 403)):
        sent = client.post(f"{API}/{case.pk}/notes", body, content_type="application/json")
        assert sent.status_code == status


def test_what_the_unit_has_and_nobody_in_it_is_taken_by_its_officer(finance: Membership) -> None:
    own, others, nobodys = of_unit("กองคลัง"), of_unit("สำนักปลัด"), of_unit(None)
    client = signed_in_client(finance)
    assert of(own, "take") in client.get(of(own)).content.decode()
    client.post(of(own, "take"), {"version": own.version})
    assert now(own).assignee == finance
    for case in (others, nobodys):
        assert of(case, "take") not in client.get(of(case)).content.decode()
        with pytest.raises(NotPermitted):
            services.take(actor=finance.actor(), case=case)
    with pytest.raises(NotPermitted):
        services.assign(actor=finance.actor(), case=own, unit=others.unit)


def test_of_two_who_take_a_case_the_second_is_told_and_displaces_nobody(finance: Membership) -> None:
    case = of_unit("กองคลัง")
    second = member(READ, HANDLE, username="second", unit="กองคลัง")
    clients = [signed_in_client(each) for each in (finance, second)]
    seen = {"version": case.version}
    answers = [client.post(of(case, "take"), seen) for client in clients]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert "มีความเคลื่อนไหว" in answers[1].content.decode()
    assert now(case).assignee == finance
    with pytest.raises(NotPermitted):
        services.take(actor=second.actor(), case=case)
    head = member(READ, HANDLE, ASSIGN, username="head", unit="กองคลัง")
    with pytest.raises(Stale):
        services.take(actor=head.actor(), case=case, version=case.version)
    assert services.take(actor=head.actor(), case=case).assignee == head, "who assigns takes it over"


def test_a_closed_case_is_not_taken(finance: Membership) -> None:
    case = closed_case()
    assert not services.may_take(finance.actor(), case)
