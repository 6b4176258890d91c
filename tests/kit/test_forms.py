"""Forms act once, lose nothing, and say what a service refused where it belongs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.desk.models import Draft, SentForm
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Organization, Unit
from tests.cast import member, signed_in_client
from tests.sample_year import PDF

NEW = "/banthrai/work/kit/units/new/"
SETUP = "/banthrai/work/kit/setup/"
TYPED = {"name": "กองช่าง", "position": "3"}


@pytest.fixture
def client(office: Organization) -> Client:
    return signed_in_client(member("kit.read", "kit.write"))


def token(client: Client, address: str = NEW) -> str:
    found = re.search(r'name="once" value="([\w-]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def page(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r'<span class="nb">(.*?)</span>', r"\1", answer.content.decode())


def toasts(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_form_acts_and_leads_on_with_a_toast_that_has_a_link(client: Client) -> None:
    answer = client.post(NEW, {**TYPED, "once": token(client)})
    made = Unit.objects.get(name="กองช่าง")
    assert answer["Location"] == f"/banthrai/work/kit/units/{made.pk}/"
    assert toasts(answer) == [f'<b>เพิ่มแล้ว</b> ส่วนราชการที่ {made.pk} <a href="{answer["Location"]}">เปิดดู</a>']
    assert f'<a href="{answer["Location"]}">เปิดดู</a>' in page(client.get(answer["Location"]))


def test_a_form_sent_twice_acts_once_and_leads_to_the_same_page(client: Client) -> None:
    sent = {**TYPED, "once": token(client)}
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first["Location"] == second["Location"]
    assert Unit.objects.filter(name="กองช่าง").count() == 1


def test_back_and_other_words_are_told_and_shown_again_with_a_fresh_form(client: Client) -> None:
    once = token(client)
    client.post(NEW, {**TYPED, "once": once})
    shown = page(client.post(NEW, {"name": "กองประปา", "position": "4", "once": once}))
    assert "แบบนี้บันทึกไปแล้วครั้งหนึ่ง" in shown
    assert 'value="กองประปา"' in shown
    assert not Unit.objects.filter(name="กองประปา").exists()
    fresh = re.search(r'name="once" value="([\w-]+)"', shown)
    assert fresh
    client.post(NEW, {"name": "กองประปา", "position": "4", "once": fresh[1]})
    assert Unit.objects.filter(name="กองประปา").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "กอง=ช่าง", "position": "3"}, "ชื่อส่วนราชการมีเครื่องหมายเท่ากับไม่ได้"),
        ({"name": "กองคลัง", "position": "3"}, "มีส่วนราชการชื่อนี้แล้ว"),
        ({"name": "กองช่าง", "position": "13"}, "ลำดับ 13 สงวนไว้"),
        ({"name": "กองช่าง", "position": "สาม"}, "กองช่าง"),
    ],
)
def test_what_is_refused_is_said_and_nothing_typed_is_lost(
    client: Client, typed: dict[str, str], said: str
) -> None:
    before = Unit.objects.count()
    once = token(client)
    shown = page(client.post(NEW, {**typed, "once": once}))
    assert said in shown
    assert f'value="{typed["name"]}"' in shown
    assert f'value="{typed["position"]}"' in shown
    assert Unit.objects.count() == before
    assert not SentForm.objects.filter(token=once).exists(), "the form may be sent again"


def test_a_refusal_stands_at_its_field_and_others_in_the_summary(client: Client) -> None:
    at_field = client.post(NEW, {"name": "กอง=", "position": "3"}).context["form"].errors
    assert set(at_field) == {"name"}
    in_summary = client.post(NEW, {"name": "กองช่าง", "position": "13"}).context["form"].errors
    assert set(in_summary) == {"__all__"}


def test_what_is_typed_is_kept_for_the_script_and_comes_back(client: Client) -> None:
    typed = {"name": "กอง<ยังไม่", "position": "", "_draft": "1"}
    answer = client.post(NEW, typed, headers={"X-Requested-With": "draft"})
    assert re.fullmatch(r"เก็บร่างแล้วเมื่อ \d\d\.\d\d น\.", answer.json()["said"])
    shown = page(client.get(NEW))
    assert 'value="กอง&lt;ยังไม่"' in shown
    assert "ร่างของท่านเมื่อ" in shown
    assert "errsum" not in shown, "nobody is blamed for what is not finished"


def test_a_draft_is_kept_by_the_button_without_scripts_and_thrown_away_by_another(client: Client) -> None:
    answer = client.post(NEW, {"name": "กองช่าง", "_draft": "1", "once": "x" * 22})
    assert answer["Location"] == NEW
    assert Draft.objects.get().body == {"name": ["กองช่าง"]}
    assert client.post(NEW, {"_discard": "1"})["Location"] == NEW
    assert not Draft.objects.exists()
    assert "ร่างของท่าน" not in page(client.get(NEW))


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("คำสั่ง.pdf", PDF, "application/pdf")


def test_files_stay_with_what_was_typed_whatever_is_wrong(client: Client) -> None:
    refused = page(client.post(NEW, {"name": "กอง=", "position": "3", "order": paper()}))
    assert "คำสั่ง.pdf" in refused
    assert StoredFile.objects.get().name == "คำสั่ง.pdf"
    unread = page(client.post(NEW, {"name": "", "position": "", "order": paper()}))
    assert "คำสั่ง.pdf" in unread


def test_a_draft_by_the_button_keeps_the_files_too(client: Client) -> None:
    client.post(NEW, {"name": "กองช่าง", "order": paper(), "_draft": "1"})
    assert "คำสั่ง.pdf" in page(client.get(NEW))


def test_a_wizard_keeps_the_files_of_its_steps(client: Client) -> None:
    client.post(SETUP, {"name": "กองช่าง", "order": paper()})
    assert "คำสั่ง.pdf" in page(client.get(f"{SETUP}?step=name"))
    client.post(f"{SETUP}?step=position", {"position": "7"})
    assert Unit.objects.filter(name="กองช่าง").exists()


def test_a_sent_form_leaves_no_draft(client: Client) -> None:
    client.post(NEW, {**TYPED, "_draft": "1"})
    client.post(NEW, {**TYPED, "once": token(client)})
    assert not Draft.objects.exists()


def test_a_draft_is_its_members_own(client: Client) -> None:
    client.post(NEW, {**TYPED, "_draft": "1"})
    other = signed_in_client(member("kit.write", username="other"))
    assert "กองช่าง" not in page(other.get(NEW))


def test_pages_of_the_workspace_stay_in_no_cache(client: Client) -> None:
    assert client.get(NEW)["Cache-Control"] == "private, no-store"


def test_a_confirmation_says_the_effect_and_puts_the_safe_choice_under_the_finger(client: Client) -> None:
    unit = Unit.objects.get(name="กองคลัง")
    address = f"/banthrai/work/kit/units/{unit.pk}/away/"
    shown = page(client.get(address))
    assert "จะไม่ปรากฏให้เลือกอีก" in shown
    assert re.search(r'<a class="btn btn-2" href="/banthrai/work/kit/units/" autofocus>', shown)
    unit.refresh_from_db()
    assert unit.name == "กองคลัง", "looking changes nothing"
    client.post(address, {"once": token(client, address)})
    unit.refresh_from_db()
    assert unit.name == "กองคลัง (เลิก)"


# --- wizards ---


def test_a_wizard_keeps_answers_between_steps_and_acts_once_at_the_end(client: Client) -> None:
    assert client.post(SETUP, {"name": "กองช่าง"})["Location"] == f"{SETUP}?step=position"
    assert not Unit.objects.filter(name="กองช่าง").exists()
    assert 'value="กองช่าง"' in page(client.get(f"{SETUP}?step=name"))
    sent = {"position": "7", "once": token(client, f"{SETUP}?step=position")}
    first = client.post(f"{SETUP}?step=position", sent)
    second = client.post(f"{SETUP}?step=position", sent)
    assert first["Location"] == second["Location"]
    assert Unit.objects.get(name="กองช่าง").position == 7
    assert not Draft.objects.exists()


def test_a_wizards_back_button_loses_nothing_that_is_half_typed(client: Client) -> None:
    client.post(SETUP, {"name": "กองช่าง"})
    answer = client.post(f"{SETUP}?step=position", {"position": "เจ็", "_back": "1"})
    assert answer["Location"] == f"{SETUP}?step=name"
    assert 'value="เจ็"' in page(client.get(f"{SETUP}?step=position"))


def test_a_later_step_waits_for_the_earlier(client: Client) -> None:
    assert client.get(f"{SETUP}?step=position").context["step"].key == "name"
    assert client.get(f"{SETUP}?step=nowhere").context["step"].key == "name"


def test_a_refusal_at_the_end_stands_on_the_step_that_has_the_field(client: Client) -> None:
    client.post(SETUP, {"name": "กอง="})
    answer = client.post(f"{SETUP}?step=position", {"position": "7"})
    assert answer.context["step"].key == "name"
    assert answer.context["form"].errors["name"]


def test_a_wizard_starts_again_from_nothing_when_told(client: Client) -> None:
    client.post(SETUP, {"name": "กองช่าง"})
    client.post(SETUP, {"_discard": "1"})
    assert "กองช่าง" not in page(client.get(SETUP))
