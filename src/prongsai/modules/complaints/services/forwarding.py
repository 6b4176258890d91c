"""Passing a case on to another agency: a letter is drawn up, signed by pen, scanned; then the case is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import act, attach, correct
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.complaints.selectors.forwarding import KEY, Letter, letter_of
from prongsai.modules.complaints.workflow import HANDLE

FORWARD = "forward"


@transaction.atomic
def draw_up(*, actor: Actor, case: Case, letter: Letter, version: int | None = None) -> Case:
    """Keep the letter with the case, instead of one that was not sent yet. Needs complaints.handle.

    Raises InvalidInput by field, WrongState for a case that is closed, Stale when somebody acted after `version`.
    """
    actor.require(HANDLE)
    if not case.is_open:
        raise WrongState(f"เรื่อง {case.number} ปิดแล้ว จึงส่งต่อไม่ได้")
    for name, needed in (
        ("agency", "เลือกหรือกรอกหน่วยงาน"),
        ("attention", "กรอกว่าเรียนผู้ใด"),
        ("subject", "กรอกชื่อเรื่อง"),
    ):
        if not getattr(letter, name).strip():
            raise InvalidInput(needed, field=name)
    kept = replace(letter, sent_on=None, signatory="")
    return correct(actor=actor, case=case, version=version, details={**case.details, KEY: kept.kept()})


@transaction.atomic
def put_signed(
    *,
    actor: Actor,
    case: Case,
    files: Sequence[StoredFile],
    number: str,
    signed_on: date,
    signatory: str,
    result: str,
    version: int | None = None,
) -> Case:
    """Put the signed letter on record: its scan into the case, and the case is passed on; the citizen is told `result`.

    Needs complaints.handle. Raises InvalidInput by field, WrongState when no letter was drawn up or the case is closed.
    """
    letter = letter_of(case)
    if letter is None:
        raise WrongState(f"เรื่อง {case.number} ยังไม่มีหนังสือส่ง จัดทำหนังสือก่อน")
    if not files:
        raise InvalidInput("แนบหนังสือที่ลงนามแล้ว", field="files")
    if signed_on > clock.today():
        raise InvalidInput("วันที่ลงนามยังมาไม่ถึง", field="signed_on")
    if not number.strip():
        raise InvalidInput("กรอกเลขที่หนังสือ", field="number")
    sent = replace(
        letter, number=number.strip(), sent_on=signed_on, dated=signed_on, signatory=signatory.strip()
    )
    case = correct(actor=actor, case=case, version=version, details={**case.details, KEY: sent.kept()})
    for file in files:
        attach(actor=actor, case=case, file=file)
    return act(actor=actor, case=case, act=FORWARD, result=result)
