"""Programs: what strangers may tell, once; what staff's programs do, by the same rules as the screens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import publish_case
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Period
from prongsai.modules.complaints.api import cases, public
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE
from prongsai.modules.complaints.portal import limits
from prongsai.modules.complaints.tests.register import came, days_passed, done, opened_channel
from tests.api.conftest import bearer, token
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db
BELOW = "/api/v1/banthrai/complaints/"
STAFF = (
    "complaints.read",
    "complaints.intake",
    "complaints.handle",
    "complaints.assign",
    "complaints.publish",
)


@pytest.fixture
def office(settings: Any) -> Iterator[Organization]:
    for bucket in (limits.unasked, limits.of_office):
        bucket.clear()
    found = banthrai()
    with scope(found.pk):
        opened_channel(date(2025, 9, 1))
        yield found


@pytest.fixture
def program(office: Organization) -> Client:
    return bearer(token(office, *STAFF)[1])


def post(client: Client, address: str, body: Any, **headers: str) -> Any:
    return client.post(BELOW + address, json.dumps(body), content_type="application/json", headers=headers)


def tell(key: str = "a-key-of-sixteen-letters", **body: Any) -> Any:
    given = {"category": "lamp", "text": "ไฟหน้าวัดดับ ข้อมูลตัวอย่าง", "place": {"village": "๔"}, **body}
    return post(Client(), "submissions", given, **{"Idempotency-Key": key})


# -- strangers ----------------------------------------------------------------------------------------------------------


def test_what_is_told_twice_under_one_key_is_one_case_with_one_receipt(office: Organization) -> None:
    first, again = tell(), tell()
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    case = Case.objects.get()
    assert (case.number, case.kind, case.village, case.channel_kind) == (
        first.json()["number"], GRIEVANCE, "4", "web",
    )  # fmt: skip
    assert case.is_anonymous
    assert case.unit is not None
    assert tell("another-key-of-letters").json()["number"] != case.number


def test_whoever_told_it_follows_it_by_the_code(office: Organization) -> None:
    receipt = tell(contact={"name": "สมมติ ตัวอย่าง", "email": "someone@example.org"}).json()
    done(Case.objects.get(), date(2025, 10, 3))
    found = post(Client(), "tracking", {"code": receipt["code"]}).json()["case"]
    assert (found["number"], found["phase"], found["result"]) == (
        receipt["number"], "finished", "แจ้งผลแล้ว (ข้อมูลตัวอย่าง)",
    )  # fmt: skip
    assert "สมมติ" not in json.dumps(found, ensure_ascii=False)
    assert post(Client(), "tracking", {"code": "AAAA-AAAA"}).json() == {"case": None}


def test_trying_codes_is_counted_and_stopped(office: Organization) -> None:
    answers = [post(Client(), "tracking", {"code": f"AAAA-AA{n:02d}"}).status_code for n in range(62)]
    assert (answers[0], answers[-1]) == (200, 429)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"category": "nothing"}, "category"),
        ({"text": ""}, "text"),
        ({"place": {"latitude": 91, "longitude": 1}}, "place.latitude"),
        ({"place": {"latitude": 15.2}}, "place.latitude"),
        ({"contact": {"email": "no address"}}, "contact_email"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_leaves_nothing(
    office: Organization, body: dict[str, Any], field: str
) -> None:
    answer = tell(**body)
    assert answer.status_code == 422, answer.content.decode()
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Case.objects.exists()


def test_without_a_key_nothing_is_taken(office: Organization) -> None:
    answer = post(Client(), "submissions", {"category": "lamp", "text": "ไฟดับ"})
    assert answer.status_code == 422


@pytest.mark.slow
def test_a_line_that_sends_more_than_people_do_is_asked_to_wait(office: Organization) -> None:
    answers = [tell(f"key-number-of-letters-{n:03d}") for n in range(60)]
    while (
        answers[-1].status_code == 201 and len(answers) < 120
    ):  # on a slow machine some are granted meanwhile
        answers.append(tell(f"key-number-of-letters-{len(answers):03d}"))
    assert [answers[0].status_code, answers[-1].status_code] == [201, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert tell("key-number-of-letters-000").status_code == 201  # what was taken is answered again


def test_an_office_whose_form_is_closed_takes_nothing() -> None:
    banthrai()
    assert tell().status_code == 409


def test_the_figures_say_zero_and_what_is_known(office: Organization) -> None:
    from prongsai.foundation.ledger.services import flush
    from prongsai.kernel import clock
    from prongsai.modules.complaints.services.counting import count_due

    came(date(2025, 10, 5), category="lamp")
    with clock.at(date(2025, 11, 1)):
        days_passed(Period(date(2025, 10, 1), date(2025, 10, 31)), Channel.objects.get())
        count_due(actor=SYSTEM)
        flush()
    with clock.at(date(2025, 11, 15)):
        found = Client().get(BELOW + "statistics/2569").json()
    assert found["sentence"] == "ไม่มีเรื่องร้องเรียน"
    totals = {each["kind"]: each["total"]["received"] for each in found["kinds"]}
    assert (totals[COMPLAINT], totals[GRIEVANCE]) == (0, 1)
    with clock.at(date(2025, 11, 15)):
        assert Client().get(BELOW + "statistics/2590").status_code == 404


# -- programs of the staff -----------------------------------------------------------------------------------------------


def test_a_case_goes_its_whole_way_by_the_api(office: Organization, program: Client) -> None:
    taken = post(
        program, "cases", {"category": "service", "channel": "phone", "text": "รอนาน ข้อมูลตัวอย่าง"}
    ).json()
    case = Case.objects.get(number=taken["number"])
    address = f"cases/{case.pk}"
    answer = program.get(BELOW + address)
    assert answer.json()["acts"][0]["act"] == "acknowledge"
    for body in (
        {"act": "acknowledge"},
        {"act": "ask", "message": "เกิดขึ้นวันใด"},
    ):
        answer = post(program, f"{address}/acts", body, **{"If-Match": answer["ETag"]})
        assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["phase"] == "waiting"
    stale = post(program, f"{address}/acts", {"act": "refuse", "reason": "x"}, **{"If-Match": '"0"'})
    assert stale.status_code == 412
    assert post(program, f"{address}/acts", {"act": "finish"}).status_code == 428
    answer = post(
        program,
        f"{address}/acts",
        {"act": "finish", "result": "ตรวจสอบแล้ว", "found": "true"},
        **{"If-Match": answer["ETag"]},
    )
    assert (answer.json()["phase"], answer.json()["found"]) == ("finished", "true")
    again = post(program, f"{address}/acts", {"act": "finish", "result": "x"}, **{"If-Match": answer["ETag"]})
    assert again.status_code == 409
    from prongsai.foundation.ledger.services import flush

    flush()
    assert {"complaint_received", "complaint_closed"} <= set(Entry.objects.values_list("kind", flat=True))


def test_what_came_from_another_system_is_one_case_by_its_number_there(
    office: Organization, program: Client
) -> None:
    body = {"category": "road", "channel": "hotline", "text": "ถนนพัง ข้อมูลตัวอย่าง", "source": "1111-68-0042"}
    first, second = post(program, "cases", body), post(program, "cases", body)
    assert first.json()["number"] == second.json()["number"]
    assert (bool(first.json()["code"]), second.json()["code"]) == (True, "")


def test_cases_are_listed_by_what_is_asked(office: Organization, program: Client) -> None:
    lamp, service = came(date(2025, 10, 2), category="lamp"), came(date(2025, 10, 3))
    came(date(2025, 10, 3), is_check=True)
    done(lamp, date(2025, 10, 5))

    def listed(query: str) -> list[str]:
        return [each["number"] for each in program.get(f"{BELOW}cases?{query}").json()["items"]]

    assert listed("") == [service.number, lamp.number]
    assert listed("open=true") == listed("topic=service") == listed(f"kind={COMPLAINT}") == [service.number]
    assert listed("open=false") == listed("category=lamp") == [lamp.number]
    assert listed("phase=waiting") == []


def pages(client: Client, address: str) -> list[list[str]]:
    """The numbers on every page, following the cursors."""
    found: list[list[str]] = []
    cursor: int | None = None
    while not found or cursor is not None:
        answer = client.get(BELOW + address, {} if cursor is None else {"cursor": cursor}).json()
        found.append([each["number"] for each in answer["items"]])
        cursor = answer["next"]
        assert len(found) < 9
    return found


def test_no_case_is_skipped_or_shown_twice_from_page_to_page(
    office: Organization, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "ROWS", 2)
    monkeypatch.setattr(public, "ROWS", 2)
    days = (5, 9, 3, 9, 1, 7, 3)  # a letter is registered days after it came
    made = [came(date(2025, 10, 10), category="lamp", received_on=date(2025, 10, day)) for day in days]
    newest = [
        case.number for case in sorted(made, key=lambda case: (case.received_on, case.pk), reverse=True)
    ]
    listed = pages(program, "cases")
    assert [len(each) for each in listed] == [2, 2, 2, 1]
    assert list(chain.from_iterable(listed)) == newest
    for number, case in enumerate(made):
        publish_case(actor=SYSTEM, case=case, public_title=f"ไฟดับจุดที่ {number}")
        if number % 2:
            done(case, date(2025, 10, 12 + number))
    assert list(chain.from_iterable(pages(Client(), "shown"))) == newest


def test_a_program_does_no_more_than_its_scopes(office: Organization) -> None:
    reader = bearer(token(office, "complaints.read", username="reader")[1])
    case = came(date(2025, 10, 3), category="lamp")
    assert reader.get(f"{BELOW}cases/{case.pk}").json()["acts"] == []
    for address, body in (("acts", {"act": "acknowledge"}), ("notes", {"text": "x"}), ("assign", {})):
        assert post(reader, f"cases/{case.pk}/{address}", body, **{"If-Match": '"0"'}).status_code == 403
    assert post(reader, "cases", {"category": "lamp", "channel": "phone", "text": "x"}).status_code == 403
