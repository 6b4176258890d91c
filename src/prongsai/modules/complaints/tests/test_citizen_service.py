"""What citizens answered becomes one case: drafts, sending, who gets it, others with the same trouble."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.casework.selectors import case_by_code
from prongsai.foundation.casework.services import Place, open_case, publish_case
from prongsai.foundation.channels.canary import marker
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.errors import InvalidInput, NotPermitted, Unreadable, WrongState
from prongsai.modules.complaints.catalogue import categories, categories_of, grounds, in_force, terms
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, KINDS
from prongsai.modules.complaints.models import CitizenDraft, DraftFile, MeToo, RoutingRule
from prongsai.modules.complaints.selectors.drafts import draft_of
from prongsai.modules.complaints.selectors.duplicates import similar_cases
from prongsai.modules.complaints.services import drafts, rules
from prongsai.modules.complaints.services.joining import join
from prongsai.modules.complaints.services.routing import Matter, first_that_fits, fits, route
from prongsai.modules.complaints.services.submitting import located, receipt_of, submit
from prongsai.modules.complaints.tests.citizen import PNG, SYSTEM
from prongsai.modules.complaints.workflow import CASE_KINDS
from tests.cast import banthrai, donsai, member

KEY = "k" * 43


def begun(category: str = "lamp", key: str = KEY, **answers: dict[str, str]) -> CitizenDraft:
    """A draft with answers; the text and the contact are there."""
    draft = drafts.begin(key=key, category=category)
    for question, values in ({"what": {"text": "ไฟดับ"}, "contact": {"who": "anonymous"}} | answers).items():
        draft = drafts.answer(draft=draft, question=question, values=values)
    return draft


# --- data files ---


def test_every_kind_has_categories_a_clock_and_grounds_for_refusing() -> None:
    assert {category.kind for category in categories().values()} == set(KINDS)
    assert {kind.key for kind in CASE_KINDS} == set(KINDS)
    for kind in CASE_KINDS:
        assert kind.clock.days == 15
        assert kind.clock.basis
        assert terms(kind.key).source
        assert grounds(kind.key)
        assert kind.retention_years == terms(kind.key).retention_years


def test_a_clock_holds_from_its_day_on() -> None:
    with pytest.raises(LookupError):
        in_force("information", clock.today().replace(year=1990))
    assert terms(INFORMATION).clock.calendar_days
    assert "มาตรา 18" in in_force("appeal")["basis"]


def test_reports_of_trouble_count_in_no_topic_and_complaints_in_those_of_the_measures() -> None:
    assert {category.topic for category in categories_of(GRIEVANCE)} == {None}
    topics = {str(category.topic) for category in categories_of(COMPLAINT) if category.topic}
    assert topics == {
        "service", "disclosure", "assets", "procurement", "people", "anti_corruption", "integrity",
    }  # fmt: skip


@pytest.mark.parametrize("kind", CASE_KINDS, ids=lambda kind: kind.key)
def test_whatever_is_done_to_a_case_leads_to_an_end_and_a_closed_one_can_be_opened_again(kind) -> None:  # type: ignore[no-untyped-def]
    table = kind.workflow
    for state in table.states:
        if state.phase in {Phase.FINISHED, Phase.REFUSED} and kind.reopen_act:
            assert table.row(state.key, "reopen") is not None
        if state.phase.is_open:
            assert table.row(state.key, "withdraw") is not None
            assert table.row(state.key, "merge") is not None


# --- drafts ---


def test_a_draft_is_found_by_its_key_and_by_nothing_that_stands_in_the_table(
    web_office: Organization,
) -> None:
    draft = begun()
    assert draft_of(KEY) == draft
    assert draft_of(draft.digest) is None
    assert draft_of("") is None
    assert KEY not in str(CitizenDraft.objects.values().get())


def test_a_draft_lives_for_a_week_after_the_last_answer(web_office: Organization) -> None:
    draft = begun()
    drafts.add_file(draft=draft, content=BytesIO(PNG), name="รูป.png")
    with clock.at(clock.now() + timedelta(days=6)):
        drafts.answer(draft=draft, question="where", values={"village": "4"})
        assert drafts.forget_old() == 0
    with clock.at(clock.now() + timedelta(days=12)):
        assert draft_of(KEY) is not None
    with clock.at(clock.now() + timedelta(days=14)):
        assert draft_of(KEY) is None
        assert drafts.forget_old() == 1
    assert not CitizenDraft.objects.exists()
    assert not DraftFile.objects.exists()


def test_another_office_does_not_see_a_draft(web_office: Organization) -> None:
    begun()
    with scope(donsai().pk):
        assert draft_of(KEY) is None


def test_files_of_a_draft_are_judged_by_what_is_in_them_and_leave_nothing_behind(
    web_office: Organization,
) -> None:
    draft = begun()
    for content, name in (
        (b"MZ\x90\0program", "รูป.jpg"),
        (b"", "ว่าง.png"),
        (b"<html><script>alert(1)</script>", "ก.txt"),
        (PNG[:20], "เสีย.png"),
        (b"x" * (drafts.FILE_LIMIT + 1), "ใหญ่.txt"),
    ):
        with pytest.raises(Unreadable):
            drafts.add_file(draft=draft, content=BytesIO(content), name=name)
    kept = drafts.add_file(draft=draft, content=BytesIO(PNG), name="../../หน้าวัด\u202egnp.exe")
    assert kept.content_type == "image/png"
    assert "/" not in kept.name
    assert kept.name.endswith(".png")
    assert drafts.add_file(draft=draft, content=BytesIO(PNG), name="อีกครั้ง.png") == kept
    drafts.discard(draft=draft)
    assert not DraftFile.objects.exists()
    assert not StoredFile.objects.exists()


def test_more_files_than_allowed_are_refused_and_the_others_stay(web_office: Organization) -> None:
    draft = begun()
    for number in range(drafts.MOST_FILES):
        drafts.add_file(draft=draft, content=BytesIO(f"หลักฐาน {number}".encode()), name="ก.txt")
    with pytest.raises(WrongState):
        drafts.add_file(draft=draft, content=BytesIO("อีกไฟล์".encode()), name="ก.txt")
    assert DraftFile.objects.count() == drafts.MOST_FILES


QUESTIONS = st.sampled_from(["what", "where", "contact", "how"])
ANSWERS = st.dictionaries(
    st.sampled_from(["text", "more", "village", "name"]), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60), max_size=3
)  # fmt: skip


class TestAnyOrderOfAnswers(TestCase):
    @given(st.lists(st.tuples(QUESTIONS, ANSWERS), max_size=8))
    def test_the_last_answer_to_each_question_stands_and_no_other_is_touched(
        self, given_: list[tuple[str, dict[str, str]]]
    ) -> None:
        with scope(banthrai().pk):
            draft = drafts.begin(key=KEY, category="lamp")
            for question, values in given_:
                drafts.answer(draft=draft, question=question, values=values)
            kept = draft_of(KEY)
            assert kept is not None
            assert kept.answers == dict(given_)


# --- sending ---


def test_a_draft_becomes_a_case_with_all_that_was_answered(web_office: Organization) -> None:
    draft = begun(
        what={"text": "ไฟดับมาสามวัน", "more": "12"},
        where={"village": "หมู่ที่ ๔", "place": "หน้าวัด", "latitude": "15.300000", "longitude": "103.290000"},
        contact={
            "who": "named",
            "name": "สมชาย ตัวอย่าง",
            "phone": "081 234 5678",
            "email": "somchai@example.org",
        },
    )
    drafts.add_file(draft=draft, content=BytesIO(PNG), name="เสา.png")
    receipt = submit(draft=draft)
    case = receipt.case
    assert case is not None
    assert case_by_code(receipt.code) == case
    assert case.kind == GRIEVANCE
    assert case.title == "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"
    assert case.body == "ไฟดับมาสามวัน\n\nเลขบนเสาไฟ: 12"
    assert (case.village, case.place, str(case.latitude)) == ("4", "หน้าวัด", "15.300000")
    assert (case.contact_name, case.contact_phone, case.contact_email) == (
        "สมชาย ตัวอย่าง", "081 234 5678", "somchai@example.org",
    )  # fmt: skip
    assert case.details == {"answer_by": "email"}
    assert case.channel_kind == "web"
    assert [file.name for file in case.files.all()] == ["เสา.png"]
    flush()
    assert [entry.kind for entry in Entry.objects.filter(subject=str(case.ref))] == ["grievance_received"]


def test_after_sending_nothing_of_the_answers_is_left_in_the_draft(web_office: Organization) -> None:
    draft = begun(contact={"who": "named", "name": "สมชาย ตัวอย่าง"})
    drafts.add_file(draft=draft, content=BytesIO(PNG), name="เสา.png")
    receipt = submit(draft=draft)
    kept = CitizenDraft.objects.get(pk=draft.pk)
    assert kept.answers == {}
    assert receipt.code not in kept.receipt
    assert not DraftFile.objects.exists()


def test_sent_twice_it_is_one_case_and_the_same_receipt(web_office: Organization) -> None:
    draft = begun()
    first, second = submit(draft=draft), submit(draft=draft)
    assert first == second
    assert receipt_of(CitizenDraft.objects.get()) == first
    assert Case.objects.count() == 1


def test_a_sent_draft_takes_no_more_answers_and_no_files(web_office: Organization) -> None:
    draft = begun()
    submit(draft=draft)
    with pytest.raises(WrongState):
        drafts.answer(draft=draft, question="what", values={"text": "อื่น"})
    with pytest.raises(WrongState):
        drafts.add_file(draft=draft, content=BytesIO(PNG), name="ก.png")


def test_nothing_is_sent_without_a_text(web_office: Organization) -> None:
    draft = begun(what={"text": "   "})
    with pytest.raises(InvalidInput) as refused:
        submit(draft=draft)
    assert refused.value.field == "text"
    assert not Case.objects.exists()


def test_whoever_stays_anonymous_leaves_no_name_even_when_one_was_typed(web_office: Organization) -> None:
    draft = begun(
        contact={"who": "anonymous", "name": "สมชาย ตัวอย่าง", "phone": "081", "email": "s@example.org"}
    )
    case = submit(draft=draft).case
    assert case is not None
    assert case.is_anonymous
    assert (case.contact_name, case.contact_phone, case.contact_email) == ("", "", "")
    assert not [event for event in CaseEvent.objects.all() if "สมชาย" in event.actor + event.about]


def test_the_self_check_goes_the_whole_way_and_leaves_nothing(web_office: Organization) -> None:
    before = submit(draft=begun()).case
    draft = begun(key="c" * 43, what={"text": marker()})
    drafts.add_file(draft=draft, content=BytesIO(PNG), name="ก.png")
    receipt = submit(draft=draft)
    assert receipt.case is None
    assert receipt.code
    after = submit(draft=begun(key="d" * 43)).case
    assert before is not None
    assert after is not None
    assert after.sequence == before.sequence + 1, "a self-check takes no number"
    assert Case.objects.count() == 2
    assert CitizenDraft.objects.filter(case=None).count() == 0
    flush()
    assert Entry.objects.filter(kind="grievance_received").count() == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("4", "4"), ("๔", "4"), ("หมู่ที่ ๐๔", "4"), ("ม.12", "12"), ("หมู่ 7", "7"), ("บ้านใหม่", "บ้านใหม่"), ("", ""), ("12345", "12345")],
)  # fmt: skip
def test_a_village_is_kept_as_its_number(typed: str, kept: str) -> None:
    assert located(typed, "") == (kept, "")


# --- who gets it ---


def test_the_first_rule_that_fits_decides(web_office: Organization) -> None:
    treasury = Unit.objects.get(name="กองคลัง")
    office = Unit.objects.get(name="สำนักปลัด")
    rules.add_rule(
        actor=SYSTEM, category="lamp", places=["4"], words=["เสาหัก"], unit=treasury, is_urgent=True
    )
    rules.add_rule(actor=SYSTEM, category="lamp", unit=office)
    matter = Matter(GRIEVANCE, "lamp", village="4", text="เสา หักแล้ว")
    assert route(matter).unit == treasury
    assert route(matter).is_urgent
    assert route(Matter(GRIEVANCE, "lamp", village="5", text="เสาหัก")).unit == office
    assert route(Matter(GRIEVANCE, "road")).unit == office, (
        "without a rule the category's unit, here the first"
    )


def test_a_rule_gives_a_case_to_a_person_and_the_case_shows_it(web_office: Organization) -> None:
    somsri = member("complaints.read", "complaints.handle", username="somsri-r", unit="กองคลัง")
    rules.add_rule(actor=SYSTEM, kind=GRIEVANCE, places=["หน้าวัด"], assignee=somsri)
    case = submit(draft=begun(where={"village": "4", "place": "เสาไฟ หน้า วัด"})).case
    assert case is not None
    case.refresh_from_db()
    assert case.assignee == somsri


def test_no_citizen_gives_out_work_the_rules_do(web_office: Organization) -> None:
    somsri = member("complaints.read", "complaints.handle", username="somsri-r", unit="กองคลัง")
    rules.add_rule(actor=SYSTEM, kind=GRIEVANCE, places=["4"], assignee=somsri)
    case = submit(draft=begun(where={"village": "4"})).case
    assert case is not None
    assert {
        event.event: event.actor for event in case.events.all() if event.event in {"received", "assigned"}
    } == {"received": "ผู้แจ้ง", "assigned": "กติกาส่งเรื่อง"}
    assert case.events.filter(event="assigned").count() == 2, "to the unit, and to the person"


def test_a_retired_unit_and_a_former_member_are_passed_over(web_office: Organization) -> None:
    somsri = member("complaints.read", "complaints.handle", username="somsri-r", unit="กองคลัง")
    treasury = Unit.objects.get(name="กองคลัง")
    rules.add_rule(actor=SYSTEM, category="lamp", unit=treasury, assignee=somsri)
    Unit.objects.filter(pk=treasury.pk).update(is_active=False)
    type(somsri).objects.filter(pk=somsri.pk).update(is_active=False)
    led = route(Matter(GRIEVANCE, "lamp"))
    assert led.unit is not None
    assert led.unit.name == "สำนักปลัด"
    assert led.assignee is None
    assert submit(draft=begun()).case is not None, "a rule that leads nowhere loses no case"


def test_rules_are_changed_moved_and_removed_on_record_by_those_who_may(web_office: Organization) -> None:
    treasury = Unit.objects.get(name="กองคลัง")
    first = rules.add_rule(actor=SYSTEM, category="lamp", unit=treasury)
    second = rules.add_rule(actor=SYSTEM, category="road", unit=treasury)
    rules.move_rule(actor=SYSTEM, rule=second, up=True)
    assert [rule.category for rule in RoutingRule.objects.all()] == ["road", "lamp"]
    assert rules.change_rule(actor=SYSTEM, rule=first, words=["  เสา   หัก ", "เสา หัก", ""]).words == [
        "เสา หัก"
    ]
    rules.remove_rule(actor=SYSTEM, rule=second)
    assert RoutingRule.objects.get() == first
    flush()
    assert Entry.objects.filter(kind="complaint_routing_changed").count() == 5
    with pytest.raises(NotPermitted):
        rules.remove_rule(actor=member("complaints.read", username="reader").actor(), rule=first)
    for wrong in ({"category": "nothing"}, {"kind": "x"}, {"kind": COMPLAINT, "category": "lamp"}):
        with pytest.raises(InvalidInput):
            rules.add_rule(actor=SYSTEM, unit=treasury, **wrong)
    with pytest.raises(InvalidInput):
        rules.add_rule(actor=SYSTEM, category="lamp")


CATEGORIES = st.sampled_from(["", "lamp", "road", "service"])
WORDS = st.lists(st.sampled_from(["เสา", "หลุม", "4", "วัด", "๗"]), max_size=2)
RULES = st.builds(
    RoutingRule, kind=st.sampled_from(["", *KINDS]), category=CATEGORIES, places=WORDS, words=WORDS
)
MATTERS = st.builds(
    Matter,
    kind=st.sampled_from(KINDS),
    category=CATEGORIES,
    village=st.sampled_from(["", "4", "๗", "หมู่ 4"]),
    place=st.sampled_from(["", "หน้าวัด", "ซอย 4"]),
    text=st.sampled_from(["", "เสาหัก", "ถนนเป็นหลุม", "เสา ไฟ วัด"]),
)


@given(st.lists(RULES, max_size=6), MATTERS)
def test_the_first_that_fits_is_a_rule_that_fits_and_none_before_it_does(
    rules_: list[RoutingRule], matter: Matter
) -> None:
    found = first_that_fits(rules_, matter)
    if found is None:
        assert not any(fits(rule, matter) for rule in rules_)
    else:
        at = next(number for number, rule in enumerate(rules_) if rule is found)
        assert fits(found, matter)
        assert not any(fits(rule, matter) for rule in rules_[:at])


@given(RULES, MATTERS)
def test_a_condition_more_never_lets_a_rule_fit_more_often(rule: RoutingRule, matter: Matter) -> None:
    wider = RoutingRule(kind=rule.kind, category=rule.category, places=rule.places, words=[])
    assert not fits(rule, matter) or fits(wider, matter)


@given(MATTERS)
def test_a_rule_without_conditions_fits_everything(matter: Matter) -> None:
    assert fits(RoutingRule(places=[], words=[]), matter)


# --- the same trouble ---


def lamp(title: str = "ไฟหน้าวัดดับ", village: str = "4") -> Case:
    return open_case(
        actor=SYSTEM,
        kind=GRIEVANCE,
        title=title,
        body="ไฟดับหน้าวัด",
        category="lamp",
        channel_kind="phone",
        place=Place(text="หน้าวัด", village=village),
    ).case


def test_only_what_the_public_can_see_is_shown_as_likely_the_same(web_office: Organization) -> None:
    hidden, shown = lamp(), lamp()
    publish_case(actor=SYSTEM, case=shown, public_title="ไฟสาธารณะหน้าวัดหมู่ 4 ดับ")
    found = similar_cases(category="lamp", village="4", place="หน้าวัด", text="ไฟดับ")
    assert [each.case for each in found] == [shown]
    assert found[0].title == "ไฟสาธารณะหน้าวัดหมู่ 4 ดับ"
    assert similar_cases(category="road", village="9", text="ถนนเป็นหลุมลึกมาก") == []
    assert hidden.pk != shown.pk


def test_me_too_counts_each_browser_once_and_forgets_the_draft(web_office: Organization) -> None:
    case = lamp()
    publish_case(actor=SYSTEM, case=case, public_title="ไฟดับ")
    assert join(draft=begun(), case=case.pk) == 1
    assert join(draft=begun(), case=case.pk) == 1, "the same browser again"
    assert join(draft=begun(key="e" * 43), case=case.pk) == 2
    assert not CitizenDraft.objects.exists()
    assert Case.objects.count() == 1
    assert [KEY in str(row) for row in MeToo.objects.values()] == [False, False]


def test_nobody_joins_a_case_that_is_not_public(web_office: Organization) -> None:
    case, draft = lamp(), begun()
    with pytest.raises(InvalidInput):
        join(draft=draft, case=case.pk)
    assert CitizenDraft.objects.filter(pk=draft.pk).exists()


def test_a_rolled_back_sending_leaves_the_draft_as_it_was(web_office: Organization) -> None:
    draft = begun()
    with transaction.atomic():
        submit(draft=draft)
        transaction.set_rollback(True)
    kept = draft_of(KEY)
    assert kept is not None
    assert kept.answers["what"]["text"] == "ไฟดับ"
    assert submit(draft=kept).case is not None
