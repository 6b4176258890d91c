"""Erasing what a case says of people (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562). What figures are made of stays."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import CASE_ERASED, CASE_PUBLISHED
from prongsai.foundation.casework.models import Case, CaseEvent, CaseFile, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.contents import drop_contents
from prongsai.foundation.casework.services.outgoing import about_case
from prongsai.foundation.channels.models import Inbound, Outbound
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import erase_payload, record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin
from prongsai.kernel.errors import InvalidInput, WrongState

# Called with each case that is erased: what modules keep of it beside these tables goes too.
erasure_listeners: list[Callable[[Case], None]] = []

EMPTIED = {
    "title": "", "body": "", "source_key": "", "contact_name": "", "contact_phone": "", "contact_email": "",
    "contact_handle": "", "place": "", "village": "", "latitude": None, "longitude": None, "result": "",
    "satisfaction_note": "", "public_title": "", "is_public": False, "follow_up_on": None,
}  # fmt: skip


@transaction.atomic
def erase_case(*, actor: Actor, case: Case, reason: str) -> Case:
    """Empty a closed case of all that it says: texts, contact, place, messages, files, what came and went by its channels.

    Kind, number, topic, category, channel, unit, days, finding and the history stay, so that every figure stays what
    it was. Files that nothing else in the office uses are removed with their bytes. An internal fact says that it was
    done. Needs `<module>.manage`. Raises WrongState for a case that is open or erased, InvalidInput without a reason.
    """
    current = common.locked(case)
    rights.require_to(actor, current, "manage")
    if current.is_open:
        raise WrongState(
            _("Case %(number)s is still open, so its data cannot be erased") % {"number": current.number}
        )
    if current.erased_at is not None:
        raise WrongState(
            _("The personal data of case %(number)s are erased already") % {"number": current.number}
        )
    reason = common.words(reason, "reason", limit=1_000)
    if not reason:
        raise InvalidInput(_("Enter the reason, without the data that are erased"), field="reason")
    erase(current, actor=actor, reason=reason)
    return current


def erase(case: Case, *, actor: Actor, reason: str) -> None:
    """Empty a locked, closed case, and put on record that it was done."""
    _forget_what_passed(case)
    files = list(case.files.values_list("file_id", flat=True))
    CaseFile.objects.filter(case=case).delete()
    case.messages.update(text="", source_key="")
    for listener in erasure_listeners:
        listener(case)
    for name, value in EMPTIED.items():
        setattr(case, name, value)
    case.details, case.erased_at = {}, clock.now()
    common.keep(case, *EMPTIED, "details", "erased_at")
    common.note_event(case, "erased", actor=actor)
    _erase_public_facts(case)
    record(
        actor=common.on_record(actor),
        kind=CASE_ERASED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=case.ref,
        payload={"number": case.number, "reason": reason},
    )
    drop_contents(case.organization_id, files)


def _forget_what_passed(case: Case) -> None:
    """What came in as this case, and what went out from it, stands in the register of channels too."""
    about = about_case(case)
    messages = CaseMessage.objects.filter(case=case).values_list("pk", flat=True)
    handled = [f"case:{case.pk}", *(f"message:{pk}" for pk in messages)]
    Inbound.objects.filter(handled_as__in=handled).update(body={}, raw=None, sender="", thread="")
    Outbound.objects.filter(subject_ref=about).exclude(state="waiting").update(
        text="", subject="", recipient="", reply_to="", files=[]
    )
    Outbound.objects.filter(subject_ref=about, state="waiting").delete()


def _erase_public_facts(case: Case) -> None:
    """The title that the public saw was written without names; it goes all the same."""
    if not CaseEvent.objects.filter(case=case, event="published").exists():
        return
    for entry in facts(subject=case.ref, kind=CASE_PUBLISHED).filter(payload__body__isnull=False):
        erase_payload(actor=Actor.system(), entry=entry, reason="ลบข้อมูลส่วนบุคคลของเรื่อง")
