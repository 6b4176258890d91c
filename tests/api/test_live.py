"""What only a server that listens and commits can show: kept answers of public reads, and files as they come."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from tests.api.conftest import Live


def call(live: Live, path: str, data: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
    """Status, headers and content of one request; the token comes with those that send something."""
    if data is not None:
        headers = {"Authorization": f"Bearer {live.secret}", **headers}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"{live.address}/api/v1/banthrai/{path}", data, sent)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def evidence(live: Live, visibility: str) -> tuple[int, Any, bytes]:
    body = {
        "kind": "meeting_held",
        "occurred_on": "2025-05-05",
        "title": "ประชุม ข้อมูลตัวอย่าง",
        "visibility": visibility,
    }
    return call(live, "evidence", json.dumps(body).encode(), Content_Type="application/json")


def test_a_public_read_is_kept_until_the_public_record_changes(live: Live) -> None:
    status, headers, _ = call(live, "records")
    assert (status, headers["Cache-Control"]) == (200, "public, no-cache")
    assert headers["Access-Control-Allow-Origin"] == "*"
    etag = headers["ETag"]
    again, kept, content = call(live, "records", If_None_Match=etag)
    assert (again, content, kept["ETag"]) == (304, b"", etag)
    assert evidence(live, "internal")[0] == 201
    assert call(live, "records", If_None_Match=etag)[0] == 304  # an internal record leaves no trace
    assert evidence(live, "public")[0] == 201
    status, headers, content = call(live, "records", If_None_Match=etag)
    assert status == 200
    assert headers["ETag"] != etag
    assert json.loads(content)["items"][0]["title"] == "ประชุม ข้อมูลตัวอย่าง"


def test_a_token_is_not_needed_and_not_looked_at_where_everybody_may_read(live: Live) -> None:
    assert call(live, "years", Authorization="Bearer nonsense")[0] == 200


def upload(live: Live, *files: tuple[str, bytes]) -> tuple[int, Any, bytes]:
    lines: list[bytes] = []
    for name, content in files:
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        lines += [head.encode(), content, b"\r\n"]
    return call(
        live, "files", b"".join([*lines, b"--x--\r\n"]), Content_Type="multipart/form-data; boundary=x"
    )


def test_of_ten_files_with_a_renamed_program_among_them_none_is_kept(live: Live) -> None:
    papers = [(f"{n}.pdf", b"%PDF-1.4\n" + str(n).encode() * 50 + b"\n%%EOF\n") for n in range(9)]
    before = json.loads(call(live, "files", Authorization=f"Bearer {live.secret}")[2])
    status, _, content = upload(live, *papers, ("หนังสือ.pdf", b"MZ" + bytes(500)))
    assert (status, json.loads(content)["type"]) == (422, "/api/#unreadable-file")
    assert json.loads(call(live, "files", Authorization=f"Bearer {live.secret}")[2]) == before


def test_a_file_of_fifty_megabytes_is_refused_with_its_size(live: Live) -> None:
    status, _, content = upload(live, ("ใหญ่.pdf", b"%PDF-1.4\n" + bytes(50 * 1024 * 1024)))
    assert status == 422
    assert "20 เมกะไบต์" in json.loads(content)["detail"]


def test_a_broken_upload_is_a_problem_and_no_fault(live: Live) -> None:
    for data, kind in (
        (b"--x\r\nnothing", "multipart/form-data; boundary=x"),
        (b"\xff\xfe", "multipart/form-data"),
        (b"{", "application/json"),
    ):
        status, headers, _ = call(live, "files", data, Content_Type=kind)
        assert status in {400, 415, 422}
        assert headers["Content-Type"] == "application/problem+json"
