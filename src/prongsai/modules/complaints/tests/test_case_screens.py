"""What every screen must do (tests/screens.py), for each screen of a case and of the complaints' desk."""

from __future__ import annotations

from typing import Any, ClassVar

from prongsai.foundation.casework.models import Case, StandardAnswer
from prongsai.foundation.casework.services import (
    acknowledge,
    act,
    add_special_day,
    follow_up,
    merge,
    publish_case,
    save_answer,
)
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.modules.complaints.choices import INFORMATION
from prongsai.modules.complaints.selectors.forwarding import Letter
from prongsai.modules.complaints.services.concerned import inform, put_objection
from prongsai.modules.complaints.services.forwarding import draw_up
from prongsai.modules.complaints.services.rules import add_rule
from prongsai.modules.complaints.tests.desk import (
    ASSIGN,
    HANDLE,
    INTAKE,
    MANAGE,
    PUBLISH,
    READ,
    a_case,
    closed_case,
    rich_case,
)
from tests.cast import SYSTEM
from tests.screens import ScreenTests


class OfACase(ScreenTests):
    """A page of one case that has everything."""

    __test__ = False
    unit = "สำนักปลัด"  # that of the cases
    more: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__test__ = bool(getattr(cls, "url_name", ""))  # type: ignore[attr-defined]

    def case(self) -> Case:
        return rich_case()

    def kwargs(self) -> dict[str, Any]:
        return {"case": self.case().pk, **self.more}


class TestCase(OfACase):
    url_name = "complaints-case"
    permission = READ
    also = (HANDLE, ASSIGN, INTAKE, MANAGE, PUBLISH)


class TestAct(OfACase):
    url_name = "complaints-case-act"
    permission = READ
    also = (HANDLE,)
    more: ClassVar[dict[str, Any]] = {"act": "finish"}

    def case(self) -> Case:
        for number in range(5):
            save_answer(actor=SYSTEM, title=f"คำตอบ {number}", text="เรียน {ผู้แจ้ง}")
        return rich_case()


class TestAcknowledge(OfACase):
    url_name = "complaints-case-acknowledge"
    permission = HANDLE

    def case(self) -> Case:
        return a_case()


class TestSorted(OfACase):
    url_name = "complaints-case-sorted"
    permission = HANDLE

    def case(self) -> Case:
        return a_case(is_guessed=True)


class TestAssign(OfACase):
    url_name = "complaints-case-assign"
    permission = ASSIGN


class TestTake(OfACase):
    url_name = "complaints-case-take"
    permission = READ
    also = (HANDLE,)


class TestSay(OfACase):
    url_name = "complaints-case-say"
    permission = HANDLE


class TestHear(OfACase):
    url_name = "complaints-case-hear"
    permission = HANDLE


class TestClosing(OfACase):
    url_name = "complaints-case-closing"
    permission = HANDLE

    def case(self) -> Case:
        return closed_case()


class TestNewCode(OfACase):
    url_name = "complaints-case-code"
    permission = INTAKE


class TestNote(OfACase):
    url_name = "complaints-case-note"
    permission = HANDLE


class TestAttach(OfACase):
    url_name = "complaints-case-attach"
    permission = HANDLE


class TestMerge(OfACase):
    url_name = "complaints-case-merge"
    permission = HANDLE


class TestUnmerge(OfACase):
    url_name = "complaints-case-unmerge"
    permission = HANDLE

    def case(self) -> Case:
        """One that is joined with another, and with which others are."""
        case, low = a_case(), a_case()
        merge(actor=SYSTEM, case=low, into=case, reason="จุดเดียวกัน")
        return merge(actor=SYSTEM, case=case, into=rich_case(), reason="จุดเดียวกัน")


class TestSplit(OfACase):
    url_name = "complaints-case-split"
    permission = HANDLE
    also = (INTAKE,)


class TestRecategorise(OfACase):
    url_name = "complaints-case-recategorise"
    permission = HANDLE


class TestCorrect(OfACase):
    url_name = "complaints-case-correct"
    permission = HANDLE


class TestPublish(OfACase):
    url_name = "complaints-case-publish"
    permission = PUBLISH


class TestUnpublish(OfACase):
    url_name = "complaints-case-unpublish"
    permission = PUBLISH

    def case(self) -> Case:
        return publish_case(actor=SYSTEM, case=a_case(), public_title="ไฟสาธารณะดับ หมู่ที่ 4")


class TestErase(OfACase):
    url_name = "complaints-case-erase"
    permission = MANAGE

    def case(self) -> Case:
        return closed_case()


class TestPrint(OfACase):
    url_name = "complaints-case-print"
    permission = READ
    also = (HANDLE,)
    more: ClassVar[dict[str, Any]] = {"format": "pdf"}


class TestCaseFile(OfACase):
    url_name = "complaints-case-file"
    permission = READ
    also = (HANDLE,)

    def kwargs(self) -> dict[str, Any]:
        case = self.case()
        kept = case.files.first()
        assert kept is not None
        return {"case": case.pk, "case_file": kept.pk}


class TestSettle(OfACase):
    url_name = "complaints-case-settle"
    permission = HANDLE

    def kwargs(self) -> dict[str, Any]:
        case = self.case()
        said = case.messages.first()
        assert said is not None
        return {"case": case.pk, "message": said.pk}


class TestFromMessage(OfACase):
    url_name = "complaints-case-from-message"
    permission = HANDLE
    also = (INTAKE,)

    def kwargs(self) -> dict[str, Any]:
        case = self.case()
        said = case.messages.filter(direction="in").first()
        assert said is not None
        return {"case": case.pk, "message": said.pk}


class TestReceipt(OfACase):
    url_name = "complaints-case-receipt"
    permission = INTAKE


class TestForward(OfACase):
    url_name = "complaints-case-forward"
    permission = HANDLE


def with_letter() -> Case:
    case = rich_case()
    letter = Letter("แขวงทางหลวงตัวอย่าง", "ผู้อำนวยการแขวงทางหลวงตัวอย่าง", "ขอส่งเรื่อง", "ด้วย", "จึงเรียนมา")
    return draw_up(actor=SYSTEM, case=case, letter=letter)


class OfALetter(OfACase):
    def case(self) -> Case:
        return with_letter()


class TestLetter(OfALetter):
    url_name = "complaints-case-letter"
    permission = HANDLE


class TestLetterPaper(OfALetter):
    url_name = "complaints-case-letter-paper"
    permission = HANDLE
    more: ClassVar[dict[str, Any]] = {"format": "pdf"}


class TestLetterSigned(OfALetter):
    url_name = "complaints-case-letter-signed"
    permission = HANDLE


class OfARequest(OfACase):
    """A page of a request for official information of which somebody is informed."""

    permission = HANDLE
    also = (MANAGE,)

    def kwargs(self) -> dict[str, Any]:
        case = a_case(kind=INFORMATION, category="information")
        acknowledge(actor=SYSTEM, case=case)
        told = {"about": "สัญญา", "how": "letter", "informed_on": clock.today(), "message": "แจ้งแล้ว"}
        person = inform(actor=SYSTEM, case=case, name="นายสมหมาย ตัวอย่าง", **told)  # type: ignore[arg-type]
        put_objection(actor=SYSTEM, person=person, on=clock.today(), words="ความลับทางการค้า")
        return {"case": case.pk, **self.more, **({"person": person.pk} if self.more else {})}


class TestConcerned(OfARequest):
    url_name = "complaints-case-concerned"


class TestAddConcerned(OfARequest):
    url_name = "complaints-case-concerned-add"


class TestConcernedPaper(OfARequest):
    url_name = "complaints-case-concerned-paper"
    more: ClassVar[dict[str, Any]] = {"format": "pdf"}


class TestConcernedStep(OfARequest):
    url_name = "complaints-case-concerned-step"
    more: ClassVar[dict[str, Any]] = {"step": "decision"}


class TestAgency(OfACase):
    url_name = "complaints-case-agency"
    permission = HANDLE

    def case(self) -> Case:
        passed = act(actor=SYSTEM, case=a_case(), act="forward", result="ส่งต่อแล้ว")
        return follow_up(actor=SYSTEM, case=passed, on=clock.today())


# -- the desk -----------------------------------------------------------------------------------------------


class TestDesk(ScreenTests):
    url_name = "complaints-desk"
    permission = READ
    also = (INTAKE,)

    def kwargs(self) -> dict[str, Any]:
        for number in range(20):
            a_case(title=f"เรื่องที่ {number}")
        return {}


class TestIntake(ScreenTests):
    url_name = "complaints-intake"
    permission = INTAKE


class TestPublishSeveral(ScreenTests):
    url_name = "complaints-publish"
    permission = PUBLISH

    def kwargs(self) -> dict[str, Any]:
        for number in range(6):
            a_case(title=f"ไฟดับ {number}")
        return {}


class TestRules(ScreenTests):
    url_name = "complaints-rules"
    permission = READ
    also = (MANAGE,)
    query = "category=lamp&village=4"

    def kwargs(self) -> dict[str, Any]:
        unit = Unit.objects.get(name="กองคลัง")
        for number in range(6):
            add_rule(actor=SYSTEM, category="road", words=[f"คำ{number}"], unit=unit)
        return {}


class TestAddRule(ScreenTests):
    url_name = "complaints-rule-add"
    permission = MANAGE


class TestEditRule(ScreenTests):
    url_name = "complaints-rule"
    permission = MANAGE

    def kwargs(self) -> dict[str, Any]:
        return {"rule": add_rule(actor=SYSTEM, words=["ไฟ"], unit=Unit.objects.get(name="กองคลัง")).pk}


class TestCategories(ScreenTests):
    url_name = "complaints-categories"
    permission = READ
    also = (MANAGE,)


class TestUnits(ScreenTests):
    url_name = "complaints-units"
    permission = MANAGE


class TestAnswers(ScreenTests):
    url_name = "complaints-answers"
    permission = READ
    also = (MANAGE,)

    def kwargs(self) -> dict[str, Any]:
        for number in range(5):
            save_answer(actor=SYSTEM, title=f"คำตอบ {number}", text="เรียน {ผู้แจ้ง}")
        return {}


class TestAddAnswer(ScreenTests):
    url_name = "complaints-answer-add"
    permission = MANAGE


class TestEditAnswer(ScreenTests):
    url_name = "complaints-answer"
    permission = MANAGE

    def kwargs(self) -> dict[str, Any]:
        save_answer(actor=SYSTEM, title="คำตอบ", text="เรียน {ผู้แจ้ง}")
        return {"answer": StandardAnswer.objects.get().pk}


class TestStartAnswers(ScreenTests):
    url_name = "complaints-answers-start"
    permission = MANAGE


class TestDays(ScreenTests):
    url_name = "complaints-days"
    permission = READ
    also = ("office.manage",)

    def kwargs(self) -> dict[str, Any]:
        add_special_day(actor=SYSTEM, day=clock.today(), name="วันหยุดพิเศษ")
        return {}


class TestAddDay(ScreenTests):
    url_name = "complaints-day-add"
    permission = "office.manage"


class TestImportDays(ScreenTests):
    url_name = "complaints-days-import"
    permission = "office.manage"


class TestExampleOfDays(ScreenTests):
    url_name = "complaints-days-example"
    permission = READ


class TestSettings(ScreenTests):
    url_name = "complaints-settings"
    permission = READ
