"""The walk through a form of anybody's making: pages, choices, traps, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from prongsai.foundation.channels.heartbeat.walker import walk
from prongsai.foundation.channels.outgoing import fetch
from prongsai.foundation.channels.tests.servers import Asked, Reply, Server, page

TEXT = "ข้อความตรวจระบบอัตโนมัติ"
RECEIPT = '<main><p data-receipt="69-0127">เลขที่ 69-0127</p></main>'


@pytest.fixture
def site(settings: Any) -> Iterator[Callable[[Callable[[Asked], Reply]], Server]]:
    settings.OUTGOING_ALLOWED = {"127.0.0.1"}
    servers: list[Server] = []

    def made(answer: Callable[[Asked], Reply]) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield made
    for server in servers:
        server.close()


def form(inner: str, action: str = "") -> str:
    search = '<form action="/search"><input name="q"></form>'
    return f'<body>{search}<main><form method="post" action="{action}">{inner}<button>ไปต่อ</button></form></main></body>'


def test_it_walks_page_by_page_with_cookies_token_and_where_it_comes_from(site: Any) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.method == "POST":
            assert asked.form["csrf"] == "abc"
            assert "session=1" in asked.headers["cookie"]
            assert asked.headers["referer"].endswith(asked.path)
            assert asked.headers["origin"] in asked.headers["referer"]
            return Reply(302, b"", {"Location": "/2" if asked.path == "/1" else "/done"})
        if asked.path == "/done":
            return page(RECEIPT)
        token = '<input type="hidden" name="csrf" value="abc">'
        return page(
            form(token + "<textarea name=text></textarea>"), **{"Set-Cookie": "session=1; Path=/; HttpOnly"}
        )

    server = site(answer)
    walked = walk(server.url + "/1", TEXT, fetch)
    assert (walked.ok, walked.receipt, walked.note) == (True, "69-0127", "")
    assert [path.partition(str(server.port))[2] for path in walked.pages] == ["/1", "/2", "/done"]
    assert [asked.form["text"] for asked in server.asked if asked.method == "POST"] == [TEXT, TEXT]


def test_it_fills_in_what_a_person_would_and_stays_out_of_traps(site: Any) -> None:
    inner = """
      <label><input type=radio name=subject value=corruption>การทุจริต</label>
      <label><input type=radio name=subject value=service>การให้บริการ</label>
      <input type=radio name=kind value=a><input type=radio name=kind value=b checked>
      <input type=radio name=hint value=a><input type=radio name=hint value=b data-canary>
      <input name=title maxlength=10><input name=website tabindex=-1><input type=email name=email>
      <input type=tel name=phone data-canary=044000000><input type=file name=photo><input type=checkbox name=news>
      <input type=checkbox name=agree value=yes required><input name=off disabled>
      <select name=village><option value="">–</option><option value=1>หมู่ 1</option><option value=2>หมู่ 2</option></select>
      <button name=_back value=1>ย้อนกลับ</button><button name=_draft formnovalidate>เก็บร่าง</button>
      <button name=go value=1>ส่งเรื่อง</button>"""
    server = site(lambda asked: page(RECEIPT) if asked.method == "POST" else page(form(inner)))
    assert walk(server.url, TEXT, fetch).ok
    sent = server.asked[-1].form
    assert sent == {
        "subject": "service", "kind": "b", "hint": "b", "title": TEXT[:10], "phone": "044000000", "agree": "yes",
        "village": "1", "go": "1",
    }  # fmt: skip


def test_a_refused_page_is_filled_in_once_more_with_everything(site: Any) -> None:
    inner = (
        "<input type=email name=email><input type=checkbox name=agree value=yes><input type=number name=moo>"
    )

    def answer(asked: Asked) -> Reply:
        if asked.method == "POST" and asked.form.get("agree"):
            assert asked.form["email"].endswith("@example.org")
            return page(RECEIPT)
        alert = '<div role="alert">ต้องยอมรับก่อน</div>' if asked.method == "POST" else ""
        return page(alert + form(inner))

    assert walk(site(answer).url, TEXT, fetch).ok


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (lambda asked: page("", 500), "หน้าแบบฟอร์มตอบ 500"),
        (lambda asked: page("", 404), "หน้าแบบฟอร์มตอบ 404"),
        (lambda asked: page("<main><p>ปิดปรับปรุง"), "ไม่มีแบบฟอร์ม"),
        (lambda asked: page(""), "ไม่มีแบบฟอร์ม"),
        (lambda asked: page('<div role="alert">เต็ม</div>' + form("<input name=a>")), "ไม่รับข้อมูล: เต็ม"),
        (lambda asked: page(form("<input name=a>")), "วนกลับที่เดิม"),
        (lambda asked: page(form("<input name=a>", "https://elsewhere.example/")), "เว็บอื่น"),
        (lambda asked: Reply(302, b"", {"Location": "/"}), "เปลี่ยนเส้นทาง"),
    ],
)
def test_a_form_that_does_not_work_is_no_receipt(
    site: Any, answer: Callable[[Asked], Reply], note: str
) -> None:
    walked = walk(site(answer).url, TEXT, fetch)
    assert not walked.ok
    assert note in walked.note


def test_a_dead_server_is_no_receipt() -> None:
    walked = walk("http://127.0.0.1:1/", TEXT, fetch)
    assert (walked.ok, bool(walked.note)) == (False, True)


def test_pages_without_a_form_lead_on_by_their_button_but_not_into_the_sealed_channel(site: Any) -> None:
    start = '<main><a class="btn" href="/corruption/">แจ้งทุจริต</a><a class="btn btn-2" href="/new">แจ้งเรื่อง</a></main>'

    def answer(asked: Asked) -> Reply:
        assert "corruption" not in asked.path
        if asked.path == "/":
            return page(start)
        return page(RECEIPT) if asked.method == "POST" else page(form("<textarea name=t></textarea>"))

    assert walk(site(answer).url + "/", TEXT, fetch).ok
