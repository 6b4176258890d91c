"""Retakes docs/screenshots/*.png: public pages and workspace of two invented offices, in a browser of this machine.

    python scripts/screenshots.py [FOLDER [NAME …]]

With names, only the pictures whose names begin so.

Starts a database and a server of its own in a temporary folder, and removes both.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
TALLEST = 2600  # px
OPEN_FIRST = "[...document.querySelectorAll('details.cite')].slice(0, 1).forEach(d => d.open = true)"
FILL_DAY = """const day = document.getElementById('id_occurred_on_d');
day.value = '13/8/2568'; day.dispatchEvent(new Event('input', {bubbles: true})); day.dispatchEvent(new Event('change', {bubbles: true}))"""
OPEN_REMARK = "document.querySelector('details.say').open = true"
ASKED = "measure=2&kind=step&number=3&fact=page_alive&about=service_manual"


@dataclass(frozen=True)
class Picture:
    """A page and how it is looked at. `who` is signed in; `then` is done on the page before the picture is taken."""

    name: str
    path: str
    width: int = 1280
    scheme: str = "light"
    language: str = "th"
    who: str = ""
    then: str = ""


PUBLIC = (
    Picture("offices-th-1280", "/"),
    Picture("home-th-1280", "/banthrai/"),
    Picture("home-th-360", "/banthrai/", width=360),
    Picture("home-th-1280-dark", "/banthrai/", scheme="dark"),
    Picture("home-en-1280", "/banthrai/", language="en"),
    Picture("year-th-1280", "/donsai/measures/2568/"),
    Picture("measure-th-1280", "/banthrai/measures/2568/1/", then=OPEN_FIRST),
    Picture("measure-th-360", "/banthrai/measures/2568/1/", width=360, then=OPEN_FIRST),
    Picture(
        "measure-en-1280-dark", "/banthrai/measures/2568/1/", scheme="dark", language="en", then=OPEN_FIRST
    ),
    Picture("evidence-th-1280", "/banthrai/evidence/14/"),
    Picture("verify-th-1280", "/donsai/verify/2568/"),
    Picture("verify-th-360", "/donsai/verify/2568/", width=360),
    Picture("verify-en-1280-dark", "/donsai/verify/2568/", scheme="dark", language="en"),
    Picture("register-th-1280", "/donsai/heads/"),
)
# Each of these is taken at 1280 and at 360 px, in Thai.
WORKSPACE = (
    Picture("login", "/account/login/"),
    Picture("my-work", "/banthrai/work/", who="planner"),
    Picture("week", "/banthrai/work/week/", who="planner"),
    Picture("import", "/banthrai/work/plan/import/check/", who="planner"),
    Picture("import-measure", "/banthrai/work/plan/import/check/1/", who="planner"),
    Picture("plan-review", "/banthrai/work/plan/{plan}/review/", who="clerk", then=OPEN_REMARK),
    Picture("plan-approve", "/banthrai/work/plan/{plan}/approve/", who="head"),
    Picture("record", f"/banthrai/work/evidence/new/?{ASKED}", who="planner", then=FILL_DAY),
    Picture("proofs-list", "/banthrai/work/plan/2568/proofs/", who="planner"),
    Picture("proofs", "/banthrai/work/proofs/{statement}/", who="planner"),
    Picture("dashboard", "/banthrai/work/dashboard/", who="head"),
    Picture("closing", "/banthrai/work/closing/2568/", who="planner"),
    Picture("audit", "/banthrai/work/closing/2568/audit/", who="auditor"),
    Picture("entries", "/banthrai/work/settings/register/", who="auditor"),
    Picture("people", "/banthrai/work/settings/people/", who="clerk"),
    Picture("plan", "/banthrai/work/plan/{plan}/", who="clerk"),
    Picture("settings", "/banthrai/work/settings/", who="clerk"),
    Picture("signatories", "/banthrai/work/settings/signatories/", who="clerk"),
    Picture("keys", "/banthrai/work/settings/keys/", who="clerk"),
    Picture("start", "/banthrai/work/start/", who="clerk"),
    Picture("register-entries", "/banthrai/work/evidence/", who="planner"),
    Picture("cases", "/banthrai/work/cases/", who="officer"),
    Picture("board", "/banthrai/work/cases/board/", who="officer"),
    Picture("case", "/banthrai/work/complaints/{rich}/", who="officer"),
    Picture("case-intake", "/banthrai/work/complaints/new/", who="officer"),
    Picture("case-letter", "/banthrai/work/complaints/{letter}/letter/", who="clerk"),
    Picture("case-rules", "/banthrai/work/complaints/rules/?category=lamp&village=4", who="clerk"),
    Picture("ways", "/banthrai/work/channels/", who="officer"),
    Picture("complaints-start", "/banthrai/complaints/"),
    Picture("complaints-form", "/banthrai/complaints/new/subject/?kind=grievance"),
    Picture("complaints-figures", "/banthrai/complaints/statistics/2568/?kind=grievance"),
    Picture("complaints-list", "/banthrai/complaints/list/"),
    Picture("tracking", "/banthrai/track/{code}/"),
    Picture("channels", "/banthrai/channels/"),
    Picture("whistle", "/banthrai/whistle/"),
)
PICTURES = (
    *PUBLIC,
    *(
        replace(each, name=f"{each.name}-th-{width}", width=width)
        for each in WORKSPACE
        for width in (1280, 360)
    ),
    Picture("my-work-en-1280", "/banthrai/work/", language="en", who="planner"),
    Picture("dashboard-en-1280-dark", "/banthrai/work/dashboard/", scheme="dark", language="en", who="head"),
)
TODAY = date(2025, 8, 14)
STAFF = {
    "planner": ("นางสาวพิมพ์ชนก ตัวอย่าง", "นักวิเคราะห์นโยบายและแผน", ("planner",), ""),
    "officer": ("นายมานะ ตัวอย่าง", "เจ้าพนักงานธุรการ", ("complaints_officer",), ""),
    "clerk": ("นางสมศรี ตัวอย่าง", "ปลัดองค์การบริหารส่วนตำบล", ("clerk", "administrator"), "clerk"),
    "head": ("นายประเสริฐ ตัวอย่าง", "นายกองค์การบริหารส่วนตำบล", ("head",), "head"),
    "auditor": ("นางสาวสุดา ตัวอย่าง", "นักวิชาการตรวจสอบภายใน", ("auditor",), ""),
}
WAYS = (
    ("web", "แบบฟอร์มบนเว็บ", "https://www.example.go.th/banthrai/complaints/"),
    ("phone", "โทรศัพท์สำนักงาน", "0 4400 0000"),
    ("box", "ตู้หน้าสำนักงาน", "หน้าอาคารสำนักงาน"),
)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    home = Path(tempfile.mkdtemp(prefix="prongsai-pictures-"))
    os.environ.update(
        PRONGSAI_HOME=str(home),
        DJANGO_SETTINGS_MODULE="prongsai.project.settings",
        PRONGSAI_STATIC_FINDERS="true",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    from prongsai.project.postgres import Server

    server = Server(home)
    try:
        server.ensure()
        take(target, tuple(sys.argv[2:]))
    finally:
        server.stop()
        for folder in (server.folder, server.socket, home):
            shutil.rmtree(folder, ignore_errors=True)


def take(target: Path, wanted: tuple[str, ...]) -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.testcases import LiveServerThread, _StaticFilesHandler  # type: ignore[attr-defined]
    from playwright.sync_api import sync_playwright

    from prongsai.kernel import clock
    from prongsai.project.prepare import make_tables
    from tests.cast import donsai
    from tests.sample_year import build

    make_tables()
    office = build()
    build(closed=True, organization=donsai())
    sessions, places = peopled(office)
    connection.close()
    site = LiveServerThread("localhost", _StaticFilesHandler, port=0)
    site.daemon = True
    site.server_class = one_thread_server()
    # A thread has its own context, and with it its own clock: let the pages stand in the middle of a year.
    run = site.run

    def in_august() -> None:
        with clock.at(TODAY):
            run()

    site.run = in_august  # type: ignore[method-assign]
    site.start()
    site.is_ready.wait()
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for picture in PICTURES:
            if picture.name.startswith(wanted or ""):
                address = f"http://localhost:{site.port}"
                photograph(browser, address, target, picture, sessions.get(picture.who, ""), places)
        browser.close()
    site.terminate()


def peopled(office: Any) -> tuple[dict[str, str], dict[str, int | str]]:
    """Sessions of the people, and the numbers that addresses name."""
    from prongsai.kernel import clock

    with clock.at(TODAY):
        sessions, places = staff(office)
    return sessions, places | desk_of_cases(office)


def one_thread_server() -> type:
    """Answers in the server's own thread: a thread for each request would have another clock."""
    from django.core.servers.basehttp import WSGIServer

    class OneThread(WSGIServer):
        def __init__(self, *given: Any, connections_override: Any = None, **named: Any) -> None:
            super().__init__(*given, **named)

    return OneThread


def staff(office: Any) -> tuple[dict[str, str], dict[str, int]]:
    """People of the office with their sessions; next year's plan waiting for the clerk; a report that is being read."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from prongsai.foundation.accounts.services import hire
    from prongsai.foundation.organizations.models import Unit
    from prongsai.foundation.tenancy.scope import scope
    from prongsai.kernel.contracts import Actor
    from prongsai.modules.measures.models import Plan, Statement
    from prongsai.modules.measures.services import import_desk, plans
    from prongsai.modules.measures.services.importing import preview_import
    from tests.sample_year import EXAMPLES

    sessions, members = {}, {}
    with transaction.atomic(), scope(office.pk):
        unit = Unit.objects.get(name="สำนักปลัด")
        for username, (name, position, roles, post) in STAFF.items():
            member, _ = hire(
                actor=Actor.system(),
                username=username,
                full_name=name,
                position=position,
                unit=unit,
                roles=roles,
                post=post,
            )
            member.user.must_change_password = False
            member.user.save()
            client = Client()
            client.force_login(member.user)
            sessions[username] = client.cookies[settings.SESSION_COOKIE_NAME].value
            members[username] = member
        planner = members["planner"].actor()
        draft = plans.clone_plan(actor=planner, plan=Plan.objects.get(), fiscal_year=2569)
        plans.submit(actor=planner, plan=draft)
        content = (EXAMPLES / "muangkae-2568.txt").read_bytes()
        preview = preview_import(content, "รายงานปี 2568.txt")
        import_desk.start(member=members["planner"], preview=preview, file={})
        unproven = Statement.objects.filter(measure__plan__fiscal_year=2568, measure__number=2).first()
        return sessions, {"plan": draft.pk, "statement": unproven.pk if unproven else 0}


def desk_of_cases(office: Any) -> dict[str, int | str]:
    """Ways in that are open, months that are counted, and a desk with cases in every state: the one that the browser
    tests work at.
    """
    from django.db import transaction

    from prongsai.foundation.channels.services import open_channel
    from prongsai.foundation.tenancy.scope import scope
    from prongsai.kernel import clock
    from prongsai.modules.complaints.services.counting import count_due
    from tests.cast import SYSTEM
    from tests.e2e.test_cases_staff import fill

    with transaction.atomic(), scope(office.pk):
        with clock.at(date(2024, 10, 1)):
            for kind, name, address in WAYS:
                open_channel(actor=SYSTEM, kind=kind, name=name, address=address, opened_on=clock.today())
        spring = [
            date(2024, 11, 6),
            date(2025, 1, 15),
            date(2025, 3, 4),
            date(2025, 5, 20),
            date(2025, 6, 12),
            date(2025, 8, 8),
        ]
        codes = [finished(day) for day in spring]
        places = fill(office)
        with clock.at(TODAY):
            count_due(actor=SYSTEM)
        return {**places, "code": codes[-1]}


def finished(day: date) -> str:
    """The code of a broken lamp that was mended three days after it was told of."""
    from prongsai.foundation.casework import services
    from prongsai.foundation.casework.services import Contact, Place
    from prongsai.kernel import clock
    from tests.cast import SYSTEM

    with clock.at(day):
        opened = services.open_case(
            actor=SYSTEM, kind="complaints.grievance", title="ไฟสาธารณะดับ หมู่ที่ 2", body="ไฟหน้าศาลาดับ",
            category="lamp", channel_kind="phone", contact=Contact("นายบุญมี ตัวอย่าง", "081 000 0000"),
            place=Place("หน้าศาลากลางบ้าน", "2"),
        )  # fmt: skip
        services.acknowledge(actor=SYSTEM, case=opened.case)
    with clock.at(day + timedelta(days=3)):
        services.act(actor=SYSTEM, case=opened.case, act="finish", result="เปลี่ยนหลอดไฟแล้ว ไฟติดตามปกติ")
        if day.month < 6:
            services.publish_case(actor=SYSTEM, case=opened.case, public_title="ไฟสาธารณะดับ หมู่ที่ 2")
    return opened.code


def photograph(
    browser: Any, address: str, target: Path, picture: Picture, session: str, places: dict[str, int | str]
) -> None:
    context = browser.new_context(
        viewport={"width": picture.width, "height": 800}, color_scheme=picture.scheme
    )
    cookies = {"django_language": picture.language, "sessionid": session}
    context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items() if v])
    page = context.new_page()
    page.goto(address + picture.path.format(**places), wait_until="networkidle")
    if picture.then:
        page.evaluate(picture.then)
        page.wait_for_timeout(1500)
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": picture.width, "height": height})
    path_of_picture = target / f"{picture.name}.png"
    page.screenshot(path=path_of_picture)
    context.close()
    with Image.open(path_of_picture) as taken:  # few colours: a tenth of the bytes, and nothing to be seen
        small = taken.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path_of_picture, optimize=True)
    print(path_of_picture)


if __name__ == "__main__":
    main()
