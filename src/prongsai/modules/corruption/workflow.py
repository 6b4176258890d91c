"""The life of a report as a table (DOMAIN: รับเรื่องแล้ว, ตรวจสอบข้อเท็จจริง, แต่งตั้งคณะกรรมการ, เสร็จสิ้น, ไม่รับเรื่อง)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from prongsai.foundation.casework.kinds import shown_title
from prongsai.kernel.cases import Phase, State, Transition, Workflow
from prongsai.kernel.errors import WrongState
from prongsai.modules.corruption.choices import RECEIVE

RECEIVED, FINDING, COMMITTEE = "received", "finding", "committee"
WAITING, FINISHED, REFUSED, FORWARDED = "waiting", "finished", "refused", "forwarded"


def _row(act: str, source: str, target: str, title: str, title_en: str, *needs: str) -> Transition:
    return Transition(act, source, target, title, title_en, RECEIVE, frozenset(needs))


def _endings(source: str) -> tuple[Transition, ...]:
    return (
        _row(
            "finish", source, FINISHED, "สรุปผลและปิดเรื่อง", "Close with a result", "result", "found", "message"
        ),
        _row(
            "forward",
            source,
            FORWARDED,
            "ส่งต่อหน่วยงานที่มีอำนาจ",
            "Hand over to the authority",
            "reason",
            "message",
        ),
    )


FLOW = Workflow(
    initial=RECEIVED,
    states=(
        State(RECEIVED, Phase.RECEIVED, "รับเรื่องแล้ว", "Received"),
        State(FINDING, Phase.WORKING, "ตรวจสอบข้อเท็จจริง", "Facts are being looked into"),
        State(
            COMMITTEE, Phase.WORKING, "แต่งตั้งคณะกรรมการสอบข้อเท็จจริงแล้ว", "A committee is looking into the facts"
        ),
        State(WAITING, Phase.WAITING, "รอข้อมูลจากผู้แจ้ง", "Waiting for the reporter"),
        State(FINISHED, Phase.FINISHED, "ดำเนินการเสร็จสิ้น", "Finished"),
        State(REFUSED, Phase.REFUSED, "ไม่รับเรื่อง", "Not taken up"),
        State(FORWARDED, Phase.FINISHED, "ส่งต่อหน่วยงานที่มีอำนาจแล้ว", "Handed over to the authority"),
    ),
    transitions=(
        _row("accept", RECEIVED, FINDING, "รับไว้ตรวจสอบข้อเท็จจริง", "Take up and look into the facts"),
        _row("refuse", RECEIVED, REFUSED, "ไม่รับเรื่อง", "Do not take up", "reason", "message"),
        *_endings(RECEIVED)[1:],
        _row("appoint", FINDING, COMMITTEE, "แต่งตั้งคณะกรรมการ", "Appoint a committee", "members"),
        _row("ask", FINDING, WAITING, "ขอข้อมูลเพิ่มจากผู้แจ้ง", "Ask the reporter for more", "message"),
        *_endings(FINDING),
        _row("resume", WAITING, FINDING, "ตรวจสอบต่อ", "Go on looking into the facts"),
        *_endings(WAITING),
        *_endings(COMMITTEE),
        *(
            _row("reopen", source, FINDING, "เปิดเรื่องอีกครั้ง", "Open again", "reason")
            for source in (FINISHED, REFUSED, FORWARDED)
        ),
    ),
)
CLOSED = FLOW.in_phase(Phase.FINISHED, Phase.REFUSED)


def advance(state: str, act: str) -> Transition:
    """The row of the table for doing `act` in `state`. Raises WrongState when there is none."""
    row = FLOW.row(state, act)
    if row is None:
        title = shown_title(FLOW.state(state))
        raise WrongState(
            _("The report is in the state “%(state)s”, so this step is not possible") % {"state": title}
        )
    return row
