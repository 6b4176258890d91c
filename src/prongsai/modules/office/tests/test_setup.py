"""The first run: from nothing to an office with its administrator, by a secret address that dies with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.setup import check_setup_token, setup_token
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.errors import InvalidInput, ProngsaiError, Unreadable, WrongState
from prongsai.modules.office.first_run import (
    Founding,
    found_office,
    official_name,
    put_by,
    read_office,
    suggested_key,
)
from tests.cast import banthrai

EXAMPLE = Path(__file__).parents[2] / "measures" / "examples" / "muangkae-2568.txt"
PASSWORD = "ต้นมะม่วงหลังบ้านสามต้น"
ADMINISTRATOR = {
    "full_name": "นางสาวพิมพ์ชนก ตัวอย่าง",
    "position": "นักวิเคราะห์นโยบายและแผน",
    "unit": "สำนักปลัด",
    "username": "pimchanok",
    "password": PASSWORD,
    "roles": ["administrator", "planner"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path},
        }
    }


def sample() -> SimpleUploadedFile:
    return SimpleUploadedFile("muangkae-2568.txt", EXAMPLE.read_bytes(), "text/plain")


def address(step: str = "") -> str:
    return f"/setup/{setup_token()}/{step + '/' if step else ''}"


def test_the_whole_first_run_from_the_report_to_the_first_steps() -> None:
    client = Client()
    assert client.get(address()).headers["Location"] == address("report")
    assert "ปีก่อน" in client.get(address("report")).content.decode()
    assert client.post(address("report"), {"report": sample()}).headers["Location"] == address("office")
    page = client.get(address("office")).content.decode()
    assert "องค์การบริหารส่วนตำบลเมืองแก" in page
    assert 'value="muangkae"' in page
    office = {"kind": "sao", "name": "องค์การบริหารส่วนตำบลเมืองแก", "district": "สตึก", "province": "บุรีรัมย์", "key": "muangkae"}  # fmt: skip
    assert client.post(address("office"), office).headers["Location"] == address("units")
    assert "สำนักปลัด" in client.get(address("units")).content.decode()
    units = {"units": "สำนักปลัด\n\n กองคลัง \nกองคลัง"}
    assert client.post(address("units"), units).headers["Location"] == address("administrator")
    place = address("administrator")
    answer = client.post(place, ADMINISTRATOR)
    assert answer.headers["Location"] == "/muangkae/work/start/"

    made = Organization.objects.get()
    assert (made.name, made.district, made.province) == ("องค์การบริหารส่วนตำบลเมืองแก", "สตึก", "บุรีรัมย์")
    with transaction.atomic(), scope(made.pk):
        assert list(Unit.objects.values_list("name", flat=True)) == ["สำนักปลัด", "กองคลัง"]
        member = Membership.objects.get()
        assert {"people.manage", "measures.draft"} <= member.actor().permissions
        assert not member.user.must_change_password
        kept = StoredFile.objects.get()
    start = client.get("/muangkae/work/start/")
    assert start.status_code == 200
    assert f"?file={kept.sha256}" in start.content.decode()
    assert client.get(place).status_code == 404, "the address dies with the first office"
    assert not storages["default"].exists(f"first-run/{kept.sha256}")


def test_the_report_can_be_skipped_and_everything_filled_in_by_hand() -> None:
    client = Client()
    assert client.post(address("report"), {"skip": "1"}).headers["Location"] == address("office")
    client.post(
        address("office"), {"kind": "sao", "name": "บ้านทราย", "district": "ก", "province": "ข", "key": "x1"}
    )
    assert "กองช่าง" in client.get(address("units")).content.decode()
    client.post(address("units"), {"units": "สำนักปลัด"})
    client.post(address("administrator"), ADMINISTRATOR)
    assert Organization.objects.get().name == "องค์การบริหารส่วนตำบลบ้านทราย"


@pytest.mark.parametrize("token", ["x", "0" * 60, "ก"])
def test_no_other_address_opens_the_first_run(token: str) -> None:
    assert Client().get(f"/setup/{token}/").status_code == 404
    assert Client().get(f"/setup/{token}/report/").status_code == 404
    assert not check_setup_token(token)


def test_the_secret_dies_with_the_first_office() -> None:
    token = setup_token()
    assert check_setup_token(token)
    banthrai()
    assert setup_token() == ""
    assert not check_setup_token(token)
    assert not check_setup_token("")


def test_a_later_page_leads_back_to_the_first_when_nothing_was_said() -> None:
    assert Client().get(address("units")).headers["Location"] == address("report")


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.txt", b""), ("photo.jpg", b"\xff\xd8\xff\xe0 no report"), ("x.docx", b"PK\x03\x04")],
)
def test_what_is_no_report_is_said_and_leaves_nothing_behind(name: str, content: bytes) -> None:
    client = Client()
    answer = client.post(address("report"), {"report": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert "summary" in answer.content.decode() or "err" in answer.content.decode()
    assert not storages["default"].exists("first-run") or storages["default"].listdir("first-run")[1] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "สั้น"),
        ("username", "มีภาษาไทย"),
        ("full_name", " "),
        ("position", ""),
        ("roles", ["planner"]),
        ("email", "ไม่ใช่อีเมล"),
    ],
)
def test_what_does_not_fit_makes_nothing_and_is_said_at_its_field(field: str, value: object) -> None:
    client = Client()
    client.post(address("report"), {"skip": "1"})
    client.post(
        address("office"), {"kind": "sao", "name": "บ้านทราย", "district": "ก", "province": "ข", "key": "x1"}
    )
    client.post(address("units"), {"units": "สำนักปลัด"})
    answer = client.post(address("administrator"), ADMINISTRATOR | {field: value})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Organization.objects.exists()


def founding(**changes: Any) -> Founding:
    said = {"key": "x1", "name": "เทศบาลตำบลทดลอง", "district": "ก", "province": "ข", "units": ["สำนักปลัด"]}
    return Founding(**(said | ADMINISTRATOR | changes))


def test_a_second_office_is_never_made_here() -> None:
    banthrai()
    with pytest.raises(WrongState):
        found_office(founding(), None)


def test_all_is_made_or_nothing() -> None:
    with pytest.raises(InvalidInput):
        found_office(founding(password="123"), None)
    with pytest.raises(ProngsaiError):
        found_office(founding(key="static"), None)
    assert not Organization.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_last_page_one_makes_the_office() -> None:
    together = Barrier(2)

    def make(number: int) -> str:
        try:
            together.wait(10)
            found_office(founding(key=f"office{number}", username=f"person{number}"), None)
            return "made"
        except WrongState:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, range(2))) == ["made", "told"]
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "typed", "name"),
    [
        ("sao", "เมืองแก", "องค์การบริหารส่วนตำบลเมืองแก"),
        ("sao", "อบต.เมืองแก", "องค์การบริหารส่วนตำบลเมืองแก"),
        ("sao", " องค์การบริหารส่วนตำบลเมืองแก ", "องค์การบริหารส่วนตำบลเมืองแก"),
        ("subdistrict_municipality", "องค์การบริหารส่วนตำบลเมืองแก", "เทศบาลตำบลเมืองแก"),
        ("special", "เมืองพัทยา", "เมืองพัทยา"),
    ],
)
def test_a_name_is_official_however_it_was_typed(kind: str, typed: str, name: str) -> None:
    assert official_name(kind, typed) == name


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("muangkae-2568.txt", "muangkae"),
        ("Muangkae2568.pdf", "muangkae"),
        ("รายงาน.docx", ""),
        ("ita-68.pdf", ""),
    ],
)
def test_the_files_name_suggests_the_web_address(file: str, key: str) -> None:
    assert suggested_key(file) == key


def test_a_file_that_is_too_large_is_refused_with_the_limit(settings: Any) -> None:
    settings.FILE_LIMIT_BYTES = 1 << 20
    with pytest.raises(Unreadable, match="1 เมกะไบต์"):
        put_by(BytesIO(b"x" * (1 << 20) + b"x"), "x.txt")


def test_a_digest_from_a_session_leads_nowhere_else() -> None:
    with pytest.raises(Unreadable):
        read_office({"sha256": "../secrets/secret_key", "name": "x.txt"})
