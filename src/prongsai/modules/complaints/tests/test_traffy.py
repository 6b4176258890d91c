"""Traffy Fondue: tickets come in once, states go back once, and nothing goes in circles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import acknowledge, act, merge, open_case, say
from prongsai.foundation.channels.models import Channel, Inbound
from prongsai.foundation.channels.services.inbound import handle_inbound
from prongsai.foundation.channels.tests.servers import Reply
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.models import TraffyLink, TraffyTicket
from prongsai.modules.complaints.tests.traffy_server import PASSWORD, USER, TraffyServer, issue
from prongsai.modules.complaints.traffy.asking import ask
from prongsai.modules.complaints.traffy.budget import RESERVE, USUAL, next_month, next_question
from prongsai.modules.complaints.traffy.link import switch_off, switch_on
from prongsai.modules.complaints.traffy.tasks import exchange, exchange_with_traffy
from prongsai.modules.complaints.traffy.telling import MOST_TRIES, due, tell
from tests.cast import SYSTEM, banthrai, member, signed_in_client
from tests.screens import ScreenTests

pytestmark = pytest.mark.django_db
MANAGER = Actor("สมศรี", frozenset({"channels.manage"}))
NOW = datetime(2025, 10, 15, 9, 0, tzinfo=BANGKOK)


@pytest.fixture
def server(settings: Any) -> Iterator[TraffyServer]:
    made = TraffyServer()
    settings.TRAFFY_API_URL = f"{made.url}/exchange-api"
    yield made
    made.close()


@pytest.fixture
def office() -> Iterator[Organization]:
    found = banthrai()
    with scope(found.pk), clock.at(NOW):
        yield found


@pytest.fixture
def link(office: Organization, server: TraffyServer) -> TraffyLink:
    return switch_on(actor=MANAGER, user=USER, password=PASSWORD, org_id="151")


def handle() -> None:
    """What the queue would do."""
    for inbound in Inbound.objects.filter(handled_at=None).order_by("id"):
        handle_inbound(organization_id=inbound.channel.organization.pk, inbound_id=inbound.pk)


def ticket() -> TraffyTicket:
    return TraffyTicket.objects.select_related("case").get()


def taken_in(server: TraffyServer, **values: Any) -> Case:
    """A case that came from there."""
    server.issues = [issue(**values)]
    ask()
    handle()
    return ticket().case


def tell_all() -> None:
    for each in due():
        tell(ticket=each)


def hook(link: TraffyLink, body: Any, method: str = "post") -> int:
    key = link.read_secrets()["hook"]
    with clock.at(NOW):
        response = getattr(Client(), method)(
            f"/banthrai/hooks/traffy/{key}/", data=json.dumps(body), content_type="application/json"
        )
    handle()
    return response.status_code


# -- on and off ---------------------------------------------------------------------------------------------------


def test_nothing_is_asked_or_told_until_the_office_connects_its_account(
    office: Organization, server: TraffyServer
) -> None:
    exchange_with_traffy()
    exchange(organization_id=office.pk)
    assert ask() == 0
    assert server.asked == []
    assert not Channel.objects.filter(kind="traffy").exists()


def test_the_account_is_tried_and_kept_unreadable(office: Organization, server: TraffyServer) -> None:
    with pytest.raises(InvalidInput, match="ไม่รับชื่อผู้ใช้หรือรหัสผ่าน"):
        switch_on(actor=MANAGER, user=USER, password="wrong")
    with pytest.raises(InvalidInput, match="รหัสผ่าน"):
        switch_on(actor=MANAGER, user=USER)
    with pytest.raises(NotPermitted):
        switch_on(actor=Actor("ใครก็ได้", frozenset()), user=USER, password=PASSWORD)
    found = switch_on(actor=MANAGER, user=USER, password=PASSWORD)
    found.refresh_from_db()
    assert PASSWORD not in found.secrets
    assert "token-" not in found.secrets
    assert (found.balance, found.quota) == (1_000, 1_000)
    assert found.channel.is_listed
    assert not found.channel.takes_complaints
    with pytest.raises(InvalidInput) as refused:
        switch_on(actor=MANAGER, user="somebody-else")
    assert refused.value.field == "password", "the password that is kept is that of the former name"


def test_switched_off_it_forgets_the_account_and_its_address_is_gone(
    link: TraffyLink, server: TraffyServer
) -> None:
    key = link.read_secrets()["hook"]
    switch_off(actor=MANAGER)
    found = TraffyLink.objects.get()
    assert (found.is_on, found.secrets) == (False, "")
    assert not Channel.objects.get(kind="traffy").is_listed
    assert Client().post(f"/banthrai/hooks/traffy/{key}/", "{}", content_type="application/json").status_code == 404  # fmt: skip
    again = switch_on(actor=MANAGER, user=USER, password=PASSWORD)
    assert again.channel.is_listed
    assert again.read_secrets()["hook"] != key


# -- coming in ----------------------------------------------------------------------------------------------------


def test_a_ticket_becomes_one_case_however_often_it_comes(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    assert (case.kind, case.category, case.channel_kind, case.village) == (GRIEVANCE, "road", "traffy", "3")
    assert case.is_anonymous
    assert (float(case.latitude or 0), case.received_on.isoformat()) == (15.29, "2025-10-14")
    ask()
    raw = {**issue(), "photo": [], "orgs": [{"org_id": 151, "org": "อบต.บ้านทราย"}]}
    del raw["status"]
    assert hook(link, raw) == 200
    assert hook(link, raw) == 200
    assert Case.objects.count() == TraffyTicket.objects.count() == 1


def test_what_is_over_there_or_is_not_ours_is_left_there(link: TraffyLink, server: TraffyServer) -> None:
    server.issues = [issue(status="เสร็จสิ้น"), {"description": "ไม่มีเลข"}, issue("../../etc")]
    assert ask() == 1
    handle()
    assert hook(link, {**issue("2026-OTHERS"), "orgs": [{"org_id": 1302, "org": "เทศบาล"}]}) == 200
    assert not Case.objects.exists()


def test_an_old_ticket_reached_the_office_when_it_was_taken_over(
    link: TraffyLink, server: TraffyServer
) -> None:
    assert taken_in(server, timestamp="2025-03-01 08:00:00").received_on == NOW.date()


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("post", []), ("post", {}), ("post", {"ticket_id": None}), ("post", {"event": "chat", "ticket_id": "2026-ABCDEF"}),
        ("patch", {"ticket_id": "2026-ABCDEF"}), ("patch", {"ticket_id": "'; --", "status": "x"}),
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_kept_nowhere(link: TraffyLink, method: str, body: Any) -> None:
    assert hook(link, body, method) == 400
    assert not Inbound.objects.exists()


def test_a_wrong_key_or_a_huge_body_is_refused(link: TraffyLink) -> None:
    wrong = Client().post("/banthrai/hooks/traffy/guessed/", "{}", content_type="application/json")
    assert wrong.status_code == 404
    assert hook(link, {**issue(), "description": "ก" * 200_000}) == 413


def test_what_the_reporter_writes_goes_on_with_the_case_once(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    act(actor=SYSTEM, case=case, act="ask", message="หลุมลึกเท่าไร")
    event = {"event": "chat", "message_comment_id": 2115334, "ticket_id": "2026-ABCDEF", "comment": "ลึกครึ่งเมตร", "sender_org_id": None}  # fmt: skip
    assert hook(link, event) == 200
    assert hook(link, event) == 200
    case.refresh_from_db()
    assert case.state == "working"
    assert [each.text for each in CaseMessage.objects.filter(direction="in")] == ["ลึกครึ่งเมตร"]


@pytest.mark.parametrize(
    ("event", "sender", "noted"),
    [
        ("chat", 151, ""),
        ("chat", 1302, "เขียนที่"),
        ("rating", None, "ประเมินที่"),
        ("chat_staff_only", None, "ระหว่างเจ้าหน้าที่"),
    ],
)
def test_others_are_noted_for_the_staff_and_the_office_does_not_hear_itself(
    link: TraffyLink, server: TraffyServer, event: str, sender: int | None, noted: str
) -> None:
    case = taken_in(server)
    said = {"event": event, "message_comment_id": 7, "ticket_id": "2026-ABCDEF", "comment": "ข้อความ", "sender_org_id": sender}  # fmt: skip
    assert hook(link, said) == 200
    notes = list(CaseMessage.objects.filter(case=case).values_list("direction", "text"))
    assert len(notes) == bool(noted)
    assert all(direction == "note" and noted in text for direction, text in notes)


# -- going back ---------------------------------------------------------------------------------------------------


def test_a_case_tells_its_state_once_with_what_was_written(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    tell_all()
    assert server.told == []
    acknowledge(actor=SYSTEM, case=case)
    tell_all()
    tell_all()
    act(actor=SYSTEM, case=Case.objects.get(), act="finish", result="ลงหินคลุกแล้ว")
    tell_all()
    assert [(path, body["state_name"], body["note"]) for path, body in server.told] == [
        ("update-issue/v1", "กำลังดำเนินการ", "อยู่ระหว่างดำเนินการ"),
        ("update-issue/v1", "เสร็จสิ้น", "ลงหินคลุกแล้ว"),
    ]
    assert {body["ticket_id"] for _, body in server.told} == {"2026-ABCDEF"}


def test_a_message_alone_is_written_to_the_reporter(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    say(actor=SYSTEM, case=case, text="ช่างจะไปดูวันศุกร์")
    tell_all()
    tell_all()
    assert [(path, body.get("comment")) for path, body in server.told] == [("comment/v1", "ช่างจะไปดูวันศุกร์")]


def test_a_status_from_there_is_never_sent_back(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    acknowledge(actor=SYSTEM, case=case)
    tell_all()
    server.told.clear()
    echo = {"ticket_id": "2026-ABCDEF", "status": "กำลังดำเนินการ", "org": "อบต.บ้านทราย", "note": "อยู่ระหว่างดำเนินการ", "timestamp": "2025-10-15 09:00:01"}  # fmt: skip
    assert hook(link, echo, "patch") == 200
    others = {**echo, "status": "เสร็จสิ้น", "note": "แขวงทางหลวงซ่อมแล้ว", "timestamp": "2025-10-15 09:30:00"}
    assert hook(link, others, "patch") == 200
    tell_all()
    assert server.told == []
    noted = CaseMessage.objects.get(case=case, direction="note")
    assert "เสร็จสิ้น" in noted.text
    assert "แขวงทางหลวงซ่อมแล้ว" in noted.text
    act(actor=SYSTEM, case=Case.objects.get(), act="finish", result="แขวงทางหลวงซ่อมแล้ว")
    CaseMessage.objects.filter(direction="out").update(text="")
    tell_all()
    assert server.told == [], "it stands there already"


def test_the_same_status_by_webhook_and_by_list_is_noted_once(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    changed = {
        "ticket_id": "2026-ABCDEF",
        "status": "ส่งต่อ(ใหม่)",
        "org": "อำเภอ",
        "timestamp": "2025-10-15 10:00:00",
    }
    assert hook(link, changed, "patch") == 200
    server.issues = [issue(status="ส่งต่อ(ใหม่)", last_activity="2025-10-15 10:00:02")]
    ask()
    handle()
    assert CaseMessage.objects.filter(case=case, direction="note").count() == 1


def test_identity_and_telephone_numbers_stay_in_the_house(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    act(actor=SYSTEM, case=case, act="finish", result="โทรแจ้งผู้ร้องที่ 081-234-5678 แล้ว")
    tell_all()
    tell_all()
    assert [body["note"] for _, body in server.told] == ["ดำเนินการแล้วเสร็จ"]
    assert "จึงไม่ได้ส่งไป" in CaseMessage.objects.get(direction="note").text


def test_a_joined_case_follows_the_one_that_it_is_in(link: TraffyLink, server: TraffyServer) -> None:
    case = taken_in(server)
    other = open_case(
        actor=SYSTEM, kind=GRIEVANCE, title="หลุมเดียวกัน", category="road", channel_kind="phone",
        received_on=case.received_on,
    ).case  # fmt: skip
    merge(actor=SYSTEM, case=case, into=other, reason="หลุมเดียวกัน")
    tell_all()
    act(actor=SYSTEM, case=Case.objects.get(pk=other.pk), act="finish", result="ซ่อมแล้ว")
    tell_all()
    assert [body.get("state_name") for _, body in server.told] == [None, "เสร็จสิ้น"]
    assert not due().exists()


def test_nothing_goes_back_when_the_office_does_not_want_it(link: TraffyLink, server: TraffyServer) -> None:
    switch_on(actor=MANAGER, user=USER, tells=False)
    acknowledge(actor=SYSTEM, case=taken_in(server))
    tell_all()
    assert server.told == []


# -- what goes wrong ----------------------------------------------------------------------------------------------


def test_a_token_that_ended_is_renewed_and_the_call_made_once_more(
    link: TraffyLink, server: TraffyServer
) -> None:
    server.tokens.append("another")  # theirs; what we hold has ended
    server.until = "2025-10-15 09:03:00"
    assert taken_in(server).pk
    assert server.calls("get-auth") == 2
    ask()  # the new one is about to end
    assert server.calls("get-auth") == 3
    assert server.calls("get-issues") == 3  # one of them refused


def test_a_refusal_stands_in_sight_and_is_tried_again_but_not_for_ever(
    link: TraffyLink, server: TraffyServer
) -> None:
    acknowledge(actor=SYSTEM, case=taken_in(server))
    for _ in range(MOST_TRIES + 3):
        server.failing = [Reply(body={"status": "fail", "message": "ticket not found | ไม่พบเรื่อง"})]
        tell_all()
    found = ticket()
    assert (found.tries, "ไม่พบเรื่อง" in found.failure) == (MOST_TRIES, True)
    assert "ไม่พบเรื่อง" in TraffyLink.objects.get().failure
    assert not due().exists()


@pytest.mark.parametrize(
    "reply",
    [Reply(500, {"message": "Internal"}), Reply(body=b"<html>", kind="text/html"), Reply(body=[1, 2]), Reply(302, headers={"Location": "http://127.0.0.1/"})],
)  # fmt: skip
def test_a_server_that_answers_nonsense_is_asked_again_in_an_hour(
    link: TraffyLink, server: TraffyServer, reply: Reply
) -> None:
    server.failing = [reply]
    assert ask() == 0
    found = TraffyLink.objects.get()
    assert found.failure
    assert found.next_at == NOW + timedelta(hours=1)


def test_a_password_that_is_no_longer_taken_is_not_tried_every_quarter_of_an_hour(
    link: TraffyLink, server: TraffyServer
) -> None:
    server.password, server.tokens = "changed", []
    ask()
    found = TraffyLink.objects.get()
    assert "ไม่รับชื่อผู้ใช้หรือรหัสผ่าน" in found.failure
    assert found.next_at == NOW + timedelta(hours=12)


# -- the month's calls --------------------------------------------------------------------------------------------


def test_when_the_calls_are_used_up_nothing_is_tried_until_the_month_is_over(
    link: TraffyLink, server: TraffyServer
) -> None:
    case = taken_in(server)
    server.balance = 0
    ask()
    found = TraffyLink.objects.get()
    assert found.next_at == next_month(NOW)
    acknowledge(actor=SYSTEM, case=case)
    asked = len(server.asked)
    tell_all()
    assert len(server.asked) == asked
    server.balance = 1_000
    with clock.at(next_month(NOW) + timedelta(minutes=1)):
        ask()
        tell_all()
    assert [body["state_name"] for _, body in server.told] == ["กำลังดำเนินการ"]


@given(balance=st.integers(0, 5_000), minutes=st.integers(0, 60 * 24 * 30))
def test_asking_is_spread_over_the_month_and_leaves_the_reserve(balance: int, minutes: int) -> None:
    now = datetime(2025, 10, 1, tzinfo=BANGKOK) + timedelta(minutes=minutes)
    half, left, early = now + (next_month(now) - now) / 2, balance, 0
    while (now := next_question(now, left)) < datetime(2025, 11, 1, tzinfo=BANGKOK):
        left -= 1
        early += now < half
    assert left >= min(balance, RESERVE)
    assert early <= max(0, balance - RESERVE) / 3 + 1


def test_without_a_limit_it_is_asked_every_half_hour(link: TraffyLink, server: TraffyServer) -> None:
    server.balance = None
    ask()
    found = TraffyLink.objects.get()
    assert found.balance is None
    assert found.next_at == NOW + USUAL


# -- the screens --------------------------------------------------------------------------------------------------


class TestTraffyScreen(ScreenTests):
    url_name = "complaints-traffy"
    permission = "complaints.read"
    also = ("channels.manage",)


class TestConnectTraffy(ScreenTests):
    url_name = "complaints-traffy-connect"
    permission = "channels.manage"


class TestDisconnectTraffy(ScreenTests):
    url_name = "complaints-traffy-disconnect"
    permission = "channels.manage"


def test_the_account_is_connected_and_taken_off_on_screen(office: Organization, server: TraffyServer) -> None:
    client = signed_in_client(member("complaints.read", "channels.manage", username="somsri"))
    here = "/banthrai/work/complaints/traffy/"
    assert "ยังไม่ได้แลกเปลี่ยนข้อมูล" in client.get(here).content.decode()
    given = {"user": USER, "password": "wrong", "tells": "on"}
    refused = client.post(f"{here}connect/", given)
    assert "ไม่รับชื่อผู้ใช้หรือรหัสผ่าน" in refused.content.decode()
    assert client.post(f"{here}connect/", {**given, "password": PASSWORD}).status_code == 302
    page = client.get(here).content.decode()
    assert "/banthrai/hooks/traffy/" in page
    assert PASSWORD not in page
    reader = signed_in_client(member("complaints.read", username="reader"))
    assert "/hooks/traffy/" not in reader.get(here).content.decode()
    assert client.post(f"{here}disconnect/").status_code == 302
    assert not TraffyLink.objects.get().is_on
