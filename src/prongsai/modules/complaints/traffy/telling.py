"""States and answers go back: when the case moved since they last knew, never because they told us something."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import note
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor
from prongsai.kernel.thai.personal import personal_data
from prongsai.modules.complaints.models import TraffyLink, TraffyTicket
from prongsai.modules.complaints.traffy.budget import may_tell
from prongsai.modules.complaints.traffy.exchange import Exchange, QuotaSpent, Unanswered
from prongsai.modules.complaints.traffy.link import NAME

# The statuses that every office there has. What else became of a case, the note says.
STATUSES = {
    Phase.RECEIVED: "",
    Phase.WORKING: "กำลังดำเนินการ",
    Phase.WAITING: "กำลังดำเนินการ",
    Phase.FINISHED: "เสร็จสิ้น",
    Phase.REFUSED: "เสร็จสิ้น",
    Phase.MERGED: "กำลังดำเนินการ",
}
MOST_TRIES = 10
LONGEST = 2_000  # characters of a note
MOST = 50  # tickets at a time
DEEPEST = 10  # joined cases that are followed


def due() -> QuerySet[TraffyTicket]:
    """The tickets of which they may not know how it stands, those that wait longest first."""
    unsaid = CaseMessage.objects.filter(
        case=OuterRef("case"), direction=CaseMessage.Direction.OUT, pk__gt=OuterRef("message_told")
    )
    moved = Q(case__merged_into=None) & ~Q(case__state=F("told"))
    joined = Q(case__merged_into__isnull=False) & ~Q(case__merged_into__state=F("told"))
    news = moved | joined | Exists(unsaid)
    return TraffyTicket.objects.filter(news, case__erased_at=None, tries__lt=MOST_TRIES).order_by(
        "tries", "id"
    )


@transaction.atomic
def tell(*, ticket: TraffyTicket) -> str:
    """Tell them how a case stands, with what was written to the citizen. Says what was done; "" when there was no news.

    What looks like an identity or telephone number stays here, and the staff are told so.
    """
    link = TraffyLink.objects.select_for_update(of=("self",)).filter(is_on=True, tells=True).first()
    if link is None or not may_tell(link.balance):
        return ""
    ticket = TraffyTicket.objects.select_for_update(of=("self",)).select_related("case").get(pk=ticket.pk)
    case = _root(ticket.case)
    status = _status(case, ticket)
    unsaid = list(
        CaseMessage.objects.filter(
            case=ticket.case, direction=CaseMessage.Direction.OUT, pk__gt=ticket.message_told
        ).order_by("id")
    )
    text = "\n\n".join(filter(None, (each.text for each in unsaid)))[:LONGEST]
    kept_back = bool(personal_data(text))
    if kept_back:
        text = ""
    if status == ticket.seen:
        status = ""
    if (status or text) and not _sent(link, ticket, status, text or _words(case)):
        return ""
    if kept_back:
        said = f"ข้อความถึงผู้แจ้งมีเลขประจำตัวประชาชนหรือหมายเลขโทรศัพท์ จึงไม่ได้ส่งไปที่ {NAME}"
        note(actor=Actor.system(NAME), case=ticket.case, text=said)
    ticket.told, ticket.seen = case.state, status or ticket.seen
    ticket.message_told = unsaid[-1].pk if unsaid else ticket.message_told
    ticket.tries, ticket.failure = 0, ""
    ticket.save()
    return status or ("written" if text else "")


def _status(case: Case, ticket: TraffyTicket) -> str:
    """What they are to show now; "" where that has not changed. Taken out of a finished case it is not finished."""
    if case.state == ticket.told:
        return ""
    taken_back = case.is_open and ticket.seen == STATUSES[Phase.FINISHED]
    return STATUSES[Phase(case.phase)] or (STATUSES[Phase.WORKING] if taken_back else "")


def _sent(link: TraffyLink, ticket: TraffyTicket, status: str, text: str) -> bool:
    """One call: the status with the text as its note, or the text alone. What fails is tried again later."""
    exchange = Exchange(link)
    try:
        if status:
            exchange.tell(ticket.ticket_id, status, text)
        else:
            exchange.write(ticket.ticket_id, text)
    except Unanswered as error:
        if not isinstance(error, QuotaSpent):
            ticket.tries += 1
        ticket.failure = str(error)[:300]
        ticket.save(update_fields=["tries", "failure"])
        link.failure = ticket.failure
    else:
        link.failure = ""
    link.save()
    return not link.failure


def _root(case: Case) -> Case:
    """The case that this one is joined into, at the end."""
    for _ in range(DEEPEST):
        if case.merged_into is None:
            break
        case = case.merged_into
    return case


def _words(case: Case) -> str:
    return case_kind(case.kind).workflow.state(case.state).title
