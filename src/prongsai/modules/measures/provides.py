"""What the measures plug in: the vocabulary of hand-recorded evidence, stated figures, suggestions, an indicator."""

from __future__ import annotations

from prongsai.kernel.contracts import About, FactKind, Provides, Topic
from prongsai.modules.measures import rules
from prongsai.modules.measures.figures import stated_indicators
from prongsai.modules.measures.indicators import EVIDENCE_RECORDED
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


PROVIDES = Provides(
    module="measures",
    fact_kinds=(*OWN_KINDS, *_vocabulary_kinds()),
    abouts=(*_vocabulary_abouts(), *_figure_abouts()),
    indicators=(EVIDENCE_RECORDED, *stated_indicators()),
    suggestions=tuple(rule_suggestions()),
)
