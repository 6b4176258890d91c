"""Witnesses outside the house: once a signed head lies in their mailbox, what it covers cannot be rewritten."""

from __future__ import annotations

import json
import smtplib
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.kinds import HEAD_SENT, WITNESS_NAMED, WITNESS_STOPPED
from prongsai.foundation.ledger.models import LogName, TreeHead, Witness
from prongsai.foundation.ledger.selectors import facts, latest_head
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period, Ref
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.dates import month_and_year

PERMISSION = "office.manage"
WORDS = """เรียน {witness}

{organization} ขอส่งหัวบันทึกหลักฐานประจำเดือน{month} มาให้ท่านเก็บรักษาไว้ในฐานะพยานภายนอก

    จำนวนรายการในบันทึก  {size}
    รหัสสรุปทั้งบันทึก     {root}
    กุญแจที่ใช้ลงนาม      {key_id}

ขอให้ท่านเก็บอีเมลฉบับนี้และแฟ้มแนบไว้โดยไม่ต้องแก้ไขสิ่งใด แฟ้มแนบไม่มีข้อมูลส่วนบุคคล
หากวันหนึ่งมีผู้สงสัยว่าบันทึกถูกแก้ไขย้อนหลัง ให้นำแฟ้มแนบไปตรวจด้วยคำสั่ง

    prongsai verify --since {file}

ถ้าบันทึกที่ส่งให้ท่านแล้วถูกแก้ไขหรือลบ การตรวจจะไม่ผ่าน
"""


@dataclass(frozen=True)
class Sending:
    """One witness's mail: sent, or why not."""

    witness: Witness
    error: str = ""

    @property
    def sent(self) -> bool:
        return not self.error


@transaction.atomic
def add_witness(*, actor: Actor, name: str, email: str) -> Witness:
    """Name somebody outside as a witness. Needs office.manage. Raises InvalidInput."""
    actor.require(PERMISSION)
    witness = Witness(name=name.strip(), email=email.strip().lower())
    try:
        witness.full_clean(exclude=["organization"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(messages[0], field=field) from error
    if Witness.objects.filter(email=witness.email).exists():
        raise InvalidInput(
            _("There is a witness with the email address %(email)s already") % {"email": witness.email},
            field="email",
        )
    witness.save()
    _record_change(actor, WITNESS_NAMED, witness)
    return witness


@transaction.atomic
def stop_witness(*, actor: Actor, witness: Witness) -> None:
    """Send no more heads to a witness. Needs office.manage."""
    actor.require(PERMISSION)
    stopped = Witness.objects.filter(pk=witness.pk, active=True).update(active=False)
    witness.active = False
    if stopped:
        _record_change(actor, WITNESS_STOPPED, witness)


@transaction.atomic
def send_heads(month: date, *, actor: Actor | None = None) -> list[Sending]:
    """Mail the signed heads to every active witness who has not had those of `month` (any day in it).

    Each mail that the mail server accepted is recorded as a fact. One that failed is returned with the reason;
    calling again sends to those only. Call it last in its transaction: it locks the log.
    """
    actor = actor or Actor.system()
    actor.require(PERMISSION)
    period = month_of(month)
    due = [w for w in Witness.objects.filter(active=True) if not _has_had(w, period)]
    if not due:
        return []
    head = sign_head(actor=actor)
    attached = [head, sealed] if (sealed := latest_head(LogName.SEALED)) else [head]
    return [_sent(actor, witness, attached, period) for witness in due]


def _sent(actor: Actor, witness: Witness, heads: list[TreeHead], period: Period) -> Sending:
    try:
        _mail(witness, heads, period).send()
    except (smtplib.SMTPException, OSError) as error:
        return Sending(witness, str(error) or type(error).__name__)
    _record_sending(actor, witness, heads[0], period)
    return Sending(witness)


def _record_change(actor: Actor, kind: str, witness: Witness) -> None:
    record(
        actor=actor,
        kind=kind,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=_ref(witness),
        payload={"witness": witness.name, "email": witness.email},
    )


def last_sent() -> dict[int, date]:
    """When each witness was last sent a head, by the witness's id. One query."""
    rows = facts(kind=HEAD_SENT).order_by("subject", "-number").distinct("subject")
    return {
        int(subject.rpartition(":")[2]): day for subject, day in rows.values_list("subject", "occurred_on")
    }


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Period(day.replace(day=1), date.fromordinal(after.toordinal() - 1))


def _has_had(witness: Witness, period: Period) -> bool:
    return facts(kind=HEAD_SENT, subject=_ref(witness)).filter(about_start=period.start).exists()


def _ref(witness: Witness) -> Ref:
    return Ref("ledger", "witness", witness.pk)


def _mail(witness: Witness, heads: list[TreeHead], period: Period) -> EmailMessage:
    head = heads[0]
    names = {h.log: f"tree-head-{h.organization.key}-{h.log}-{h.size}.json" for h in heads}
    month = month_and_year(period.start)
    mail = EmailMessage(
        subject=f"หัวบันทึกหลักฐานของ{head.organization.short_name} เดือน{month}",
        body=WORDS.format(
            witness=witness.name,
            organization=head.organization.name,
            month=month,
            size=head.size,
            root=head.root_hex,
            key_id=head.key_id,
            file=names[head.log],
        ),
        to=[witness.email],
    )
    for each in heads:
        content = json.dumps(each.as_json(), ensure_ascii=False, indent=2)
        mail.attach(names[each.log], content, "application/json")
    return mail


def _record_sending(actor: Actor, witness: Witness, head: TreeHead, period: Period) -> None:
    record(
        actor=actor,
        kind=HEAD_SENT,
        occurred_on=clock.today(),
        about_period=period,
        origin=Origin.WORK,
        subject=_ref(witness),
        payload={"witness": witness.name, "email": witness.email, "size": head.size, "root": head.root_hex},
    )
