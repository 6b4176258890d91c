"""From last year's report to the announced plan: every hand that it goes through."""

from __future__ import annotations

import re

from prongsai.kernel import clock
from tests.e2e.year.office import Office
from tests.e2e.year.person import Person

CORRECTED = "ประชุมชี้แจงประกาศเจตนารมณ์แก่พนักงานทุกส่วนราชการ (ข้อมูลตัวอย่าง)"
REMARK = "ระบุจำนวนผู้เข้าร่วมประชุม (ข้อมูลตัวอย่าง)"
ANSWER = "ระบุในบันทึกการประชุมแล้ว (ข้อมูลตัวอย่าง)"


def import_report(office: Office) -> None:
    """The report that the first run kept becomes a draft: one sentence corrected, for one other evidence chosen."""
    planner = office.people["planner"]
    planner.open(office.work("start/"))
    planner.go(planner.page.locator("main a[href*='file=']").first)
    planner.go(planner.page.locator("main a[href*='/plan/import/']").first)
    planner.press("Read the file")
    planner.go(planner.page.locator("main a[href$='/import/check/1/']").first)
    planner.hands.write(planner.page.locator("[name='s1-text']"), CORRECTED)
    choose_another(planner)
    planner.press("Checked, to the next measure")
    assert planner.page.url.endswith("/import/check/2/"), planner.text()
    planner.open(office.work("plan/import/check/"))
    planner.select("fiscal_year", str(office.fiscal_year))
    planner.press("Save as a draft of the measures")
    assert re.search(r"/plan/\d+/$", planner.page.url), planner.text()
    planner.sees(CORRECTED)


def choose_another(planner: Person) -> None:
    """For the first sentence that has several suggestions, take one that is not the first."""
    rows = planner.page.locator(".row")
    for at in range(rows.count()):
        other = rows.nth(at).locator("input[name$='-proofs']:not([value=none]):not(:checked)")
        if other.count():
            planner.hands.press(rows.nth(at).locator("summary").first)
            one = other.first
            planner.choose(one.get_attribute("name") or "", one.get_attribute("value") or "")
            return
    raise AssertionError("no sentence has two suggestions")


def submit(office: Office) -> None:
    planner = office.people["planner"]
    planner.open(office.work("plan/"))
    planner.follow_to("/submit/")
    planner.press("Submit to the clerk of the office")
    planner.sees("Submitted. The clerk of the office reviews it next.")


def send_back(office: Office) -> None:
    """The clerk of the office finds the plan among what waits, remarks on a sentence and sends it back."""
    clerk = office.people["clerk"]
    clerk.open(office.work())
    clerk.go(clerk.page.locator("#approvals a").first)
    say = clerk.page.locator("details.say").first
    clerk.hands.press(say.locator("summary"))
    clerk.hands.write(say.locator("textarea"), REMARK)
    clerk.press("Send back to be mended")
    clerk.sees(REMARK)
    clerk.press("Send back to be mended")
    clerk.sees("Sent back. Whoever drafts it sees the remarks.")


def answer(office: Office) -> None:
    """The planner sees the remark at its sentence, changes it, answers, and submits once more."""
    planner = office.people["planner"]
    planner.open(office.work("plan/"))
    planner.go(planner.page.locator("main .btns a.btn-2").first)
    planner.sees(REMARK)
    planner.follow("Answer or settle")
    planner.write(text=ANSWER)
    planner.press("Save the answer")
    planner.sees(ANSWER)
    submit(office)


def agree_on_paper(office: Office) -> None:
    """The clerk settles the remark, prints the plan, signs by pen and puts the scan on record."""
    clerk = office.people["clerk"]
    clerk.open(office.work())
    clerk.go(clerk.page.locator("#approvals a").first)
    clerk.follow("Answer or settle")
    clerk.press("Settle the remark")
    clerk.follow_to("/review/")
    clerk.press("Agree and pass on")
    clerk.choose("how", "paper")
    paper = clerk.page.locator("main a[href*='signature.pdf']").first.get_attribute("href")
    assert paper
    scan = clerk.save(paper, office.folder / "ปลัดลงนาม.pdf")
    assert scan.read_bytes().startswith(b"%PDF")
    scan.write_bytes(scan.read_bytes() + b"\n% scanned\n")
    clerk.attach(scan)
    clerk.day("signed_on", clock.today())
    assert clerk.field("signatory").input_value(), "the name of who signs stands there already"
    clerk.press("Agree and pass on")
    clerk.sees("Agreed. The head of the office approves it next.")
    clerk.sees("Signed on paper")


def approve_and_publish(office: Office) -> None:
    """The head of the office approves on screen and announces; the public sees it."""
    head = office.people["head"]
    head.open(office.work())
    head.go(head.page.locator("#approvals a").first)
    head.press("Approve the measures")
    head.choose("how", "screen")
    head.press("Approve the measures")
    head.sees("Approved. It can be announced now.")
    visitor = office.visitor()
    assert visitor.page.request.get(public(office)).status == 404, "not before it is announced"
    head.follow_to("/publish/")
    head.press("Announce to the public")
    head.follow("See the public page")
    visitor.open(public(office))
    visitor.go(visitor.page.locator(f"main a[href*='{public(office)}1/']").first)
    visitor.sees(CORRECTED)


def public(office: Office) -> str:
    return f"/{office.key}/measures/{office.fiscal_year}/"
