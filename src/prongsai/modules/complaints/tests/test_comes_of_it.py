"""What comes of a complaint about somebody is kept from them as well: what is joined with it, made of it or split off it,
its files and its facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import services
from prongsai.foundation.casework.hands import all_hands
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import may_see
from prongsai.foundation.casework.services import Concerned, common
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.notify.selectors import concerns as is_told
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.tests.desk import (
    ASSIGN,
    HANDLE,
    INTAKE,
    MANAGE,
    READ,
    a_case,
    a_complaint,
    at,
    now,
    of,
    paper,
    picture,
    said,
)
from tests.api.conftest import bearer, token
from tests.cast import SYSTEM, member, signed_in_client
from tests.sample_year import PDF

pytestmark = pytest.mark.django_db
API = "/api/v1/banthrai/complaints/cases"
HEADS = (READ, HANDLE, ASSIGN)
WITNESS = "ข้าพเจ้าเห็นหัวหน้ารับซอง"


@pytest.fixture
def unit(office: Organization) -> Unit:
    return Unit.objects.get(name="สำนักปลัด")


@pytest.fixture
def head(unit: Unit) -> Membership:
    return member(*HEADS, username="head", unit=unit.name)


@pytest.fixture
def keeper(unit: Unit) -> Membership:
    return member(READ, INTAKE, HANDLE, ASSIGN, username="keeper")


def about(*, unit: Unit | None = None, who: Membership | None = None, **more: Any) -> Case:
    return a_complaint(**({"unit": None, "concerned": Concerned(unit, who)} | more))


def heard(case: Case, text: str = WITNESS, **more: Any) -> CaseMessage:
    services.hear(case=case, text=text, channel_kind="web", **more)
    return CaseMessage.objects.filter(case=case, direction="in").latest("pk")


# -- joined ---------------------------------------------------------------------------------------------------


def test_cases_about_others_are_not_joined_and_what_to_do_is_said(
    head: Membership, keeper: Membership
) -> None:
    case, other = about(who=head), a_complaint(unit=None)
    client = signed_in_client(keeper)
    sent = {"into": other.number, "reason": "เรื่องเดียวกัน", "looked_at": other.pk, "version": case.version}
    page = client.post(of(case, "merge"), sent)
    assert page.status_code == 200
    assert "ระบุให้ตรงกันทั้งสองเรื่องก่อน" in said(page)
    assert f'value="{other.number}"' not in client.get(of(case, "merge")).content.decode(), (
        "nor is it offered"
    )
    with pytest.raises(InvalidInput):
        services.merge(actor=keeper.actor(), case=other, into=case, reason="เรื่องเดียวกัน")
    services.correct(actor=keeper.actor(), case=other, concerned=Concerned(None, head))
    sent["version"] = now(case).version
    client.post(of(case, "merge"), sent)
    assert now(case).merged_into == other


def test_said_later_of_one_of_two_joined_cases_it_holds_for_both(
    head: Membership, keeper: Membership
) -> None:
    case, root = a_complaint(unit=None), a_complaint(unit=None)
    services.merge(actor=SYSTEM, case=case, into=root, reason="เรื่องเดียวกัน")
    assert may_see(head.actor(), root)
    services.correct(actor=keeper.actor(), case=now(case), concerned=Concerned(None, head))
    assert not may_see(head.actor(), root)
    assert signed_in_client(head).get(of(root)).status_code == 404
    services.correct(actor=keeper.actor(), case=now(root), concerned=Concerned())
    assert may_see(head.actor(), case), "taken back, it is taken back of both"


def test_whom_a_joined_case_is_about_reads_nothing_of_it_in_the_other(
    office: Organization, head: Membership, keeper: Membership
) -> None:
    """As it stands in an office that joined them before both had to be about the same."""
    case, root = a_complaint(unit=None), a_complaint(unit=head.unit)
    message = heard(case, files=[picture("ซอง.png")])
    services.merge(actor=SYSTEM, case=case, into=root, reason="เรื่องเดียวกัน")
    services.note(actor=SYSTEM, case=root, text=f"ดูที่เรื่อง {case.number} ด้วย")
    Case.objects.filter(pk=case.pk).update(concerned_member=head)
    secret = (WITNESS, case.number, "ซอง.png", message.files.get().file.sha256)  # type: ignore[attr-defined]
    file = of(root, "file", case_file=message.files.get().pk)  # type: ignore[attr-defined]
    theirs, others = signed_in_client(head), signed_in_client(keeper)
    _, of_program = token(office, *HEADS, username="program")
    program = bearer(of_program)
    Case.objects.filter(pk=case.pk).update(concerned_member=Membership.objects.get(user__username="program"))
    assert not [each for each in secret if each in program.get(f"{API}/{root.pk}").content.decode()]
    Case.objects.filter(pk=case.pk).update(concerned_member=head)
    for page in (of(root), of(root, "say"), of(root, "print", format="docx")):
        assert not [each for each in secret if each in theirs.get(page).content.decode("utf-8", "ignore")]
    assert theirs.get(file).status_code == 404
    assert WITNESS in others.get(of(root)).content.decode()
    assert others.get(file).status_code == 200


# -- made of it, split off it ---------------------------------------------------------------------------------


def test_a_case_made_of_a_message_is_about_whom_the_complaint_is_about(
    unit: Unit, head: Membership, keeper: Membership
) -> None:
    for concerned in (Concerned(unit), Concerned(None, head)):
        case = about(unit=concerned.unit, who=concerned.member)
        message = heard(case)
        client, page = signed_in_client(keeper), of(case, "from-message", message=message.pk)
        sent = {"title": "เรียกเงินอีกครั้ง", "category": "people", "unit": ""}
        if concerned.unit is not None:
            assert "ส่งให้ไม่ได้" in said(client.post(page, sent | {"unit": unit.pk}))
        client.post(page, sent)
        made = Case.objects.latest("pk")
        assert (made.title, Concerned.of(made)) == ("เรียกเงินอีกครั้ง", concerned)
        assert signed_in_client(head).get(of(made)).status_code == 404


def test_a_lamp_in_a_complaint_about_somebody_is_kept_from_them_until_a_keeper_says_otherwise(
    head: Membership, keeper: Membership
) -> None:
    message = heard(about(who=head))
    lamp = services.from_message(
        actor=keeper.actor(), message=message, kind=GRIEVANCE, title="ไฟดับ", category="lamp"
    ).case
    assert not may_see(head.actor(), lamp)
    client = signed_in_client(keeper)
    assert "concerned_member" not in client.get(of(a_case(), "correct")).content.decode()
    assert "concerned_member" in client.get(of(lamp, "correct")).content.decode()
    sent = {"title": "ไฟดับ", "received_on": f"{lamp.received_on:%d/%m}/{lamp.received_on.year + 543}"}
    client.post(
        of(lamp, "correct"), sent | {"version": lamp.version, "concerned_member": "", "concerned_unit": ""}
    )
    assert may_see(head.actor(), lamp)


def test_what_was_split_off_or_made_before_it_was_said_whom_it_is_about_follows(
    unit: Unit, head: Membership, keeper: Membership
) -> None:
    case, other = a_complaint(unit=None), Unit.objects.get(name="กองคลัง")
    part = services.split(actor=SYSTEM, case=case, title="ส่วนหนึ่ง", unit=unit).case
    below = services.split(actor=SYSTEM, case=part, title="ส่วนของส่วน").case
    risen = services.from_message(
        actor=SYSTEM, message=heard(case), kind=GRIEVANCE, title="ไฟดับ", category="lamp", unit=unit
    ).case
    apart = services.split(actor=SYSTEM, case=case, title="ของกองคลัง").case
    services.correct(actor=SYSTEM, case=apart, concerned=Concerned(other))
    sent = {
        "title": case.title,
        "received_on": "18/8/2568",
        "version": now(case).version,
        "concerned_unit": unit.pk,
    }
    signed_in_client(keeper).post(of(case, "correct"), sent)
    assert now(case).concerned_unit == unit
    client = signed_in_client(head)
    for each in (case, part, below, risen):
        assert (now(each).concerned_unit, now(each).unit) == (unit, None)
        assert client.get(of(each)).status_code == 404
    assert now(apart).concerned_unit == other, "what was said of a part by itself stays"


# -- who keeps the register -----------------------------------------------------------------------------------


def test_who_keeps_the_register_is_shut_out_by_another_keeper_alone(
    head: Membership, keeper: Membership
) -> None:
    case, manager = a_complaint(unit=None), member(READ, HANDLE, MANAGE, username="manager")
    sent = {"unit": head.unit_id, "concerned_member": keeper.pk, "version": case.version}  # type: ignore[attr-defined]
    page = signed_in_client(head).post(of(case, "assign"), sent)
    assert page.status_code in {200, 403}
    assert now(case).concerned_member is None
    with pytest.raises(NotPermitted):
        services.assign(actor=head.actor(), case=now(case), assignee=head, concerned=Concerned(None, keeper))
    assert signed_in_client(keeper).get(of(case)).status_code == 200
    services.correct(actor=manager.actor(), case=now(case), concerned=Concerned(None, keeper))
    assert not may_see(keeper.actor(), case)


def test_somebody_is_left_who_keeps_the_register(keeper: Membership) -> None:
    case = a_complaint(unit=None)
    with pytest.raises(InvalidInput) as refused:
        services.correct(actor=SYSTEM, case=case, concerned=Concerned(None, keeper))
    assert refused.value.field == "concerned_member"
    letter = {
        "channel_kind": "letter", "received_on": "18/8/2568", "category": "people", "body": "ผู้รับเรื่องไม่รับเรื่อง",
        "concerned_member": keeper.pk,
    }  # fmt: skip
    assert "ให้ผู้อื่นรับเรื่องได้ก่อน" in said(signed_in_client(keeper).post(at("complaints-intake"), letter))
    member(READ, MANAGE, username="manager")
    assert (
        services.correct(actor=SYSTEM, case=case, concerned=Concerned(None, keeper)).concerned_member
        == keeper
    )


def test_who_keeps_the_register_is_told_whom_a_case_is_said_to_be_about(
    head: Membership, keeper: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, asked = a_complaint(unit=None), list[str]()
    monkeypatch.setattr(common, "asking_listeners", [lambda case, what, actor: asked.append(what)])
    services.correct(actor=SYSTEM, case=case, concerned=Concerned(None, head))
    assert asked == ["concerned"]
    hands = all_hands()
    assert is_told(now(case), "concerned", keeper, None, hands)
    assert not is_told(now(case), "concerned", head, None, hands), "but not whom it is about"
    assert not is_told(now(case), "concerned", member(*HEADS, username="other"), None, hands)


# -- its files and its facts ----------------------------------------------------------------------------------


def test_files_of_cases_are_in_no_list_and_open_to_those_who_may_open_the_case(
    head: Membership, keeper: Membership
) -> None:
    sent, own = picture("ซอง.png"), paper("บันทึก.pdf")
    case = about(who=head, files=[sent])
    services.note(actor=SYSTEM, case=case, text="ดูไฟล์", files=[own])
    auditor = signed_in_client(member("audit.read", username="auditor"))
    audits = signed_in_client(member(*HEADS, "audit.read", username="audits"))
    assert not any(
        each.sha256 in auditor.get(at("settings-files") + "?cols=sha256").content.decode()
        for each in (sent, own)
    )
    for file in (sent, own):
        for page in ("settings-file", "settings-file-content"):
            assert auditor.get(at(page, sha256=file.sha256)).status_code == 404
            assert audits.get(at(page, sha256=file.sha256)).status_code == 200
    Case.objects.filter(pk=case.pk).update(concerned_member=Membership.objects.get(user__username="audits"))
    assert audits.get(at("settings-file-content", sha256=sent.sha256)).status_code == 404


def test_a_file_is_sent_on_by_who_sent_it_or_may_open_it(
    office: Organization, head: Membership, keeper: Membership
) -> None:
    case, own = about(who=head), a_case()
    services.hear(case=case, text=WITNESS, channel_kind="web", files=[paper("ซอง.pdf")])
    digest = case.files.get().file.sha256
    who, secret = token(office, READ, HANDLE, "evidence.record", username="finance")
    services.assign(actor=SYSTEM, case=own, assignee=who)
    program = bearer(secret)
    note, evidence = f"{API}/{own.pk}/notes", "/api/v1/banthrai/evidence"
    told = {"text": "แนบ", "files": [digest]}
    record = {
        "kind": "meeting_held",
        "occurred_on": "2025-08-01",
        "title": "ประชุม",
        "files": [digest],
        "origin": "document",
    }

    def post(where: str, body: dict[str, Any]) -> int:
        return program.post(where, body, content_type="application/json").status_code

    assert post(note, told) == post(evidence, record) == 422
    assert program.get(f"/api/v1/banthrai/files/{digest}").status_code == 404
    program.post("/api/v1/banthrai/files", {"files": [SimpleUploadedFile("ของฉัน.pdf", PDF)]})
    assert post(note, told) == 201, "who has the same content has sent it themselves"
    assert own.files.get().file.sha256 == digest


def test_facts_of_a_case_are_read_by_those_who_may_look_at_it_and_by_who_audits_them(
    office: Organization, head: Membership, keeper: Membership
) -> None:
    with clock.at(date(2025, 8, 4)):
        case = about(who=head)
        services.recategorise(
            actor=SYSTEM,
            case=case,
            category="people",
            topic="integrity",
            reason=f"เรื่อง {case.number} อยู่อีกด้าน",
        )
        flush()
    first, *_ = Entry.objects.filter(subject=f"complaints.case:{case.pk}")
    withdrawn = Entry.objects.get(subject=f"ledger.entry:{first.number}")

    def read(client: Client, *, audits: bool = False) -> list[bool]:
        """In which lists the facts stand, and which pages of them open."""
        listed = at("evidence-list") + "?kind=complaint_received&standing=acts"
        places = [
            (listed, at("evidence", number=first.number)),
            (f"{listed}&format=csv", f"\n{first.number},"),
        ]
        for name, page in [("evidence", "evidence-list")] + [("settings-entry", "settings-audit")] * audits:
            places += [(at(name, number=each.number), "") for each in (first, withdrawn)]
            places += [(at(page) + "?standing=acts", at(name, number=withdrawn.number))]
        pages = [(client.get(place), said) for place, said in places]
        return [page.status_code == 200 and words in page.content.decode() for page, words in pages]

    everyday = ("measures.read", "evidence.record")
    assert not any(read(signed_in_client(member(*everyday, username="finance"))))
    assert not any(read(signed_in_client(head)))
    assert all(read(signed_in_client(keeper)))
    auditor = member("audit.read", username="auditor")
    assert all(read(signed_in_client(auditor), audits=True)), "an auditor reads the whole register"
    Case.objects.filter(pk=case.pk).update(concerned_member=auditor)
    assert not any(read(signed_in_client(auditor), audits=True)), "but for what is about them"
    _, secret = token(office, *everyday, username="program")
    assert bearer(secret).get(f"/api/v1/banthrai/evidence/{first.number}").status_code == 404
