"""Registering a tenant: names, kinds and units; what is wrong is refused by field."""

from __future__ import annotations

import pytest

from prongsai.foundation.organizations.models import Organization, OrganizationKind, Unit
from prongsai.foundation.organizations.services import add_organization, kind_of, short_name_of
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from tests.cast import SYSTEM, banthrai


@pytest.mark.parametrize(
    ("name", "kind", "short"),
    [
        ("องค์การบริหารส่วนตำบลเมืองแก", OrganizationKind.SAO, "อบต.เมืองแก"),
        ("เทศบาลตำบลดอนสาย", OrganizationKind.SUBDISTRICT_MUNICIPALITY, "ทต.ดอนสาย"),
        ("เทศบาลเมืองทดลอง", OrganizationKind.TOWN_MUNICIPALITY, "ทม.ทดลอง"),
        ("เทศบาลนครทดลอง", OrganizationKind.CITY_MUNICIPALITY, "ทน.ทดลอง"),
        ("องค์การบริหารส่วนจังหวัดทดลอง", OrganizationKind.PAO, "อบจ.ทดลอง"),
        ("กรุงเทพมหานคร", OrganizationKind.SPECIAL, "กรุงเทพมหานคร"),
    ],
)
def test_the_official_name_tells_kind_and_short_name(name: str, kind: OrganizationKind, short: str) -> None:
    assert (kind_of(name), short_name_of(name)) == (kind, short)


@pytest.mark.django_db
def test_an_organization_comes_with_its_units_in_order() -> None:
    organization = banthrai()
    with scope(organization.pk):
        assert list(Unit.objects.values_list("name", "position")) == [("สำนักปลัด", 1), ("กองคลัง", 2)]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "Ban Thrai", "บ้านทราย", "ban_thrai", "banthrai", "static"])
def test_a_key_that_is_taken_or_not_a_plain_word_is_refused(key: str) -> None:
    banthrai()
    with pytest.raises(InvalidInput):
        add_organization(actor=SYSTEM, key=key, name="เทศบาลตำบลอื่น", district="", province="")
    assert Organization.objects.count() == 1


@pytest.mark.django_db
def test_only_who_may_adds_an_organization() -> None:
    with pytest.raises(NotPermitted):
        add_organization(actor=Actor("มานะ"), key="x", name="เทศบาลตำบลอื่น", district="", province="")
    assert not Organization.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("district", "province"), [("สตึก", "บุรีรัมย์"), ("อำเภอสตึก", "จังหวัดบุรีรัมย์"), (" อ.สตึก", "จ. บุรีรัมย์")]
)
def test_places_are_kept_without_the_word_for_what_they_are(district: str, province: str) -> None:
    office = add_organization(
        actor=SYSTEM, key="x", name="เทศบาลตำบลอื่น", district=district, province=province
    )
    assert (office.district, office.province) == ("สตึก", "บุรีรัมย์")
