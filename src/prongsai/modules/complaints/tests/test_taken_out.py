"""Two cases that were joined by mistake: on the desk, on the citizens' pages, in the figures, in Traffy Fondue."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.modules.complaints.choices import COMPLAINT
from prongsai.modules.complaints.selectors.figures import COUNTED, month_of, register, sums
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests.desk import HANDLE, READ, a_case, a_complaint, now, of, opened, said
from prongsai.modules.complaints.tests.register import came
from tests.cast import SYSTEM, member, signed_in_client

TYPED = {"reason": "คนละเสา"}


def two_joined() -> tuple[Case, Case]:
    into, case = a_case(), a_case(title="ไฟหน้าโรงเรียนดับ")
    services.merge(actor=SYSTEM, case=case, into=into, reason="จุดเดียวกัน")
    return now(into), now(case)


def test_a_joined_case_is_taken_out_on_its_own_page_and_beside_the_other(clerk: Client) -> None:
    into, case = two_joined()
    low = a_case(title="ไฟดวงเดียวกัน")
    services.merge(actor=SYSTEM, case=low, into=into, reason="จุดเดียวกัน")
    address = of(case, "unmerge")
    for page in (clerk.get(of(case)), clerk.get(of(into))):
        assert f'href="{address}"' in page.content.decode()
    assert f'href="{of(into, "unmerge")}"' not in clerk.get(of(into)).content.decode()
    page = clerk.get(address)
    assert into.number in said(page)
    typed = TYPED | {"version": case.version}
    once = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert once
    for _twice in range(2):
        done = clerk.post(address, typed | {"once": once[1]})
        assert done["Location"].endswith(f"/{case.pk}/")
    case = now(case)
    assert (case.state, case.merged_into, case.due_on) == ("received", None, into.due_on)
    assert case.events.filter(event="unmerged").count() == 1, "pressed twice is done once"
    page = said(clerk.get(of(case)))
    assert "แยกออกจากเรื่อง" in page
    assert f'href="{address}"' not in clerk.get(of(case)).content.decode()
    assert clerk.get(address).status_code == 302, "there is nothing to take out any more"
    assert now(low).merged_into_id == into.pk, "the other one stays joined"


def test_who_reads_only_is_offered_nothing_and_refused(office: Organization) -> None:
    _into, case = two_joined()
    reader = signed_in_client(member(READ, username="reader", unit="กองคลัง"))
    assert of(case, "unmerge") not in reader.get(of(case)).content.decode()
    assert reader.post(of(case, "unmerge"), TYPED).status_code == 403
    elsewhere = signed_in_client(member(READ, HANDLE, username="finance", unit="กองคลัง"))
    assert elsewhere.post(of(case, "unmerge"), TYPED).status_code == 403
    assert now(case).merged_into_id is not None


def test_of_two_officers_the_second_is_told(clerk: Client) -> None:
    _into, case = two_joined()
    services.unmerge(actor=SYSTEM, case=case, reason="คนละเสา")
    late = clerk.post(of(case, "unmerge"), TYPED | {"version": case.version})
    assert "คนละเสา" in said(late), "what was typed is still there"
    assert now(case).events.filter(event="unmerged").count() == 1


def test_an_erased_case_offers_no_way_out(clerk: Client) -> None:
    _into, case = two_joined()
    services.erase_case(actor=SYSTEM, case=case, reason="ผู้แจ้งขอ")
    assert of(case, "unmerge") not in clerk.get(of(case)).content.decode()
    assert "ข้อมูลส่วนบุคคล" in said(clerk.post(of(case, "unmerge"), TYPED))
    assert now(case).merged_into_id is not None


def test_the_citizen_reads_it_in_both_languages_and_nobody_reads_the_others_words(
    web_office: Organization,
) -> None:
    first, second = opened(), opened(title="ไฟหน้าโรงเรียนดับ")
    services.merge(actor=SYSTEM, case=second.case, into=first.case, reason="จุดเดียวกัน")
    services.hear(case=second.case, text="บ้านดิฉันเลขที่ 99", channel_kind="web")
    services.unmerge(actor=SYSTEM, case=second.case, reason="เสาหน้าโรงเรียน ไม่ใช่หน้าวัด")
    page = Client().get(f"/banthrai/track/{second.code}/").content.decode()
    assert "คนละเรื่องกัน" in page
    assert "แยกเรื่องของท่านออกมา" in page
    assert "เสาหน้าโรงเรียน" not in page, "why is for the staff"
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = said(reader.get(f"/banthrai/track/{second.code}/"))
    assert "It is another matter than the one it was joined with" in english
    assert "Others have reported the same" not in english
    assert "บ้านดิฉัน" not in Client().get(f"/banthrai/track/{first.code}/").content.decode()


def test_a_month_that_was_counted_meanwhile_is_counted_anew(registered: Organization) -> None:
    first, second = came(date(2024, 10, 3)), came(date(2024, 10, 4))
    with clock.at(date(2024, 10, 20)):
        services.merge(actor=SYSTEM, case=second, into=first, reason="เรื่องเดียวกัน")
        flush()
    october = month_of(date(2024, 10, 1))
    with clock.at(date(2025, 10, 10)):  # the year is over and counted
        count_due(actor=SYSTEM)
        flush()
        assert register(october).months[october.start].payload["kinds"][COMPLAINT]["received"] == 1
        services.unmerge(actor=SYSTEM, case=second, reason="คนละเรื่อง")
        flush()
    with clock.at(date(2025, 10, 11)):
        assert count_due(actor=SYSTEM) >= 1
        flush()
        month = register(october).months[october.start]
        assert (month.payload["kinds"][COMPLAINT]["received"], month.agrees) == (2, True)
        year = sums(COMPLAINT, Period.fiscal_year(2568))
        assert sum(each.received for each in year.values()) == 2
    assert Entry.objects.filter(kind=COUNTED, about_start=october.start, withdrawal__isnull=False).exists()


def test_who_it_is_about_neither_sees_nor_takes_out_a_joined_complaint(office: Organization) -> None:
    into, case = a_complaint(), a_complaint(title="รอนานอีกราย")
    services.merge(actor=SYSTEM, case=case, into=into, reason="เรื่องเดียวกัน")
    about = member(READ, HANDLE, username="head", unit="กองคลัง")
    Case.objects.filter(pk=case.pk).update(concerned_member=about, assignee=about)
    client = signed_in_client(about)
    assert client.get(of(case, "unmerge")).status_code == 404
    assert client.post(of(case, "unmerge"), TYPED).status_code == 404
    assert now(case).merged_into_id == into.pk
