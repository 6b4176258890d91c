"""The office that walks through its year, and the chapter in which it comes to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import connection
from playwright.sync_api import Browser, expect

from prongsai.foundation.accounts.setup import setup_token
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import fiscal_year_of
from tests.e2e.year.person import Hands, Person
from tests.e2e.year.watch import Watch
from tests.sample_year import EXAMPLES, PDF

REPORT = EXAMPLES / "muangkae-2568.txt"
PASSWORD = "ต้นมะม่วงหลังบ้านสามต้น"
UNIT = "สำนักปลัด"
# Who works here beside the planner: user name, name, position, role, the post that signs.
STAFF = (
    ("somsri", "นางสมศรี ตัวอย่าง", "ปลัดองค์การบริหารส่วนตำบล", "clerk", "clerk"),
    ("prasert", "นายประเสริฐ ตัวอย่าง", "นายกองค์การบริหารส่วนตำบล", "head", "head"),
    ("wichai", "นายวิชัย ตัวอย่าง", "นักจัดการงานทั่วไป", "unit_officer", ""),
    ("malee", "นางมาลี ตัวอย่าง", "หัวหน้าสำนักปลัด", "unit_head", ""),
    ("suda", "นางสาวสุดา ตัวอย่าง", "นักวิชาการตรวจสอบภายใน", "auditor", ""),
)


@dataclass
class Office:
    """An installation in which nothing is at first, and whoever comes to work in it."""

    browser: Browser
    address: str
    folder: Path
    watch: Watch
    hands: Callable[[], Hands]
    width: int
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    # The year that is over today: its plan can be made, and closed, without moving any clock.
    fiscal_year: int = field(default_factory=lambda: fiscal_year_of(clock.today()) - 1)
    key: str = "muangkae"

    def newcomer(self, name: str) -> Person:
        self.people[name] = person = Person(
            self.browser, self.address, watch=self.watch, hands=self.hands(), width=self.width, name=name
        )
        return person

    def visitor(self) -> Person:
        """Somebody of the public, who uses a mouse."""
        return self.people.get("visitor") or self.newcomer("visitor")

    def work(self, path: str = "") -> str:
        return f"/{self.key}/work/{path}"

    def day(self, month: int, day: int) -> date:
        """A day of the fiscal year."""
        return date(self.fiscal_year - 543 - (month >= 10), month, day)

    def paper(self, name: str) -> Path:
        """A scanned paper; no two are alike."""
        path = self.folder / name
        path.write_bytes(PDF + f"% {name}\n".encode())
        return path

    def close(self) -> None:
        for person in self.people.values():
            person.context.close()


def found(office: Office) -> None:
    """The first run, with last year's report at hand: the planner makes the office and is signed in."""
    token = setup_token()
    connection.close()
    planner = office.newcomer("planner")
    planner.open(f"/setup/{token}/")
    planner.hands.attach(planner.field("report"), REPORT)
    planner.press("Read the report")
    expect(planner.field("name")).to_have_value("องค์การบริหารส่วนตำบลเมืองแก")
    planner.press("Go on")
    assert UNIT in planner.field("units").input_value()
    planner.press("Go on")
    planner.write(
        full_name="นางสาวพิมพ์ชนก ตัวอย่าง",
        position="นักวิเคราะห์นโยบายและแผน",
        username="pimchanok",
        password=PASSWORD,
    )
    planner.press("Make the office")
    planner.sees("First steps", "h1")


def hire(office: Office) -> None:
    """The planner makes a login for everybody; each changes the password that the planner has seen."""
    planner = office.people["planner"]
    for username, name, position, role, post in STAFF:
        planner.open(office.work("settings/people/"))
        planner.go(planner.page.locator("main a[href$='/people/hire/']").first)
        planner.write(full_name=name, username=username, position=position)
        planner.select("unit", UNIT)
        planner.tick("roles", role)
        planner.choose("post", post)
        planner.press("Make the login")
        told = planner.page.locator("code.secret")
        expect(told.nth(0)).to_have_text(username, use_inner_text=True)
        newcomer = office.newcomer(role)
        newcomer.sign_in(username, told.nth(1).inner_text(), f"{PASSWORD} {username}")
    planner.open(office.work("settings/people/"))
    for _, name, *_ in STAFF:
        planner.sees(name)
