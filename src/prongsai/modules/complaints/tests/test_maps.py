"""The maps: they begin at the office, staff can say a point, and without a server of tiles nothing is lost but the picture."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.places import middle_of_cases
from prongsai.foundation.casework.services import Place, publish_case
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.profile import change_profile
from prongsai.kernel.points import point
from prongsai.modules.complaints.tests.citizen import Visitor
from prongsai.modules.complaints.tests.desk import a_case, at, now, of
from prongsai.modules.complaints.tests.test_staff_desk import intake
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
PLACE = (Decimal("15.240100"), Decimal("103.301200"))


def test_a_case_by_telephone_gets_a_point_and_comes_onto_the_public_map(clerk: Client, settings: Any) -> None:
    settings.MAP_TILES = TILES
    answer = clerk.post(at("complaints-intake"), intake(channel_kind="phone", point="15.2401, 103.3012"))
    assert answer.status_code == 302
    case = now_of(answer)
    assert (case.latitude, case.longitude) == PLACE
    publish_case(actor=SYSTEM, case=case, public_title="ไฟดับ หมู่ที่ 4")
    assert '"at": [15.24, 103.301]' in Client().get("/banthrai/complaints/list/").content.decode()


def now_of(answer: Any) -> Any:
    return now(type("case", (), {"pk": int(answer.url.split("/")[-3])})())  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["หน้าวัด", "103.3012, 15.2401", "15.24"])
def test_a_point_that_is_none_is_refused_with_what_was_typed(clerk: Client, wrong: str) -> None:
    answer = clerk.post(at("complaints-intake"), intake(point=wrong))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert wrong in page
    assert 'id="id_point_error"' in page


def test_a_correction_gives_moves_and_takes_a_point(clerk: Client) -> None:
    case = a_case()

    def corrected(said: str) -> tuple[Any, Any]:
        day = case.received_on
        data = {
            "version": now(case).version, "since": "", "title": case.title, "body": case.body, "place": case.place,
            "village": case.village, "contact_name": case.contact_name, "contact_phone": case.contact_phone,
            "received_on_d": day.day, "received_on_m": day.month, "received_on_y": day.year + 543, "point": said,
        }  # fmt: skip
        assert clerk.post(of(case, "correct"), data).status_code == 302
        return now(case).latitude, now(case).longitude

    assert corrected("๑๕.๒๔๐๑ ๑๐๓.๓๐๑๒") == PLACE
    assert 'value="15.240100, 103.301200"' in clerk.get(of(case, "correct")).content.decode()
    assert corrected("15.3, 103.4") == (Decimal("15.300000"), Decimal("103.400000"))
    assert corrected("") == (None, None)
    assert (now(case).place, now(case).village) == (case.place, case.village)


def test_a_draft_of_a_page_without_point_and_urgency_leaves_both(clerk: Client) -> None:
    case = a_case(place=Place("หน้าวัดบ้านทราย", "4", *PLACE), is_urgent=True)
    day = case.received_on
    typed = {
        "version": case.version, "since": "", "title": "ไฟดับสองต้น", "body": case.body, "place": case.place,
        "village": case.village, "contact_name": case.contact_name, "contact_phone": case.contact_phone,
        "received_on_d": day.day, "received_on_m": day.month, "received_on_y": day.year + 543,
    }  # fmt: skip
    assert clerk.post(of(case, "correct"), {**typed, "_draft": "1"}).status_code == 302
    form = clerk.get(of(case, "correct")).context["form"]
    shown = {name: str(form[name].value()) for name in ("title", "point")}
    urgent = {"is_urgent": "on"} if form["is_urgent"].value() else {}
    assert shown["title"] == "ไฟดับสองต้น"
    assert clerk.post(of(case, "correct"), {**typed, **shown, **urgent}).status_code == 302
    fresh = now(case)
    assert (fresh.title, fresh.is_urgent) == ("ไฟดับสองต้น", True)
    assert (fresh.latitude, fresh.longitude) == PLACE


def test_a_case_with_nothing_but_a_point_says_where_it_is(clerk: Client) -> None:
    case = a_case(place=Place("", "", *PLACE))
    assert "mlat=15.240100" in clerk.get(of(case)).content.decode()


@pytest.mark.parametrize("page", ["intake", "correct", "profile"])
def test_staff_pages_with_a_map_begin_at_the_office_and_let_only_the_named_tiles_in(
    clerk: Client, settings: Any, page: str
) -> None:
    change_profile(actor=SYSTEM, values={"map_centre": "15.3, 103.4"})
    settings.MAP_TILES = TILES
    answer = clerk.get(address_of(page))
    shown = answer.content.decode()
    assert 'data-centre="15.300000,103.400000"' in shown
    assert "ui/vendor/leaflet/leaflet.js" in shown
    assert "img-src 'self' data: https://tiles.example.org;" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["intake", "correct", "profile"])
def test_without_tiles_the_point_is_a_line_to_type_and_nothing_else_is_loaded(
    clerk: Client, page: str
) -> None:
    answer = clerk.get(address_of(page))
    shown = answer.content.decode()
    assert 'name="map_centre"' in shown or 'name="point"' in shown
    assert "leaflet" not in shown
    assert "img-src 'self' data:;" in answer["Content-Security-Policy"]


def test_pages_without_a_map_let_no_tiles_in(clerk: Client, settings: Any) -> None:
    settings.MAP_TILES = TILES
    for address in (at("complaints-desk"), at("complaints-rule-add"), of(a_case(), "note")):
        assert "tiles.example.org" not in clerk.get(address)["Content-Security-Policy"]


def test_tiles_of_the_offices_own_web_server_need_nothing_from_elsewhere(
    clerk: Client, settings: Any
) -> None:
    settings.MAP_TILES = "/tiles/{z}/{x}/{y}.png"
    answer = clerk.get(at("complaints-intake"))
    assert 'data-tiles="/tiles/{z}/{x}/{y}.png"' in answer.content.decode()
    assert "img-src 'self' data:;" in answer["Content-Security-Policy"]


def address_of(page: str) -> str:
    pages = {"intake": lambda: at("complaints-intake"), "profile": lambda: at("settings-profile")}
    return pages.get(page, lambda: of(a_case(), "correct"))()


def test_the_citizens_map_begins_at_the_office(visitor: Visitor, settings: Any) -> None:
    settings.MAP_TILES = TILES
    change_profile(actor=SYSTEM, values={"map_centre": "15.3, 103.4"})
    visitor.answer("what", category="lamp", text="ไฟดับ")
    assert 'data-centre="15.300000,103.400000"' in visitor.open("complaints/new/where/").content.decode()


def test_the_centre_is_taken_from_the_places_of_cases_and_one_far_away_does_not_move_it(
    clerk: Client, office: Organization
) -> None:
    assert middle_of_cases() is None
    asked = at("settings-profile") + "?middle=1"
    assert 'name="map_centre" value' not in clerk.get(asked).content.decode()
    for latitude, longitude in (
        (15.2401, 103.3012),
        (15.2433, 103.3049),
        (15.2478, 103.3021),
        (13.75, 100.5),
    ):
        a_case(place=Place("", "4", latitude, longitude))
    assert middle_of_cases() == point(15.24, 103.3)
    page = clerk.get(asked).content.decode()
    assert 'value="15.240000, 103.300000"' in page
    office.refresh_from_db()
    assert office.map_centre == ""  # it is kept when the profile is saved
    said = {
        "name": office.name,
        "district": "ตัวอย่าง",
        "province": "ตัวอย่าง",
        "map_centre": "15.240000, 103.300000",
    }
    assert clerk.post(asked, said).status_code == 302
    office.refresh_from_db()
    assert office.map_centre == "15.240000,103.300000"
