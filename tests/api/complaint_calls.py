"""Calls of the complaints' operations that succeed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import (
    CITIZEN,
    Opened,
    acknowledge,
    act,
    merge,
    open_case,
    publish_case,
)
from prongsai.foundation.channels.services import open_channel
from prongsai.modules.complaints.choices import GRIEVANCE
from tests.api.call import Call, Values
from tests.cast import SYSTEM

TEXT = "รอนานกว่าสองชั่วโมง ข้อมูลตัวอย่าง"


def opened() -> Opened:
    return open_case(
        actor=CITIZEN,
        kind=GRIEVANCE,
        title="",
        body=TEXT,
        category="road",
        channel_kind="web",
    )


def _on_case(body: Any = None, *, taken_up: bool = False, shown: bool = False) -> Callable[[], Values]:
    def prepare() -> Values:
        case: Case = opened().case
        if taken_up:
            case = acknowledge(actor=SYSTEM, case=case)
        if shown:
            case = publish_case(actor=SYSTEM, case=case, public_title="บริการล่าช้า ข้อมูลตัวอย่าง")
        return {"address": {"case_id": case.pk}, "body": body, "revision": case.version}

    return prepare


def _merge() -> Values:
    return {**_on_case()(), "body": {"into": opened().case.pk, "reason": "เรื่องเดียวกัน"}}


def _unmerge() -> Values:
    case = merge(actor=SYSTEM, case=opened().case, into=opened().case, reason="เรื่องเดียวกัน")
    return {
        "address": {"case_id": case.pk},
        "body": {"reason": "คนละเรื่อง"},
        "revision": Case.objects.get(pk=case.pk).version,
    }


def _submit() -> Values:
    open_channel(actor=SYSTEM, kind="web", name="แบบฟอร์มบนเว็บ", address="https://example.go.th")
    return {
        "headers": {"Idempotency-Key": "once-and-no-more-0001"},
        "body": {"category": "lamp", "text": TEXT, "place": {"village": "4", "text": "หน้าวัด"}},
    }


def _track() -> Values:
    return {"body": {"code": opened().code}}


def _reply() -> Values:
    return {
        "headers": {"Idempotency-Key": "reply-and-no-more-0001"},
        "body": {"code": opened().code, "text": "ขอทราบผล ข้อมูลตัวอย่าง"},
    }


def _finished() -> tuple[Case, str]:
    made = opened()
    case = acknowledge(actor=SYSTEM, case=made.case)
    return act(actor=SYSTEM, case=case, act="finish", result="แจ้งผลแล้ว", found="untrue"), made.code


def _answered() -> Values:
    return {"body": {"code": _finished()[1], "satisfied": True}}


def _answer_recorded() -> Values:
    case = _finished()[0]
    body = {"satisfied": True, "channel": "phone"}
    return {"address": {"case_id": case.pk}, "body": body, "revision": case.version}


def _year() -> Values:
    from prongsai.kernel import clock
    from prongsai.kernel.thai.dates import fiscal_year_of

    return {"address": {"fiscal_year": fiscal_year_of(clock.today())}}


INTAKE = {
    "category": "road",
    "channel": "phone",
    "text": TEXT,
    "source": "1111-0042",
    "contact": {"name": "สมมติ"},
}
FINISH = {"act": "finish", "result": "ตรวจสอบแล้ว แจ้งผลแล้ว", "found": "untrue"}

CALLS: dict[str, Call] = {
    # public
    "complaint_categories": Call(),
    "complaint_statistics": Call(_year),
    "shown_cases": Call(_on_case(shown=True)),
    "submit_complaint": Call(_submit, 201),
    "track_complaint": Call(_track),
    "reply_to_office": Call(_reply, 201),
    "answer_closing_question": Call(_answered),
    # complaints
    "list_cases": Call(_on_case(), query={"open": "true", "category": "road"}),
    "take_in_case": Call(lambda: {"body": INTAKE}, 201),
    "get_case": Call(_on_case()),
    "act_on_case": Call(_on_case(FINISH, taken_up=True)),
    "answer_case": Call(_on_case({"text": "กำลังตรวจสอบ"}), 201),
    "note_on_case": Call(_on_case({"text": "โทรสอบถามแล้ว"}), 201),
    "correct_case": Call(_on_case({"is_urgent": True})),
    "record_closing_answer": Call(_answer_recorded),
    "renew_code": Call(_on_case({"checked": "details", "reason": "ทำใบรับเรื่องหาย"})),
    "assign_case": Call(lambda: {**_on_case()(), "body": {"unit_id": _unit()}}),
    "recategorise_case": Call(_on_case({"category": "lamp"})),
    "merge_case": Call(_merge),
    "unmerge_case": Call(_unmerge),
    "publish_case": Call(_on_case({"title": "บริการล่าช้า ข้อมูลตัวอย่าง"})),
}


def _unit() -> int:
    from prongsai.foundation.organizations.models import Unit

    return Unit.objects.active()[0].pk
