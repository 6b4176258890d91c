"""The year's end: frozen, approved, published, audited, verified, corrected."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from prongsai.kernel import clock
from tests.e2e.year.office import Office
from tests.e2e.year.plan import public

WHY = "ไม่ได้ดำเนินการเพราะงบประมาณไม่เพียงพอ ข้อมูลตัวอย่าง"
CORRECTION = "แก้ตัวเลขผู้เข้าร่วมประชุม ข้อมูลตัวอย่าง"


def freeze(office: Office) -> None:
    """The planner withdraws what was not done, saying why, and hands in the report as it will print."""
    planner = office.people["planner"]
    planner.open(office.work(f"closing/{office.fiscal_year}/"))
    planner.go(planner.page.locator("main a[href*='/withdraw/']").first)
    planner.write(reason=WHY)
    planner.press("Withdraw the statement")
    planner.sees(WHY)
    preview = planner.save(planner.page.url.split(office.address)[1] + "preview.pdf", office.folder / "p.pdf")
    assert preview.read_bytes().startswith(b"%PDF")
    planner.follow("Freeze the report and hand it in")
    planner.press("Freeze the report and hand it in")
    planner.sees("The report is frozen and waits for approval")


def publish(office: Office) -> None:
    """The head of the office approves on screen, closes the year and publishes."""
    head = office.people["head"]
    head.open(office.work())
    head.go(head.page.locator("#approvals a").first)
    head.follow("Approve the report")
    head.choose("how", "screen")
    head.press("Approve the report")
    head.sees("The report is approved. It can be published now")
    head.follow("Close, sign and publish")
    head.press("Close, sign and publish")
    head.sees("The year is closed and the report published")


def audit(office: Office) -> None:
    """The auditor follows two citations and leaves a remark on the second."""
    auditor = office.people["auditor"]
    auditor.open(office.work(f"closing/{office.fiscal_year}/"))
    auditor.follow("Walk through the citations")
    auditor.press("Looked at, next")
    auditor.write(text="ขอเอกสารแนบเพิ่มเติม ข้อมูลตัวอย่าง")
    auditor.press("Leave the remark and go on")
    auditor.sees("The remark is on record")
    auditor.open(office.work("settings/register/"))


def verify(office: Office, version: int = 1) -> None:
    """The public reads the closed report, its own check says sound, and the file verifies without the office."""
    visitor = office.visitor()
    visitor.open(public(office))
    visitor.follow("Verify the report yourself")
    expect(visitor.page.locator("main .v-contradicted"), visitor.text()).to_have_count(0)
    visitor.sees("The report agrees with the evidence register")
    paper = visitor.save(f"{public(office)}report.json", office.folder / f"report-{version}.json")
    key = visitor.save(f"/{office.key}/key.pem", office.folder / "key.pem")
    assert json.loads(paper.read_text("utf-8"))["version"] == version
    done = offline(paper, key)
    assert done.returncode == 0, done.stdout + done.stderr
    text = json.loads(paper.read_text("utf-8"))["statements"][0]["printed"]
    other = paper.with_name("altered.json")
    other.write_text(paper.read_text("utf-8").replace(text, f"{text[:-1]}*"), "utf-8")
    assert other.read_bytes() != paper.read_bytes()
    refused = offline(other, key)
    assert refused.returncode == 1, refused.stdout + refused.stderr


def offline(paper: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """`prongsai verify` in a process that knows neither database nor settings."""
    command = [sys.executable, "-m", "prongsai.project.cli", "verify", str(paper), "--key", str(key)]
    return subprocess.run(
        command, capture_output=True, text=True, env={"PRONGSAI_HOME": "/nonexistent", "PYTHONUTF8": "1"}
    )


def correct(office: Office) -> None:
    """What was wrong is mended by the next version, whose approval was signed by pen; the first one stays."""
    planner, head = office.people["planner"], office.people["head"]
    planner.open(office.work(f"closing/{office.fiscal_year}/"))
    planner.follow("Correct by a new version")
    planner.write(reason=CORRECTION)
    planner.press("Freeze the report and hand it in")
    head.open(office.work(f"closing/{office.fiscal_year}/approve/"))
    head.choose("how", "paper")
    head.attach(office.paper("นายกลงนาม.pdf"))
    head.day("signed_on", clock.today())
    if head.field("despite_remarks").count():
        head.tick("despite_remarks")
    head.press("Approve the report")
    head.follow("Close, sign and publish")
    head.press("Close, sign and publish")
    visitor = office.visitor()
    visitor.open(public(office))
    visitor.sees(CORRECTION)
    verify(office, version=2)
