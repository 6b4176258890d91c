"""The year's work: evidence, figures, words, and what they prove."""

from __future__ import annotations

import re

from tests.e2e.year.office import Office
from tests.e2e.year.person import Person


def record(office: Office) -> int:
    """The officer of a unit takes up what waits, and records a paper while the column beside says what it proves."""
    officer = office.people["unit_officer"]
    officer.open(office.work())
    officer.go(officer.page.locator("a.more[href*='all=late']"))
    officer.go(officer.page.locator(".task a.btn[href*='measure=2&'][href*='fact=meeting_held']").first)
    officer.day("occurred_on", office.day(1, 15))
    officer.write(title="บันทึกข้อความตัวอย่าง เรื่อง ผลการดำเนินการ")
    officer.attach(office.paper("บันทึกข้อความ.pdf"))
    officer.choose("visibility", "public")
    officer.page.locator("#effects .v-proven").first.wait_for()
    return recorded(officer)


def recorded(officer: Person) -> int:
    """Send the form; the number that the record got."""
    officer.press("Enter into the register")
    found = re.search(r"/evidence/(\d+)/$", officer.page.url)
    assert found, officer.text()
    officer.sees(officer.t("Recorded as evidence %(number)s", number=found[1]))
    return int(found[1])


def withdraw_and_replace(office: Office) -> None:
    """A record that is wrong is withdrawn, another is replaced; both say why and stay in the register."""
    officer = office.people["unit_officer"]
    officer.open(office.work("evidence/new/"))
    officer.choose("kind", "meeting_held")
    officer.day("occurred_on", office.day(2, 10))
    officer.write(title="ประชุมประจำเดือน ข้อมูลตัวอย่าง")
    officer.choose("visibility", "internal")
    wrong = recorded(officer)
    officer.follow("Replace")
    officer.write(reason="วันที่ไม่ถูกต้อง ข้อมูลตัวอย่าง")
    officer.day("occurred_on", office.day(2, 12))
    officer.press("Replace the record")
    right = int(re.findall(r"/evidence/(\d+)/$", officer.page.url)[0])
    assert right > wrong
    officer.follow("Withdraw")
    officer.write(reason="บันทึกซ้ำ ข้อมูลตัวอย่าง")
    officer.press("Withdraw the record")
    officer.sees("This record was withdrawn")
    officer.open(office.work(f"evidence/{wrong}/"))
    officer.sees("In its place")


def state_figure(office: Office) -> None:
    planner = office.people["planner"]
    planner.open(office.work("evidence/figure/"))
    value = planner.field("indicator").locator("option").nth(1).get_attribute("value") or ""
    planner.select("indicator", value)
    planner.day("as_of", office.day(9, 30))
    planner.write(value="25")
    planner.attach(office.paper("ตัวเลข.pdf"))
    recorded(planner)


def unproven(person: Person, office: Office, at: int = 0) -> None:
    """Open the proofs of a statement that nothing carries yet."""
    person.open(office.work(f"plan/{office.fiscal_year}/proofs/?verdict=unproven"))
    person.go(person.page.locator("main tbody a[href*='/proofs/']").nth(at))


def attest(office: Office) -> None:
    """The head of a unit vouches for a statement, with name and paper."""
    head = office.people["unit_head"]
    unproven(head, office)
    head.follow("Attest the statement")
    head.write(text="ตรวจสอบด้วยตนเองแล้ว ข้อมูลตัวอย่าง")
    head.attach(office.paper("คำรับรอง.pdf"))
    head.press("Attest the statement")
    head.sees(head.t("Attested, evidence %(number)s", number="").strip())


def bind(office: Office, number: int) -> None:
    """The planner takes what the wording suggests for one statement, and picks a record for another."""
    planner = office.people["planner"]
    for at in range(12):
        unproven(planner, office, at)
        if planner.button("Use these proofs").count():
            planner.press("Use these proofs")
            planner.sees("The suggested proofs are bound")
            break
    else:
        raise AssertionError("no statement has another suggestion")
    unproven(planner, office, 1)
    planner.follow("Pick from the register")
    planner.hands.tick(planner.page.get_by_role("checkbox", name=re.compile(rf"\b{number}$")))
    planner.press("Bind the ticked records")
    planner.follow("Back to the statement")
    planner.sees("Proofs that are bound")


def look_over(office: Office) -> None:
    """The head of the office sees the year at a glance."""
    head = office.people["head"]
    head.open(office.work("dashboard/"))
    head.page.wait_for_load_state("networkidle")
    head.sees(str(office.fiscal_year))
