"""My work speaks the reader's language, whoever opened it before; what is written into the register stays Thai."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.services import Contact, open_case
from prongsai.foundation.channels.services import open_channel
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Visibility
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.complaints.choices import COMPLAINT
from prongsai.modules.corruption.services import name_holder
from prongsai.modules.measures.backoffice.dashboard import OWED_SHOWN
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.modules.measures.selectors.work import missing_item
from prongsai.modules.measures.services.evidence import record_evidence
from prongsai.modules.measures.services.proofs import bind_proofs
from prongsai.modules.measures.tests.office import Desk, at_work, settled
from tests.cast import SYSTEM, banthrai, member, signed_in_client

pytestmark = pytest.mark.django_db
MANAGER = Actor("ปลัด", frozenset({"channels.manage", "corruption.manage"}))
MAY = (
    "office.read", "complaints.handle", "complaints.assign", "channels.check", "channels.manage", "measures.draft", "corruption.receive",
    "office.remind",
)  # fmt: skip
THAI = re.compile(r"[ก-๛]")
TITLE = "ไฟหน้าวัดดับ"


@pytest.fixture
def somsri() -> Iterator[Membership]:
    """A member whose work comes from every module: a case, a channel to sign for, a key to make, a plan to draft."""
    office = banthrai()
    with scope(office.pk):
        made = member(*MAY)
        with clock.at(clock.today() - timedelta(days=9)):
            open_channel(actor=MANAGER, kind="phone", name="โทรศัพท์", address="044 000 000")
            name_holder(actor=MANAGER, member=made, receives=True)
            open_case(
                actor=Actor.system(), kind=COMPLAINT, title=TITLE, body=TITLE, category="service", channel_kind="phone",
                contact=Contact(anonymous=True),
            )  # fmt: skip
        yield made


def page(browser: Client, language: str) -> str:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return browser.get("/banthrai/work/").content.decode()


def said(content: str, mark: str) -> list[str]:
    """The texts of the elements that carry a mark of the page, without what is marked inside them."""
    found = re.findall(rf'<(\w+)[^>]*class="{mark}"[^>]*>(.*?)</\1>', content, re.S)
    return [
        "".join(re.sub(r"<span class=\"vh\">.*?</span>|<[^>]+>", "", text).split()) for _tag, text in found
    ]


def spaceless(*texts: str) -> set[str]:
    return {"".join(text.split()) for text in texts}


def test_why_it_waits_and_what_to_press_are_said_in_the_readers_language(somsri: Membership) -> None:
    browser, year = signed_in_client(somsri), fiscal_year_of(clock.today())
    thai, english = page(browser, "th"), page(browser, "en")
    assert spaceless("ยังไม่มีผู้รับเรื่อง", "ก่อนมีกุญแจ ไม่มีเรื่องใดปิดผนึกถึงท่านได้") <= set(said(thai, "lack"))
    why, buttons = set(said(english, "lack")), set(said(english, "btn btn-2 btn-s"))
    assert why >= spaceless(
        "Nobody has taken it up yet",
        "Days for which nobody signs count as not open. After more than 3 in a row the year cannot say that nobody complained",
        "Before you have a key, nothing can be sealed to you",
        "This year has no measures yet. Those of last year, or its report, can be the draft",
    )
    assert buttons >= spaceless("Take it up", "Sign", "Make the key", "Draft the measures")
    assert not [text for text in why | buttons if THAI.search(text)]
    titles = "".join(re.sub(r"<[^>]+>", "", english).split())
    for title in (
        "Sign that โทรศัพท์ was checked",
        "Make your key to the sealed inbox",
        f"Measures of fiscal year {year}",
    ):
        assert "".join(title.split()) in titles
    assert said(page(browser, "th"), "lack") == said(thai, "lack"), (
        "the English page before it changed nothing"
    )


def test_programs_are_told_in_the_language_they_ask_for(somsri: Membership) -> None:
    browser = signed_in_client(somsri)

    def missing(language: str) -> list[str]:
        answer: Any = browser.get("/api/v1/banthrai/work", headers={"Accept-Language": language})
        return [
            item["missing"] for group in answer.json().values() if isinstance(group, list) for item in group
        ]

    assert "Nobody has taken it up yet" in missing("en")
    assert "ยังไม่มีผู้รับเรื่อง" in missing("th")
    assert not [text for text in missing("en") if THAI.search(text)]


def test_a_reminder_from_an_english_page_stands_in_the_register_in_thai(somsri: Membership) -> None:
    somsri.user.email = "somsri@example.go.th"
    somsri.user.save(update_fields=["email"])
    browser, year = signed_in_client(somsri), fiscal_year_of(clock.today())
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    form = browser.get("/banthrai/work/remind/", {"item": f"plan:{year}:new"}).content.decode()
    token = re.search(r'name="once" value="([^"]*)"', form)
    assert token, form
    sent = browser.post(
        "/banthrai/work/remind/", {"item": f"plan:{year}:new", "next": "", "once": token.group(1)}
    )
    assert sent.status_code == 302, sent.content.decode()
    with scope(somsri.organization_id):  # type: ignore[attr-defined]
        entry = flush()[-1]
    assert entry.content["title"] == f"เตือนงานค้าง: มาตรการ ปีงบประมาณ {year}"


# -- what would mend a statement ----------------------------------------------------------------------------

QUOTED = re.compile(r"“[^”]*”")
PLACE = re.compile(r"Measure \d+ (Step|Output|Outcome) \d+")


def open_states() -> list[StatementState]:
    return [state for state in statement_states(Plan.objects.get()) if state.is_open]


@pytest.fixture
def year() -> Iterator[Desk]:
    """บ้านทราย's announced year with a statement for each way to mend one: the sample's own lack the other four."""
    with at_work() as desk:
        for day, about in ((date(2024, 3, 4), "service"), (date(2025, 3, 4), "leaders_line")):
            record_evidence(
                actor=SYSTEM,
                kind="meeting_held",
                about=about,
                occurred_on=day,
                title="ประชุม ข้อมูลตัวอย่าง",
                visibility=Visibility.PUBLIC,
            )
        early, _spoken = [entry.number for entry in flush()[-2:]]
        bound: list[list[str]] = [
            [],
            [f"entry({early})"],
            ["fact(meeting_held, about=leaders_line)", "fact(meeting_held, about=leaders_line, min=5)"],
            ["indicator(measures.evidence_recorded >= 1000)"],
        ]
        steps = Statement.objects.filter(kind="step").order_by("pk")[: len(bound)]
        for statement, expressions in zip(steps, bound, strict=True):
            bind_proofs(actor=SYSTEM, statement=statement, expressions=expressions)
        settled()
        yield desk


def opened(desk: Desk, language: str, name: str, **kwargs: Any) -> str:
    desk.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return unescape(desk.open(name, **kwargs).content.decode())


def plain(found: str) -> str:
    return re.sub("<[^>]+>", "", found)


def ways(content: str) -> list[str]:
    """What the page of a statement's proofs says would mend it."""
    found = re.search(r'<ul class="mends">(.*?)</ul>', content, re.S)
    assert found, content
    return [plain(text) for text in re.findall(r"<li><p>(.*?)</p>", found[1], re.S)]


def test_what_would_mend_a_statement_is_said_in_english_for_every_act(year: Desk) -> None:
    first: dict[str, StatementState] = {}
    for state in open_states():
        for mend in state.mends:
            first.setdefault(mend.act, state)
            assert THAI.search(mend.sentence)
            assert not THAI.search(QUOTED.sub("", mend.sentence_en)), mend.sentence_en
    assert set(first) == {"record", "state", "attest", "bind", "replace", "wait", "withdraw"}
    for state in first.values():
        english = ways(opened(year, "en", "proofs", statement=state.statement_id))
        assert len(english) == len(state.mends)
        assert not [text for text in english if THAI.search(QUOTED.sub("", text))]
        assert all(map(THAI.search, ways(opened(year, "th", "proofs", statement=state.statement_id))))


def test_english_leaves_out_nothing_that_the_thai_says(year: Desk) -> None:
    said = {mend.sentence_en for state in open_states() for mend in state.mends}
    for start, end in (
        ("Put on record “Meeting held” about “", "” that happened from 1 Oct 2024 to 30 Sep 2025 (“มี 1 ครั้ง ต้องมี 5 ครั้ง”)"),
        ("Choose other evidence instead: “หลักฐาน ", "อยู่นอกช่วงเวลาที่ใช้พิสูจน์ได้”"),
        ("Check the figure “Complaints received”", "If it was stated wrong, state it again with a paper"),
        ("“", "” is counted from the work in the system"),
    ):  # fmt: skip
        assert any(text.startswith(start) and text.endswith(end) for text in said), (start, said)


def test_my_work_and_the_overview_say_the_same_place_and_the_same_ways_in_english(year: Desk) -> None:
    state = next(each for each in open_states() if len(each.mends) == 1 and each.kind == "step")
    place = f"Measure {state.measure} Step {state.number}"
    item = missing_item(state, Plan.objects.get(), year.organization.key)
    with override("en"):
        assert (str(item.place), str(item.missing)) == (place, state.mends[0].sentence_en)
    with override("th"):
        assert str(item.missing) == state.mends[0].sentence
    work, overview = page(year.client, "en"), opened(year, "en", "dashboard")
    places = {plain(text) for text in re.findall(r'<p class="meta">(.*?)</p>', work)}
    owed = [
        (plain(where), plain(what))
        for where, what in re.findall(r'<td><a href="[^"]*">(.*?)</a> <br>(.*?)</td>', overview)
    ]
    assert len(owed) == OWED_SHOWN
    assert {where for where, _what in owed} & places
    assert all(
        PLACE.fullmatch(where) for where in places | {where for where, _what in owed} if "Measure" in where
    )
    assert not [what for _where, what in owed if THAI.search(QUOTED.sub("", what))]
    lacks = said(work, "lack")
    assert lacks
    assert not [text for text in lacks if THAI.search(QUOTED.sub("", text))]


def test_programs_get_the_ways_to_mend_in_thai_whatever_they_ask_for(year: Desk) -> None:
    states: Any = year.client.get(
        f"/api/v1/banthrai/plans/{Plan.objects.get().pk}/states", headers={"Accept-Language": "en"}
    ).json()
    sentences = [mend["sentence"] for state in states["items"] for mend in state["mends"]]
    assert sentences
    assert all(map(THAI.search, sentences))
