"""The four kinds of cases as tables: states, acts, clocks, and the facts that each leaves."""

from __future__ import annotations

from collections.abc import Iterable

from prongsai.kernel.cases import (
    ACKNOWLEDGE,
    HEAR,
    MERGE,
    WITHDRAW,
    CaseKind,
    Phase,
    State,
    Transition,
    Workflow,
)
from prongsai.modules.complaints.catalogue import categories_of, in_force, terms
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION, UNSORTED
from prongsai.modules.complaints.titles import called

READ, INTAKE, HANDLE = "complaints.read", "complaints.intake", "complaints.handle"
ASSIGN, MANAGE, PUBLISH = "complaints.assign", "complaints.manage", "complaints.publish"
REOPEN = "reopen"
# Acts of requests for official information.
INFORM, ADVISE, DISCLOSING, WITHHOLDING = (
    "consult", "advise", ("disclose", "disclose_part"), ("refuse", "disclose_part"),
)  # fmt: skip
CONCERNED_ACT = "information_concerned"  # a fact: something was done about persons concerned (section 17)
ROUTING_CHANGED = "complaint_routing_changed"  # a fact: who gets new cases was decided anew

Row = tuple[str, str, str, str, str, frozenset[str]]  # act, target, Thai, English, permission, needs


def needs(*names: str) -> frozenset[str]:
    return frozenset(names)


def rows(sources: Iterable[str], *acts: Row) -> tuple[Transition, ...]:
    """Each act from each of the states."""
    return tuple(
        Transition(act, source, target, title, english, permission, wanted)
        for source in sources
        for act, target, title, english, permission, wanted in acts
        if source != target
    )


RECEIVED = State(
    "received", Phase.RECEIVED, "รับเรื่องแล้ว", "Received",
    "เจ้าหน้าที่ตรวจเรื่องและส่งให้ส่วนราชการที่รับผิดชอบ", "An officer looks at it and passes it on to whoever is responsible",
)  # fmt: skip
WAITING = State(
    "waiting", Phase.WAITING, "รอข้อมูลจากท่าน", "Waiting for you",
    "ตอบคำถามของเจ้าหน้าที่ แล้วเรื่องเดินต่อ", "Answer the officer's question, then it goes on",
)  # fmt: skip
FORWARDED = State(
    "forwarded", Phase.FINISHED, "ส่งต่อหน่วยงานที่รับผิดชอบแล้ว", "Passed on to the agency that is responsible",
    "หน่วยงานที่รับเรื่องต่อเป็นผู้แจ้งผลแก่ท่าน", "That agency tells you what becomes of it",
)  # fmt: skip
WITHDRAWN = State("withdrawn", Phase.FINISHED, "ผู้แจ้งขอยุติเรื่อง", "Withdrawn by the citizen")
MERGED = State("merged", Phase.MERGED, "รวมกับเรื่องอื่นแล้ว", "Joined with another case")

ASK: Row = ("ask", WAITING.key, "ขอข้อมูลเพิ่มจากผู้แจ้ง", "Ask the citizen", HANDLE, needs("message"))
FORWARD: Row = (
    "forward",
    FORWARDED.key,
    "ส่งต่อหน่วยงานอื่น",
    "Pass on to another agency",
    HANDLE,
    needs("result"),
)
END: Row = (
    WITHDRAW, WITHDRAWN.key, "ยุติเรื่องตามที่ผู้แจ้งขอ", "Withdraw as the citizen asks", HANDLE, needs("reason"),
)  # fmt: skip
JOIN: Row = (MERGE, MERGED.key, "รวมกับเรื่องอื่น", "Join with another case", HANDLE, needs())


def again(target: str) -> Row:
    return (REOPEN, target, "เปิดเรื่องอีกครั้ง", "Open again", HANDLE, needs("reason"))


def heard(target: str) -> tuple[Transition, ...]:
    return rows([WAITING.key], (HEAR, target, "ผู้แจ้งให้ข้อมูลเพิ่ม", "The citizen answers", "", needs()))


# --- ร้องทุกข์ แจ้งเหตุ ---

WORKING = State(
    "working", Phase.WORKING, "อยู่ระหว่างดำเนินการ", "Being worked on",
    "ส่วนราชการแก้ไขแล้วแจ้งผล", "The section mends it and tells you the result",
)  # fmt: skip
FINISHED = State("finished", Phase.FINISHED, "ดำเนินการแล้วเสร็จ", "Finished")
REFUSED = State("refused", Phase.REFUSED, "ไม่รับเรื่อง", "Not taken up")
REFUSE: Row = ("refuse", REFUSED.key, "ไม่รับเรื่อง", "Do not take up", HANDLE, needs("reason"))
# Of complaints about the office: not by who works on it, whom it may be about.
TURN_AWAY: Row = (*REFUSE[:4], f"{INTAKE}|{MANAGE}", needs("reason"))

GRIEVANCE_TABLE = Workflow(
    initial=RECEIVED.key,
    states=(RECEIVED, WORKING, WAITING, FINISHED, FORWARDED, WITHDRAWN, REFUSED, MERGED),
    transitions=(
        *rows([RECEIVED.key], (ACKNOWLEDGE, WORKING.key, "รับไว้ดำเนินการ", "Take up", HANDLE, needs())),
        *rows(
            [RECEIVED.key, WORKING.key, WAITING.key],
            ASK,
            (
                "finish",
                FINISHED.key,
                "ดำเนินการแล้วเสร็จ แจ้งผล",
                "Finish and tell the result",
                HANDLE,
                needs("result"),
            ),
            FORWARD,
            END,
            REFUSE,
            JOIN,
        ),
        *heard(WORKING.key),
        *rows([FINISHED.key, FORWARDED.key, WITHDRAWN.key, REFUSED.key], again(WORKING.key)),
    ),
)

# --- ร้องเรียน ---

FACT_FINDING = State(
    "fact_finding", Phase.WORKING, "อยู่ระหว่างแสวงหาข้อเท็จจริง", "Facts are being established",
    "ผู้ได้รับมอบหมายตรวจสอบข้อเท็จจริงแล้วแจ้งผล", "Whoever is charged with it establishes the facts and tells you the result",
)  # fmt: skip
DECIDED = State("finished", Phase.FINISHED, "ตรวจสอบแล้วเสร็จ", "Facts established, finished")

COMPLAINT_TABLE = Workflow(
    initial=RECEIVED.key,
    states=(RECEIVED, FACT_FINDING, WAITING, DECIDED, FORWARDED, WITHDRAWN, REFUSED, MERGED),
    transitions=(
        *rows(
            [RECEIVED.key],
            (ACKNOWLEDGE, FACT_FINDING.key, "รับไว้ตรวจสอบข้อเท็จจริง", "Take up for fact-finding", HANDLE, needs()),
        ),
        *rows([RECEIVED.key, FACT_FINDING.key, WAITING.key], ASK, FORWARD, END, TURN_AWAY, JOIN),
        *rows(
            [FACT_FINDING.key, WAITING.key],
            (
                "finish", DECIDED.key, "ตรวจสอบแล้วเสร็จ แจ้งผล", "Finish and tell the result", HANDLE,
                needs("result", "found"),
            ),
        ),
        *heard(FACT_FINDING.key),
        *rows([DECIDED.key, FORWARDED.key, WITHDRAWN.key, REFUSED.key], again(FACT_FINDING.key)),
    ),
)  # fmt: skip

# --- ข้อเสนอแนะ คำชม สอบถาม ---

ANSWERED = State("answered", Phase.FINISHED, "ตอบแล้ว", "Answered")
NOTED = State("noted", Phase.FINISHED, "รับไว้พิจารณาแล้ว", "Noted")

SUGGESTION_TABLE = Workflow(
    initial=RECEIVED.key,
    states=(RECEIVED, ANSWERED, NOTED, FORWARDED, WITHDRAWN, REFUSED, MERGED),
    transitions=rows(
        [RECEIVED.key],
        ("answer", ANSWERED.key, "ตอบ", "Answer", HANDLE, needs("result")),
        ("note_down", NOTED.key, "รับไว้พิจารณา", "Note", HANDLE, needs()),
        FORWARD,
        END,
        REFUSE,
        JOIN,
    )
    + rows([ANSWERED.key, NOTED.key, FORWARDED.key, WITHDRAWN.key, REFUSED.key], again(RECEIVED.key)),
)

# --- คำขอข้อมูลข่าวสาร พ.ร.บ.ข้อมูลข่าวสารของราชการ พ.ศ. 2540 ---

APPEAL_DAYS = in_force("appeal")["days"]
DECIDING = State(
    "deciding", Phase.WORKING, "อยู่ระหว่างพิจารณา", "Being considered",
    "เจ้าหน้าที่จัดหาข้อมูลแล้วแจ้งผล", "An officer looks for the information and tells you the decision",
)  # fmt: skip
CONSULTING = State(
    "consulting", Phase.WORKING, "แจ้งผู้ที่ข้อมูลกระทบถึงแล้ว รอคำคัดค้าน", "Those concerned have been told and may object",
    "ผู้มีประโยชน์ได้เสียคัดค้านได้ตามมาตรา 17 แล้วหน่วยงานตัดสิน", "Those concerned may object (section 17), then the office decides",
)  # fmt: skip
DISCLOSED = State("disclosed", Phase.FINISHED, "เปิดเผยแล้ว", "Disclosed")
PARTLY = State(
    "partly", Phase.FINISHED, "เปิดเผยบางส่วน", "Disclosed in part",
    f"ส่วนที่ไม่เปิดเผย อุทธรณ์ได้ภายใน {APPEAL_DAYS} วัน ตามมาตรา 18",
    f"You may appeal against what is withheld within {APPEAL_DAYS} days (section 18)",
)  # fmt: skip
NOT_HELD = State(
    "not_held", Phase.FINISHED, "ไม่มีข้อมูลข่าวสารตามคำขอ", "The office does not hold it",
    "ถ้าเห็นว่าไม่จริง ร้องเรียนต่อคณะกรรมการข้อมูลข่าวสารของราชการได้ ตามมาตรา 13", "If you doubt it, complain to the Official Information Commission (section 13)",
)  # fmt: skip
ADVISED = State(
    "advised", Phase.FINISHED, "แนะนำให้ยื่นคำขอต่อหน่วยงานที่มีข้อมูล", "Advised which agency to ask",
    "ยื่นคำขอต่อหน่วยงานที่มีข้อมูลได้โดยตรง ตามมาตรา 12", "Ask the agency that holds it (section 12)",
)  # fmt: skip
WITHHELD = State(
    "refused", Phase.REFUSED, "ไม่เปิดเผย", "Withheld",
    f"อุทธรณ์ต่อคณะกรรมการวินิจฉัยการเปิดเผยข้อมูลข่าวสารได้ภายใน {APPEAL_DAYS} วัน ตามมาตรา 18",
    f"You may appeal to the Information Disclosure Tribunal within {APPEAL_DAYS} days (section 18)",
)  # fmt: skip
DECISIONS: tuple[Row, ...] = (
    ("disclose", DISCLOSED.key, "เปิดเผย", "Disclose", HANDLE, needs("result")),
    ("disclose_part", PARTLY.key, "เปิดเผยบางส่วน", "Disclose in part", HANDLE, needs("result", "reason")),
    ("not_held", NOT_HELD.key, "แจ้งว่าไม่มีข้อมูล", "Say that it is not held", HANDLE, needs("result")),
    (ADVISE, ADVISED.key, "แนะนำหน่วยงานที่มีข้อมูล", "Advise which agency holds it", HANDLE, needs("result")),
    ("refuse", WITHHELD.key, "ไม่เปิดเผย", "Withhold", MANAGE, needs("reason")),
)
CONSULT: Row = (
    INFORM,
    CONSULTING.key,
    "แจ้งผู้มีประโยชน์ได้เสีย",
    "Tell those concerned",
    HANDLE,
    needs("message"),
)

INFORMATION_TABLE = Workflow(
    initial=RECEIVED.key,
    states=(
        RECEIVED, DECIDING, CONSULTING, WAITING, DISCLOSED, PARTLY, NOT_HELD, ADVISED, FORWARDED, WITHDRAWN, WITHHELD,
        MERGED,
    ),
    transitions=(
        *rows([RECEIVED.key], (ACKNOWLEDGE, DECIDING.key, "รับไว้พิจารณา", "Take up", HANDLE, needs())),
        *rows([DECIDING.key], CONSULT),
        *rows(
            [RECEIVED.key, DECIDING.key, CONSULTING.key, WAITING.key],
            *DECISIONS,
            FORWARD,
            END,
            JOIN,
        ),
        *rows([RECEIVED.key, DECIDING.key], ASK),
        *heard(DECIDING.key),
        *rows(
            [DISCLOSED.key, PARTLY.key, NOT_HELD.key, ADVISED.key, FORWARDED.key, WITHDRAWN.key, WITHHELD.key],
            again(DECIDING.key),
        ),
    ),
)  # fmt: skip

# --- the kinds ---

COMPLAINT_FACTS = {
    "received": "complaint_received",
    "finished": "complaint_closed",
    "refused": "complaint_closed",
    "reopened": "complaint_reopened",
    "recategorised": "complaint_recategorised",
}
# Facts of their own: "no complaints" is counted from complaint_received alone, and a broken lamp is none.
GRIEVANCE_FACTS = {
    "received": "grievance_received",
    "finished": "grievance_closed",
    "refused": "grievance_closed",
    "reopened": "grievance_reopened",
    "recategorised": "grievance_recategorised",
}


def _kind(
    key: str,
    title: str,
    english: str,
    table: Workflow,
    prefix: str,
    facts: dict[str, str],
    reopen: str = REOPEN,
    *,
    kept_to_unit: bool = False,
) -> CaseKind:
    held = terms(key)
    return CaseKind(
        key=key,
        module="complaints",
        title=title,
        title_en=english,
        workflow=table,
        permission=READ,
        url_name="complaints-case",
        public_url_name="track-case",
        find_url_name="track",
        prefix=prefix,
        clock=held.clock,
        retention_years=held.retention_years,
        reopen_act=reopen,
        facts={**facts, "guessed": UNSORTED},
        kept_to_unit=kept_to_unit,
        categories={each.key: (each.title, each.title_en) for each in categories_of(key)},
        called=called,
    )


CASE_KINDS = (
    _kind(GRIEVANCE, "ร้องทุกข์ แจ้งเหตุ", "Report of trouble", GRIEVANCE_TABLE, "", GRIEVANCE_FACTS),
    # About the office itself: nobody reads of it in passing, least of all whom it is about.
    _kind(
        COMPLAINT, "ร้องเรียน", "Complaint about the office", COMPLAINT_TABLE, "C", COMPLAINT_FACTS,
        kept_to_unit=True,
    ),
    _kind(
        SUGGESTION, "ข้อเสนอแนะ คำชม สอบถาม", "Suggestion, praise or question", SUGGESTION_TABLE, "S",
        {
            "received": "feedback_received",
            "finished": "feedback_answered",
            "refused": "feedback_answered",
            "reopened": "feedback_reopened",
        },
        reopen="",
    ),
    _kind(
        INFORMATION, "คำขอข้อมูลข่าวสาร", "Request for official information", INFORMATION_TABLE, "I",
        {
            "received": "information_requested",
            "finished": "information_answered",
            "refused": "information_answered",
            "reopened": "information_reopened",
        },
    ),
)  # fmt: skip
