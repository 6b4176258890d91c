"""What complaints plug in: four kinds of cases, their facts, permissions, and what comes in by mail and messengers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.channels.models import ChannelKind
from prongsai.kernel.contracts import (
    About,
    Actor,
    FactKind,
    FirstStep,
    InboundMessage,
    NavigationItem,
    Period,
    Permission,
    Provides,
    PublicLink,
    WorkItem,
)
from prongsai.modules.complaints import workflow
from prongsai.modules.complaints.choices import UNSORTED
from prongsai.modules.complaints.indicators import INDICATORS
from prongsai.modules.complaints.selectors import figures
from prongsai.modules.complaints.services import inbound
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.services.routing import every_category_is_worked_on
from prongsai.modules.complaints.traffy import taking as traffy
from prongsai.modules.complaints.work import concerned_items
from prongsai.modules.complaints.workflow import CASE_KINDS

FACT_KINDS = (
    FactKind("complaint_received", "รับเรื่องร้องเรียน", "Complaint received", private=True),
    FactKind("complaint_closed", "ยุติเรื่องร้องเรียน", "Complaint closed", private=True),
    FactKind("complaint_reopened", "เปิดเรื่องร้องเรียนอีกครั้ง", "Complaint reopened", private=True),
    FactKind(
        "complaint_recategorised",
        "เปลี่ยนประเภทเรื่องร้องเรียน",
        "Complaint put into another category",
        private=True,
    ),
    FactKind("grievance_received", "รับเรื่องร้องทุกข์ แจ้งเหตุ", "Report of trouble received"),
    FactKind("grievance_closed", "ยุติเรื่องร้องทุกข์ แจ้งเหตุ", "Report of trouble closed"),
    FactKind("grievance_reopened", "เปิดเรื่องร้องทุกข์ แจ้งเหตุอีกครั้ง", "Report of trouble reopened"),
    FactKind(
        "grievance_recategorised",
        "เปลี่ยนประเภทเรื่องร้องทุกข์ แจ้งเหตุ",
        "Report of trouble put into another category",
    ),
    FactKind(workflow.ROUTING_CHANGED, "แก้ไขกติกาส่งเรื่องร้องเรียนร้องทุกข์", "Rules of who gets a case changed"),
    FactKind("feedback_received", "รับข้อเสนอแนะ คำชม หรือคำถาม", "Feedback received"),
    FactKind("feedback_answered", "ตอบข้อเสนอแนะ คำชม หรือคำถาม", "Feedback answered"),
    FactKind("feedback_reopened", "เปิดข้อเสนอแนะ คำชม หรือคำถามอีกครั้ง", "Feedback opened again"),
    FactKind("information_requested", "รับคำขอข้อมูลข่าวสาร", "Official information requested"),
    FactKind("information_answered", "แจ้งผลคำขอข้อมูลข่าวสาร", "Request for official information answered"),
    FactKind("information_reopened", "เปิดคำขอข้อมูลข่าวสารอีกครั้ง", "Request for official information reopened"),
    FactKind(
        workflow.CONCERNED_ACT,
        "ดำเนินการเรื่องผู้มีประโยชน์ได้เสียตามมาตรา 17",
        "Persons concerned of a request for information (section 17)",
        private=True,
    ),
    FactKind(UNSORTED, "ระบบคาดประเภทของเรื่องจากข้อความ", "Kind of a case guessed from a message"),
    FactKind(figures.OPENED, "เปิดทะเบียนรับเรื่องในระบบ", "Register of complaints opened in the system"),
    FactKind(figures.COUNTED, "นับเรื่องร้องเรียนประจำเดือน", "Month's complaints counted"),
)
PERMISSIONS = (
    Permission(workflow.READ, "ดูเรื่องร้องเรียน ร้องทุกข์ ข้อเสนอแนะ และคำขอข้อมูลข่าวสาร"),
    Permission(workflow.INTAKE, "รับเรื่องที่มาทางหนังสือ โทรศัพท์ หรือที่สำนักงานเข้าระบบ"),
    Permission(workflow.HANDLE, "ดำเนินการ ตอบผู้แจ้ง และยุติเรื่อง"),
    Permission(workflow.ASSIGN, "มอบหมายเรื่องให้ส่วนราชการและผู้รับผิดชอบ"),
    Permission(workflow.MANAGE, "กำหนดกติกาส่งเรื่อง คำตอบมาตรฐาน วันหยุดเพิ่ม ไม่เปิดเผยข้อมูลข่าวสาร และลบข้อมูลส่วนบุคคล"),
    Permission(workflow.PUBLISH, "เผยแพร่เรื่องต่อสาธารณะ"),
)

ABOUTS = (About(figures.ABOUT, "เรื่องร้องเรียน", "Complaints"),)


def receive(message: InboundMessage) -> str:
    """What comes in by a channel: a ticket of Traffy Fondue, or words of a citizen."""
    return traffy.take(message) if message.channel_kind == ChannelKind.TRAFFY else inbound.receive(message)


def settle(period: Period) -> None:
    """Months that nobody counted yet are counted before a report of the year is frozen."""
    count_due(actor=Actor.system())


NAVIGATION = (
    NavigationItem(
        "complaints", _("Complaints"), "complaints-desk", workflow.READ, section="modules", order=60
    ),
)

PUBLIC_LINKS = (
    PublicLink("complaints", _("Complaints and reports"), "complaints-start", "menu", order=30),
    PublicLink(
        "tell",
        _("Tell the office"),
        "complaints-start",
        "act",
        _("Report a broken light, complain, suggest, or ask for official information. No account is needed"),
        order=10,
    ),
    PublicLink(
        "track",
        _("Follow a case"),
        "track",
        "act",
        _("With the number and the code on your receipt"),
        order=20,
    ),
    PublicLink("complaint-figures", _("Figures of complaints"), "complaints-statistics", "check", order=30),
)


def work_items() -> list[WorkItem]:
    """What open cases ask for (`foundation/casework/work.py`), and the persons concerned of requests for information."""
    return [*work_items_of([kind.key for kind in CASE_KINDS]), *concerned_items()]


FIRST_STEPS = (
    FirstStep(
        "complaints.units",
        _("Say which unit gets which case"),
        _(
            "Done once in every unit that gets cases somebody can work on them. Until then what comes goes to whoever assigns"
        ),
        "complaints-categories",
        workflow.MANAGE,
        every_category_is_worked_on,
        24,
    ),
)


PROVIDES = Provides(
    module="complaints",
    first_steps=FIRST_STEPS,
    fact_kinds=FACT_KINDS,
    abouts=ABOUTS,
    indicators=INDICATORS,
    settles=settle,
    receives=receive,
    permissions=PERMISSIONS,
    case_kinds=CASE_KINDS,
    navigation=NAVIGATION,
    public_links=PUBLIC_LINKS,
    work_items=work_items,
)
