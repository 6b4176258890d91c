"""What an office says of itself: changed by whoever may, recorded for everybody, refused by field."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, OrganizationKind
from prongsai.foundation.organizations.profile import change_profile, set_seal
from prongsai.foundation.organizations.seal import seal_picture
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from tests.cast import SYSTEM, banthrai, donsai
from tests.sample_year import PDF, PNG

pytestmark = pytest.mark.django_db
CLERK = Actor("สมศรี ตัวอย่าง", permissions=frozenset({"office.manage"}))


@pytest.fixture
def office() -> Iterator[Organization]:
    office = banthrai()
    with scope(office.pk):
        yield office


def test_a_changed_profile_is_kept_and_stands_in_the_register_with_what_it_was(office: Organization) -> None:
    change_profile(
        actor=CLERK, values={"document_code": "บท 72501", "postcode": "๓๑๑๕๐", "district": "อำเภอสตึก"}
    )
    (entry,) = flush()
    office.refresh_from_db()
    assert (office.document_code, office.postcode, office.district) == ("บท 72501", "31150", "สตึก")
    assert entry.kind == "office_profile_changed"
    assert entry.is_public
    assert entry.content["before"] == {"district": "ตัวอย่าง", "document_code": "", "postcode": ""}
    assert entry.content["after"] == {"district": "สตึก", "document_code": "บท 72501", "postcode": "31150"}


def test_kind_short_name_and_order_follow_the_official_name(office: Organization) -> None:
    change_profile(actor=CLERK, values={"name": "เทศบาลตำบลบ้านทราย"})
    office.refresh_from_db()
    assert (office.kind, office.short_name) == (OrganizationKind.SUBDISTRICT_MUNICIPALITY, "ทต.บ้านทราย")


def test_a_short_name_of_the_offices_own_stays_when_the_name_changes(office: Organization) -> None:
    change_profile(actor=CLERK, values={"short_name": "บ้านทราย"})
    change_profile(actor=CLERK, values={"name": "เทศบาลตำบลบ้านทราย"})
    office.refresh_from_db()
    assert office.short_name == "บ้านทราย"


def test_a_profile_that_stays_the_same_leaves_no_fact(office: Organization) -> None:
    change_profile(actor=CLERK, values={"name": office.name, "district": " อำเภอตัวอย่าง "})
    assert flush() == []


def test_where_the_maps_begin_is_kept_as_it_was_meant_and_recorded(office: Organization) -> None:
    change_profile(actor=CLERK, values={"map_centre": "๑๕.๒๔๐๑, ๑๐๓.๓๐๑๒"})
    office.refresh_from_db()
    assert office.map_centre == "15.240100,103.301200"
    change_profile(actor=CLERK, values={"map_centre": ""})
    office.refresh_from_db()
    assert office.map_centre == ""
    assert [entry.content["after"] for entry in flush()] == [
        {"map_centre": "15.240100,103.301200"},
        {"map_centre": ""},
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("district", "อำเภอ"),
        ("postcode", "3115"),
        ("postcode", "01234"),
        ("email", "ไม่ใช่อีเมล"),
        ("website", "บ้านทราย"),
        ("document_code", "ก" * 41),
        ("map_centre", "หน้าวัด"),
        ("map_centre", "103.3012, 15.2401"),
        ("key", "other"),
    ],
)
def test_what_does_not_fit_is_refused_under_its_field(office: Organization, field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_profile(actor=CLERK, values={field: value})
    assert refused.value.field == field


def test_only_who_manages_the_office_changes_it(office: Organization) -> None:
    picture = store_file(actor=SYSTEM, content=BytesIO(PNG), name="ตรา.png")
    for act in (
        lambda: change_profile(actor=Actor("มานะ"), values={"phone": "044"}),
        lambda: set_seal(actor=Actor("มานะ"), file=picture),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert not picture.is_public


def test_a_seal_is_a_published_picture_and_can_be_taken_away(office: Organization) -> None:
    picture = store_file(actor=SYSTEM, content=BytesIO(PNG), name="ตรา.png")
    set_seal(actor=CLERK, file=picture)
    picture.refresh_from_db()
    office.refresh_from_db()
    assert picture.is_public
    assert office.seal == picture.public_sha256
    set_seal(actor=CLERK, file=None)
    office.refresh_from_db()
    assert office.seal == ""
    assert [entry.kind for entry in flush()] == ["file_published", "office_seal_set", "office_seal_set"]


def test_a_paper_is_no_seal(office: Organization) -> None:
    paper = store_file(actor=SYSTEM, content=BytesIO(PDF), name="ตรา.pdf")
    with pytest.raises(InvalidInput):
        set_seal(actor=CLERK, file=paper)
    office.refresh_from_db()
    assert office.seal == ""


def test_the_profile_of_the_office_in_scope_is_changed_and_no_other() -> None:
    first, second = banthrai(), donsai()
    with scope(second.pk):
        change_profile(actor=CLERK, values={"phone": "044 000 000"})
        flush()
        assert Entry.objects.count() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.phone, second.phone) == ("", "044 000 000")


def test_the_seal_stands_in_the_head_of_public_pages_and_small_on_papers(
    office: Organization, client: Any
) -> None:
    assert seal_picture() is None
    large = BytesIO()
    Image.new("RGB", (1600, 1600), "gold").save(large, "WEBP")
    large.seek(0)
    set_seal(actor=CLERK, file=store_file(actor=SYSTEM, content=large, name="ตรา.webp"))
    office.refresh_from_db()
    found = seal_picture()
    assert found is not None
    assert Image.open(BytesIO(found.data)).size == (600, 600)
    assert f'src="/banthrai/files/{office.seal}/"' in client.get("/banthrai/").content.decode()
