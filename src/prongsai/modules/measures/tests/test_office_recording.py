"""Recording by hand on the screens: what it proves, what is refused, and that nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from prongsai.foundation.ledger.models import Entry
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.tests.office import (
    at_work,
    evidence,
    lacking_a_record,
    settled,
    state,
    states,
    words,
)
from tests.sample_year import PDF

pytestmark = pytest.mark.django_db


def newest() -> Entry:
    return Entry.objects.filter(log="main").with_payload().latest("number")


def identity_number() -> str:
    """An invented number that has the check digit of an identity card."""
    digits = [int(d) for d in "110370123456"]
    check = (11 - sum(d * (13 - at) for at, d in enumerate(digits)) % 11) % 10
    return "".join(map(str, digits)) + str(check)


def test_a_record_proves_its_statement_until_it_is_withdrawn() -> None:
    with at_work() as desk:
        wanted = lacking_a_record()
        mend = wanted.mends[0]
        asked = evidence(kind=mend.kind, about=mend.about)
        answer = desk.send("evidence-new", asked, query=mend.query)
        number = newest().number
        assert answer["Location"] == desk.url("evidence", number=number)
        assert f"หลักฐาน {number}" in (toast := desk.toast())
        assert "เพิ่ม 1 ข้อ" in toast
        assert state(wanted.statement_id).verdict is Verdict.PROVEN
        page = words(desk.open("evidence", number=number))
        assert wanted.text in page
        assert "pimchanok" in page

        desk.send("evidence-withdraw", {"reason": "แนบผิดฉบับ"}, number=number)
        assert state(wanted.statement_id).verdict is Verdict.UNPROVEN
        assert "แนบผิดฉบับ" in words(desk.open("evidence", number=number))


def test_who_may_attest_takes_their_word_back_and_no_other_record() -> None:
    with at_work("measures.attest") as desk:
        step = next(each for each in states() if each.kind == "step")
        desk.send("proofs-attest", {"position": "ปลัด"}, statement=step.statement_id)
        word = newest()
        assert word.kind == "statement_attested"
        desk.send("evidence-withdraw", {"reason": "เข้าใจผิด"}, number=word.number)
        assert hasattr(Entry.objects.get(number=word.number, log="main"), "withdrawal")
        paper = Entry.objects.filter(kind="announcement_issued", origin="document")[0]
        for sent in (desk.open, desk.send):
            given = () if sent == desk.open else ({"reason": "ไม่ใช่ของตน"},)
            assert sent("evidence-withdraw", *given, number=paper.number).status_code == 403


def test_a_withdrawal_without_a_reason_changes_nothing() -> None:
    with at_work() as desk:
        number = newest().number
        answer = desk.send("evidence-withdraw", {"reason": " "}, number=number)
        assert answer.status_code == 200
        assert not hasattr(Entry.objects.get(number=number, log="main"), "withdrawal")


def test_a_replaced_record_keeps_its_file_and_names_the_old_one() -> None:
    with at_work() as desk:
        old = Entry.objects.filter(kind="announcement_issued", visibility="public", origin="document").first()
        assert old is not None
        page = desk.open("evidence-replace", number=old.number)
        form = page.context["form"]
        token = form["files"].value()  # the references that stand in the form
        assert [given["name"] for given in token] == ["หนังสือ ข้อมูลตัวอย่าง.pdf"]
        html = page.content.decode()
        kept = html.split('name="files" value="')[1].split('"')[0]
        sent = evidence(
            kind=old.kind, about=old.about, title="เรื่องที่ถูกต้อง", reason="พิมพ์เรื่องผิด", files=kept, url=""
        )
        answer = desk.send("evidence-replace", sent, number=old.number)
        new = newest() if newest().kind == old.kind else Entry.objects.filter(kind=old.kind).latest("number")
        assert answer.status_code == 302, answer.content.decode()
        assert new.content["replaces"] == old.number
        assert [file["name"] for file in new.content["files"]] == ["หนังสือ ข้อมูลตัวอย่าง.pdf"]
        assert hasattr(Entry.objects.get(pk=old.pk), "withdrawal")


def test_personal_data_in_what_is_public_is_refused_and_the_form_stays() -> None:
    with at_work() as desk:
        before = newest().number
        title = f"ประกาศเรื่องของ {identity_number()}"
        answer = desk.send("evidence-new", evidence(kind="published", title=title))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert title in page
        assert page.count(identity_number()) >= 2  # in the field and in the sentence
        assert newest().number == before
        inside = evidence(kind="published", title=title, visibility="internal")
        assert desk.send("evidence-new", inside).status_code == 302


def test_who_may_see_it_has_to_be_chosen() -> None:
    with at_work() as desk:
        answer = desk.send("evidence-new", evidence(kind="published", visibility=""))
        assert "visibility" in answer.context["form"].errors


def test_a_form_sent_twice_records_once() -> None:
    with at_work() as desk:
        before = newest().number
        sent = evidence(kind="meeting_held", once="กขคงจฉชซ-0000000000".encode().hex()[:32])
        first, second = desk.send("evidence-new", sent), desk.send("evidence-new", sent)
        assert first["Location"] == second["Location"] == desk.url("evidence", number=before + 1)
        assert newest().number == before + 1
        back_and_again = desk.send("evidence-new", sent | {"once": "another-form-of-the-page"})
        assert f'href="{first["Location"]}"' in back_and_again.content.decode()
        assert newest().number == before + 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"occurred_on_d": "31", "occurred_on_m": "2"}, "กุมภาพันธ์"),
        ({"occurred_on_y": "2025"}, "2568"),
        ({"occurred_on_d": "15"}, "ยังมาไม่ถึง"),
        ({"occurred_on_d": "", "occurred_on_m": "", "occurred_on_y": ""}, ""),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_its_reason(typed: dict[str, str], said: str) -> None:
    with at_work() as desk:
        before = newest().number
        answer = desk.send("evidence-new", evidence(kind="published", **typed))
        errors = answer.context["form"].errors
        assert list(errors) == ["occurred_on"]
        assert said in str(errors["occurred_on"])
        assert newest().number == before


def test_the_column_beside_says_which_statement_it_proves_or_which_window_it_misses() -> None:
    with at_work() as desk:
        wanted = lacking_a_record()
        mend = wanted.mends[0]
        before = newest().number
        good = desk.client.post(desk.url("evidence-beside"), evidence(kind=mend.kind, about=mend.about))
        assert wanted.text in words(good)
        assert "พิสูจน์แล้ว" in words(good)
        late = evidence(kind=mend.kind, about=mend.about, day=date(2024, 3, 1), about_period_year="2567")
        said = words(desk.client.post(desk.url("evidence-beside"), late))
        assert "1 มี.ค. 2567" in said
        assert newest().number == before


def test_without_scripts_a_button_shows_the_column_and_keeps_what_was_typed_and_sent() -> None:
    with at_work() as desk:
        wanted = lacking_a_record()
        mend = wanted.mends[0]
        before = newest().number
        file = SimpleUploadedFile("ประกาศ.pdf", PDF + b"% 2\n", "application/pdf")
        sent = evidence(kind=mend.kind, about=mend.about, title="", url="", files=file, _look="1")
        answer = desk.send("evidence-new", sent)
        assert wanted.text in words(answer)
        assert 'class="errsum"' not in answer.content.decode()
        assert "ประกาศ.pdf" in words(answer)
        assert newest().number == before


def test_another_can_be_added_at_once_and_a_draft_comes_back() -> None:
    with at_work() as desk:
        answer = desk.send("evidence-new", evidence(kind="meeting_held", _more="1"))
        assert answer["Location"] == desk.url("evidence-new")
        desk.send("evidence-new", {"title": "เรื่องที่ยังไม่เสร็จ", "_draft": "1"})
        assert "เรื่องที่ยังไม่เสร็จ" in desk.open("evidence-new").content.decode()


def test_channels_and_acknowledgements_are_recorded_only_for_kinds_that_use_them() -> None:
    with at_work() as desk:
        details = {
            "channels": ["เว็บไซต์", "LINE"],
            "other_channels": "หอกระจายข่าว",
            "acknowledged": "๙",
            "of": "10",
        }
        desk.send("evidence-new", evidence(kind="announcement_sent", **details))
        content = newest().content
        assert content["channels"] == ["เว็บไซต์", "LINE", "หอกระจายข่าว"]
        assert "acknowledged" not in content
        desk.send("evidence-new", evidence(kind="circular_acknowledged", **details))
        assert (newest().content["acknowledged"], newest().content["of"]) == (9, 10)
        answer = desk.send("evidence-new", evidence(kind="circular_acknowledged", acknowledged="11", of="10"))
        assert list(answer.context["form"].errors) == ["acknowledged"]


def test_a_figure_is_stated_with_its_subjects_and_contradicts_what_the_plan_says() -> None:
    with at_work() as desk:
        sent = {
            "indicator": "services.with_manual", "value": "20", "of": "22", "about_period_kind": "year",
            "about_period_year": "2568", "as_of_d": "13", "as_of_m": "8", "as_of_y": "2568",
        }  # fmt: skip
        answer = desk.send("figure-new", sent)
        assert answer.status_code == 302, answer.context["form"].errors
        assert newest().content["value"] == "20"
        wrong = desk.send("figure-new", {**sent, "topic_service": "21"})
        assert wrong.status_code == 200
        assert "21" in str(wrong.context["form"].errors)


def test_publishing_makes_a_public_record_and_publishes_its_files() -> None:
    with at_work() as desk:
        inside = Entry.objects.filter(visibility="internal", origin="document").latest("number")
        answer = desk.send("evidence-publish", {}, number=inside.number)
        number = int(answer["Location"].rstrip("/").rsplit("/", 1)[1])
        shown = Entry.objects.with_payload().get(log="main", number=number)
        assert shown.is_public
        assert shown.content["replaces"] == inside.number
        settled()
        assert desk.open("evidence-publish", number=inside.number).status_code == 200
        again = desk.send("evidence-publish", {}, number=inside.number)
        assert again.status_code == 200  # said, not done


def test_a_file_is_an_attachment_inside_and_only_of_the_record_that_names_it() -> None:
    with at_work("measures.read") as desk:
        named = Entry.objects.with_payload().filter(origin="document", log="main").first()
        assert named is not None
        sha256 = named.content["files"][0]["sha256"]
        answer = desk.open("evidence-file", number=named.number, sha256=sha256)
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
        other = Entry.objects.with_payload().filter(kind="statement_attested").first()
        assert other is not None
        assert desk.open("evidence-file", number=other.number, sha256=sha256).status_code == 404
        assert desk.open("evidence-file", number=named.number, sha256="0" * 64).status_code == 404


def test_the_register_is_searched_filtered_and_exported() -> None:
    with at_work("measures.read") as desk:
        numbers = [row.pk for row in desk.open("evidence-list", "q=14").context["rows"]]
        assert len(numbers) == 1
        page = desk.open(
            "evidence-list", "kind=announcement_issued&visibility=public&occurred_from=1/10/2567"
        )
        kinds = {Entry.objects.get(pk=row.pk).kind for row in page.context["rows"]}
        assert kinds == {"announcement_issued"}
        assert desk.open("evidence-list", "standing=withdrawn").context["rows"] == []
        file = desk.open("evidence-list", "kind=announcement_issued&format=csv")
        assert "ออกประกาศ" in file.content.decode("utf-8-sig")


def test_who_only_reads_is_offered_no_acts() -> None:
    with at_work("measures.read") as desk:
        page = desk.open("evidence", number=newest().number).content.decode()
        assert "withdraw/" not in page
        assert "replace/" not in page
        assert "publish/" not in page
        assert desk.open("evidence-new").status_code == 403
        assert desk.open("evidence", number=99_999).status_code == 404
