"""What every screen must do (tests/screens.py), for each of the office's own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from prongsai.foundation.accounts.models import Role
from prongsai.foundation.accounts.services import appoint_acting, invite, note_absence
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.ledger.witnesses import add_witness
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.organizations.profile import change_profile
from prongsai.kernel import clock
from prongsai.ui.access import SIGNED_IN
from tests.cast import SYSTEM, member
from tests.sample_year import PNG, build
from tests.screens import ScreenTests


class TestMyWork(ScreenTests):
    url_name = "my-work"
    permission = SIGNED_IN
    also = ("measures.draft", "evidence.record", "measures.review", "office.manage")

    def build(self) -> Organization:
        return build()


class TestWeek(ScreenTests):
    url_name = "work-week"
    permission = SIGNED_IN


class TestStart(ScreenTests):
    url_name = "start"
    most_queries = 17  # each step asks for itself, of an office that is being set up
    permission = "office.read"
    also = ("office.manage", "people.manage")


class TestRemind(ScreenTests):
    url_name = "work-remind"
    permission = "office.remind"


class TestSettings(ScreenTests):
    url_name = "settings"
    permission = "office.read"


class TestProfile(ScreenTests):
    url_name = "settings-profile"
    permission = "office.manage"


class TestSeal(ScreenTests):
    url_name = "settings-seal"
    permission = "office.manage"


class TestUnits(ScreenTests):
    url_name = "settings-units"
    permission = "office.read"


class TestAddUnit(ScreenTests):
    url_name = "settings-unit-add"
    permission = "office.manage"


class TestEditUnit(ScreenTests):
    url_name = "settings-unit"
    permission = "office.manage"

    def kwargs(self) -> dict[str, Any]:
        return {"unit": Unit.objects.get(name="กองคลัง").pk}


class TestPeople(ScreenTests):
    url_name = "settings-people"
    permission = "office.read"
    also = ("people.manage",)

    def kwargs(self) -> dict[str, Any]:
        for number in range(12):  # more people cost no more queries
            member("office.read", username=f"person{number}", unit="กองคลัง")
        invite(actor=SYSTEM, full_name="ก", position="ข", roles=["planner"])
        return {}


class TestInvite(ScreenTests):
    url_name = "settings-invite"
    permission = "people.manage"


class TestHire(ScreenTests):
    url_name = "settings-hire"
    permission = "people.manage"


class TestTold(ScreenTests):
    url_name = "settings-people-told"
    permission = "people.manage"


class OfSomebody(ScreenTests):
    __test__ = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__test__ = True  # type: ignore[attr-defined]

    def kwargs(self) -> dict[str, Any]:
        return {"member": member("office.read", username="manee", unit="กองคลัง").pk}


class TestPerson(OfSomebody):
    url_name = "settings-person"
    permission = "people.manage"


class TestEndPerson(OfSomebody):
    url_name = "settings-person-end"
    permission = "people.manage"


class TestResetPerson(OfSomebody):
    url_name = "settings-person-reset"
    permission = "people.manage"


class TestRoles(ScreenTests):
    url_name = "settings-roles"
    permission = "office.read"


class OfARole(ScreenTests):
    __test__ = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__test__ = True  # type: ignore[attr-defined]

    def kwargs(self) -> dict[str, Any]:
        return {"role": Role.objects.get(key="planner").pk}


class TestRole(OfARole):
    url_name = "settings-role"
    permission = "office.read"


class TestEditRole(OfARole):
    url_name = "settings-role-edit"
    permission = "people.manage"


class TestAddRole(ScreenTests):
    url_name = "settings-role-add"
    permission = "people.manage"


class TestSignatories(ScreenTests):
    url_name = "settings-signatories"
    permission = "office.read"
    also = ("office.manage",)

    def kwargs(self) -> dict[str, Any]:
        today = clock.today()
        for number in range(3):
            somebody = member("office.read", username=f"person{number}")
            appoint_acting(
                actor=SYSTEM,
                member=somebody,
                post="clerk",
                mode="acting",
                order_number=f"ที่ {number}/2568",
                starts_on=today,
            )
            note_absence(actor=SYSTEM, member=somebody, starts_on=today, ends_on=today)
        return {}


class TestAddActing(ScreenTests):
    url_name = "settings-acting-add"
    permission = "office.manage"


class TestAddAbsence(ScreenTests):
    url_name = "settings-absence-add"
    permission = "office.manage"


class TestKeys(ScreenTests):
    url_name = "settings-keys"
    permission = "office.read"
    also = ("office.manage",)

    def build(self) -> Organization:
        return build()

    def kwargs(self) -> dict[str, Any]:
        for number in range(4):
            add_witness(actor=SYSTEM, name=f"พยาน {number}", email=f"witness{number}@example.com")
        return {}


class TestAddWitness(ScreenTests):
    url_name = "settings-witness-add"
    permission = "office.manage"


class TestFiles(ScreenTests):
    url_name = "settings-files"
    permission = "audit.read"

    def build(self) -> Organization:
        return build()


class TestFile(ScreenTests):
    url_name = "settings-file"
    permission = "audit.read"

    def kwargs(self) -> dict[str, Any]:
        return {"sha256": store_file(actor=SYSTEM, content=BytesIO(PNG), name="ภาพ.png").sha256}


class TestAudit(ScreenTests):
    url_name = "settings-audit"
    permission = "audit.read"

    def build(self) -> Organization:
        return build()


class TestEntry(ScreenTests):
    url_name = "settings-entry"
    permission = "audit.read"

    def kwargs(self) -> dict[str, Any]:
        change_profile(actor=SYSTEM, values={"phone": "044 000 000"})
        (entry,) = flush()
        return {"number": entry.number}


class TestEraseEntry(TestEntry):
    url_name = "settings-entry-erase"
    permission = "ledger.erase"


class TestMe(ScreenTests):
    url_name = "settings-me"
    permission = SIGNED_IN


class TestMyCalendar(ScreenTests):
    url_name = "settings-me-calendar"
    permission = SIGNED_IN
