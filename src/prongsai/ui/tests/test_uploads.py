"""Pieces over HTTP: where to go on after a dropped line, what is refused and how it is said, who may ask."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from prongsai.foundation.files.models import StoredFile, Upload
from prongsai.foundation.files.storage import evidence_storage
from prongsai.foundation.files.tests import samples
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.ui import forms
from prongsai.ui.forms.files import file_of, file_token
from tests.cast import banthrai, donsai, member, signed_in_client

pytestmark = pytest.mark.django_db
PLACE = "/banthrai/work/uploads/"
PDF = samples.pdf()


@pytest.fixture(autouse=True)
def office(settings, tmp_path: Path) -> Iterator[Organization]:  # type: ignore[no-untyped-def]
    settings.STORAGES = {**settings.STORAGES, "default": evidence_storage(tmp_path / "files", {})}
    return banthrai()


@pytest.fixture
def client(office: Organization) -> Client:
    with scope(office.pk):
        return signed_in_client(member())


def begun(client: Client, content: bytes = PDF, name: str = "รายงาน.pdf") -> str:
    answer = client.post(PLACE, {"name": name, "size": len(content), "mark": "1"})
    assert answer.status_code == 201, answer.content
    return f"{PLACE}{answer.json()['key']}/"


def patch(client: Client, url: str, content: bytes, at: int | str):  # type: ignore[no-untyped-def]
    return client.patch(
        url, content, content_type="application/octet-stream", headers={"Upload-Offset": str(at)}
    )


def test_a_file_in_three_pieces_becomes_a_token_that_the_form_understands(
    client: Client, office: Organization
) -> None:
    url = begun(client)
    assert patch(client, url, PDF[:100], 0).json()["received"] == 100
    assert patch(client, url, PDF[100:200], 100).json() == client.get(url).json()
    last = patch(client, url, PDF[200:], 200).json()
    assert last["done"]
    with scope(office.pk):
        field = forms.FilesField()
        data = MultiValueDict({"files": [last["token"]]})
        (given,) = field.clean(field.widget.value_from_datadict(data, {}, "files"))  # type: ignore[union-attr]
        assert given["sha256"] == StoredFile.objects.get().sha256
    assert client.get(url).json()["token"], "a page that missed the last answer can ask again"


def test_a_web_page_is_taken_by_a_field_that_reads_pages_and_by_no_other(
    client: Client, office: Organization
) -> None:
    page = "<html><body><table><tr><td>ขั้นตอน</td></tr></table></body></html>".encode()
    refused = patch(client, begun(client, page, "รายงาน.html"), page, 0)
    assert refused.status_code == 422
    assert "หน้าเว็บ" in refused.json()["message"]
    url = begun(client, page, "รายงาน.html")
    taken = client.patch(
        url, page, content_type="application/octet-stream",
        headers={"Upload-Offset": "0", "Upload-Pages": "1"},
    ).json()  # fmt: skip
    assert taken["name"] == "รายงาน.html.txt"
    with scope(office.pk):
        kept = StoredFile.objects.get()
        assert kept.content_type == "text/plain; charset=utf-8"
        for pages, fine in ((True, True), (False, False)):
            field = forms.FilesField(pages=pages, required=False)
            field.actor = member(username=f"p{pages}").actor()
            sent = MultiValueDict({"files": [SimpleUploadedFile("a.html", page + b"<p>")]})
            value = field.widget.value_from_datadict(MultiValueDict(), sent, "files")  # type: ignore[union-attr]
            if fine:
                assert field.clean(value)[0]["type"] == "text/plain; charset=utf-8"
            else:
                with pytest.raises(ValidationError, match="หน้าเว็บ"):
                    field.clean(value)


def test_a_piece_at_the_wrong_place_is_told_where_to_go_on(client: Client) -> None:
    url = begun(client)
    patch(client, url, PDF[:100], 0)
    again = patch(client, url, PDF[:100], 0)
    assert (again.status_code, again.json()["received"]) == (409, 100)


def test_the_same_file_chosen_again_after_a_reload_goes_on(client: Client) -> None:
    url = begun(client)
    patch(client, url, PDF[:100], 0)
    answer = client.post(PLACE, {"name": "รายงาน.pdf", "size": len(PDF), "mark": "1"}).json()
    assert (f"{PLACE}{answer['key']}/", answer["received"]) == (url, 100)


def test_what_is_refused_is_said_in_a_sentence_and_leaves_nothing(
    client: Client, office: Organization
) -> None:
    large = client.post(PLACE, {"name": "เล่ม.pdf", "size": 48 << 20, "mark": ""})
    assert large.status_code == 422
    assert large.json()["message"].startswith("ไฟล์ใหญ่ 48 เมกะไบต์ เกิน 20 เมกะไบต์")
    program = b"MZ" + b"\0" * 500
    refused = patch(client, begun(client, program), program, 0)
    assert (refused.status_code, refused.json()["message"]) == (422, "ไฟล์โปรแกรมแนบไม่ได้ แม้เปลี่ยนชื่อแล้ว")
    torn = PDF[: len(PDF) // 2]
    assert patch(client, begun(client, torn), torn, 0).status_code == 422
    with scope(office.pk):
        assert not Upload.objects.exists()


@pytest.mark.parametrize("offset", ["", "-1", "x", "²", "9" * 20])
def test_a_piece_that_does_not_say_where_it_begins_is_refused(client: Client, offset: str) -> None:
    assert patch(client, begun(client), b"x", offset).status_code == 400


def test_a_file_that_does_not_say_its_size_is_refused(client: Client) -> None:
    for size in ("", "-1", "²", "9" * 20):
        assert client.post(PLACE, {"name": "เล่ม.pdf", "size": size}).status_code == 400


def test_a_piece_beyond_a_megabyte_is_refused_unread(client: Client) -> None:
    class Unread:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    url = begun(client)
    answer = client.generic(
        "PATCH",
        url,
        b"",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": str((1 << 20) + 1)},  # type: ignore[arg-type]
    )
    assert answer.status_code == 413


def test_a_piece_cut_off_half_way_is_forgotten(client: Client) -> None:
    url = begun(client)
    cut = client.generic(
        "PATCH", url, b"", headers={"Upload-Offset": "0"},
        **{"wsgi.input": io.BytesIO(PDF[:50]), "CONTENT_LENGTH": "100"},  # type: ignore[arg-type]
    )  # fmt: skip
    assert cut.status_code == 400
    assert client.get(url).json()["received"] == 0


def test_giving_up_removes_the_upload(client: Client) -> None:
    url = begun(client)
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_strangers_cannot_send_and_others_do_not_find_it(client: Client, office: Organization) -> None:
    url = begun(client)
    with scope(office.pk):
        mana = signed_in_client(member(username="mana"))
    assert mana.get(url).status_code == 404
    assert patch(mana, url, b"x", 0).status_code == 404
    other = donsai()
    with scope(other.pk):
        stranger = signed_in_client(member(username="mani"))
    assert stranger.get(url).status_code == 404
    assert stranger.get(url.replace("banthrai", "donsai")).status_code == 404
    nobody = Client(headers={"Accept": "application/json"})
    assert nobody.get(url).status_code in {302, 401}
    assert patch(nobody, url, b"x", 0).status_code in {302, 401}
    assert client.get(url).json()["received"] == 0


def test_a_token_is_of_one_organization_and_cannot_be_made_up(office: Organization) -> None:
    given = {"sha256": "0" * 64, "name": "ก.pdf", "size": 1, "type": "application/pdf"}
    with scope(office.pk):
        token = file_token(given)
        assert file_of(token) == given
        assert file_of(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    with scope(donsai().pk):
        assert file_of(token) is None


class Papers(forms.Form):
    files = forms.FilesField(max_files=10)


def test_ten_files_of_which_one_is_a_renamed_program_keep_the_nine(office: Organization) -> None:
    papers = [SimpleUploadedFile(f"{n}.pdf", PDF + b"\n" * n) for n in range(9)]
    program = SimpleUploadedFile("รายงาน.pdf", b"\x7fELF" + b"\0" * 100)
    with scope(office.pk):
        actor = member().actor()
        form = Papers({}, MultiValueDict({"files": [*papers, program]}), actor=actor)
        assert not form.is_valid()
        assert form.errors["files"] == ["รายงาน.pdf: ไฟล์โปรแกรมแนบไม่ได้ แม้เปลี่ยนชื่อแล้ว ไฟล์อื่นยังอยู่ครบ"]
        page = str(form)
        tokens = [part.split('"')[0] for part in page.split('type="checkbox" name="files" value="')[1:]]
        assert len(tokens) == 9
        again = Papers(MultiValueDict({"files": tokens}), MultiValueDict(), actor=actor)
        assert again.is_valid()
        assert [given["name"] for given in again.cleaned_data["files"]] == [f"{n}.pdf" for n in range(9)]


def test_a_file_of_fifty_megabytes_is_refused_with_its_size_and_the_limit(office: Organization) -> None:
    large = SimpleUploadedFile("เล่ม.pdf", b"%PDF-" + b" " * (50 << 20))
    with scope(office.pk):
        form = Papers({}, MultiValueDict({"files": [large]}), actor=member().actor())
        assert "ไฟล์ใหญ่ 51 เมกะไบต์ เกิน 20 เมกะไบต์" in form.errors["files"][0]


def test_too_many_files_are_counted_out(office: Organization) -> None:
    with scope(office.pk):
        tokens = [
            file_token({"sha256": f"{n:064}", "name": f"{n}.pdf", "size": 1, "type": ""}) for n in range(11)
        ]
        form = Papers(MultiValueDict({"files": tokens}), MultiValueDict())
        assert form.errors["files"] == ["แนบได้ไม่เกิน 10 ไฟล์ ตอนนี้มี 11 ไฟล์ เอาออกบางไฟล์"]
        assert Papers({}, MultiValueDict()).errors["files"] == ["แนบไฟล์"]
