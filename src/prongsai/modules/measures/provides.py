"""What the measures plug in: vocabulary, figures, suggestions, permissions, the workspace's lines, and what is due."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import (
    About,
    FactKind,
    FirstStep,
    NavigationItem,
    OfficeDetails,
    Permission,
    Provides,
    PublicLink,
    Topic,
)
from prongsai.modules.measures import rules
from prongsai.modules.measures.figures import stated_indicators
from prongsai.modules.measures.indicators import EVIDENCE_RECORDED
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors.work import has_plan, work_items
from prongsai.modules.measures.suggestions import rule_suggestions

# The module's own acts.
OWN_KINDS = (
    FactKind("plan_drafted", "ร่างมาตรการ", "Plan drafted"),
    FactKind("plan_edited", "แก้ไขร่างมาตรการ", "Plan edited"),
    FactKind("plan_discarded", "ยกเลิกร่างมาตรการ", "Plan draft discarded"),
    FactKind("plan_submitted", "เสนอมาตรการ", "Plan submitted"),
    FactKind("plan_reviewed", "เห็นชอบมาตรการ", "Plan reviewed"),
    FactKind("plan_sent_back", "ส่งมาตรการกลับแก้ไข", "Plan sent back"),
    FactKind("plan_approved", "อนุมัติมาตรการ", "Plan approved"),
    FactKind("plan_superseded", "ประกาศมาตรการฉบับใหม่แทน", "Plan superseded"),
    FactKind("remark_made", "ให้ข้อสังเกต", "Remark made"),
    FactKind("remark_answered", "ชี้แจงข้อสังเกต", "Remark answered"),
    FactKind("remark_settled", "ปิดข้อสังเกต", "Remark settled"),
    FactKind("statement_attested", "รับรองข้อความ", "Statement attested"),
    FactKind("statement_withdrawn", "ถอนข้อความออกจากมาตรการ", "Statement withdrawn"),
    FactKind("statement_restored", "นำข้อความที่ถอนออกกลับมา", "Statement restored"),
    FactKind("figure_stated", "แจ้งตัวเลข", "Figure stated"),
    FactKind("report_frozen", "ตรึงรายงานเสนออนุมัติ", "Report frozen for approval"),
    FactKind("report_sent_back", "ส่งรายงานกลับแก้ไข", "Report sent back"),
    FactKind("report_approved", "อนุมัติรายงานประจำปี", "Annual report approved"),
    FactKind("report_closed", "ปิดรายงานประจำปี", "Annual report closed"),
    FactKind("report_corrected", "แก้ไขรายงานประจำปี", "Annual report corrected"),
)


def _vocabulary_kinds() -> tuple[FactKind, ...]:
    kinds = rules.load("vocabulary")["kinds"]
    return tuple(FactKind(key, thai, english, provisional=True) for key, (thai, english) in kinds.items())


def _vocabulary_abouts() -> tuple[About, ...]:
    abouts = rules.load("vocabulary")["abouts"]
    return tuple(
        About(key, thai, english, Topic(topic), provisional=True)
        for key, (thai, english, topic) in abouts.items()
    )


def _figure_abouts() -> tuple[About, ...]:
    """A stated figure is about its indicator."""
    definitions = rules.load("indicators")
    return tuple(About(key, d["title"], d["title_en"], provisional=True) for key, d in definitions.items())


# Who may do what; roles bundle them (foundation/accounts/data/roles.toml).
PERMISSIONS = (
    Permission("measures.read", "ดูมาตรการ ผลการพิสูจน์ และทะเบียนหลักฐานทั้งหมด"),
    Permission("measures.draft", "ร่างและแก้ไขมาตรการ และผูกหลักฐานกับข้อความ"),
    Permission("measures.submit", "เสนอมาตรการและรายงานให้ตรวจ"),
    Permission("measures.review", "ตรวจ เห็นชอบ หรือส่งมาตรการกลับแก้ไข และบันทึกฉบับที่ลงนามบนกระดาษ"),
    Permission("measures.approve", "อนุมัติมาตรการและรายงาน"),
    Permission("measures.publish", "ประกาศมาตรการที่อนุมัติแล้ว"),
    Permission("measures.close", "ปิดปีและเผยแพร่รายงานประจำปี"),
    Permission("measures.attest", "รับรองข้อความในมาตรการ"),
    Permission("measures.remark", "ให้ข้อสังเกตต่อข้อความ หลักฐาน และรายงาน"),
    Permission("evidence.record", "บันทึก แก้ไข และถอนหลักฐาน แจ้งตัวเลข"),
)
NAVIGATION = (
    NavigationItem("dashboard", _("Year at a glance"), "dashboard", "measures.read", section="top", order=20),
    NavigationItem("measures", _("Measures"), "plan-list", "measures.read", section="modules", order=10),
    NavigationItem(
        "evidence", _("Evidence register"), "evidence-list", "measures.read", section="office", order=10
    ),
)
PUBLIC_LINKS = (
    PublicLink("measures", _("Measures and report"), "latest-year", "year", order=10),
    PublicLink("verify", _("Verify"), "latest-verify", "year", order=20),
    PublicLink("heads", _("Evidence register"), "heads", order=90),
    PublicLink("heads-check", _("Evidence register"), "heads", "check", order=10),
    PublicLink("key", _("Public key (PEM)"), "key", "check", order=20),
)
FIRST_STEPS = (
    FirstStep(
        "measures",
        "มาตรการของปีนี้",
        "ใช้รายงานของปีก่อนเป็นต้นร่าง ตรวจแล้วเสนออนุมัติและประกาศ",
        "plan-list",
        "measures.draft",
        has_plan,
        order=50,
    ),
)


def reads_office(path: Path) -> OfficeDetails:
    """The office's names as its report says them, and the units that its measures name. Raises Unreadable."""
    report = read_report(path)
    return OfficeDetails(
        name=report.organization,
        district=report.district,
        province=report.province,
        units=tuple(dict.fromkeys(unit for measure in report.measures for unit in measure.units)),
        fiscal_year=report.fiscal_year,
    )


PROVIDES = Provides(
    module="measures",
    fact_kinds=(*OWN_KINDS, *_vocabulary_kinds()),
    abouts=(*_vocabulary_abouts(), *_figure_abouts()),
    indicators=(EVIDENCE_RECORDED, *stated_indicators()),
    suggestions=tuple(rule_suggestions()),
    permissions=PERMISSIONS,
    navigation=NAVIGATION,
    public_links=PUBLIC_LINKS,
    first_steps=FIRST_STEPS,
    work_items=work_items,
    work_follows_evidence=True,
    reads_office=reads_office,
)
