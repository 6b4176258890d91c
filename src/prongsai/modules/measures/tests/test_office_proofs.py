"""What carries a statement, chosen on the screens."""

from __future__ import annotations

from typing import Any

import pytest

from prongsai.foundation.ledger.models import Entry
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.models import Proof, Statement
from prongsai.modules.measures.tests.office import at_work, state, states, words

pytestmark = pytest.mark.django_db


def bound(statement: int) -> list[str]:
    found = Proof.objects.filter(statement=statement).order_by("position")
    return [f"{proof.expression} {proof.window}" for proof in found]


def plain_step() -> int:
    """A step whose wording speaks of no figure."""
    found = Statement.objects.filter(kind="step").prefetch_related("proofs")
    return next(s.pk for s in found if all(p.expression.startswith("fact(") for p in s.proofs.all()))  # type: ignore[attr-defined]


def proof(**given: Any) -> dict[str, Any]:
    return {"what": "fact", "window": "inside", "comparison": ">=", "level": "high", **given}


def test_a_proof_is_added_by_form_in_the_notation_that_nobody_typed() -> None:
    with at_work() as desk:
        pk = plain_step()
        before = bound(pk)
        asked = proof(kind="announcement_sent", about="contact_channels", channels="4", times="2")
        answer = desk.send("proofs-add", asked, statement=pk)
        assert answer.status_code == 302, answer.context["form"].errors
        assert bound(pk) == [
            *before,
            "fact(announcement_sent, about=contact_channels, min=2, channels>=4) inside",
        ]
        page = words(desk.open("proofs", statement=pk))
        assert "ผ่านอย่างน้อย 4 ช่องทาง" in page
        assert "fact(announcement_sent, about=contact_channels, min=2, channels>=4)" in page


@pytest.mark.parametrize(
    ("asked", "expression"),
    [
        ({"what": "figure", "indicator": "feedback.received", "threshold": "๑"}, "indicator(feedback.received >= 1)"),
        ({"what": "figure", "indicator": "services.with_manual", "comparison": "all"}, "ratio(services.with_manual = 1)"),
        (
            {"what": "figure", "indicator": "services.with_manual", "comparison": "share", "threshold": "90"},
            "ratio(services.with_manual >= 0.9)",
        ),
        (
            {"what": "figure", "indicator": "surveys.service_satisfaction", "comparison": "level", "level": "highest"},
            "indicator(surveys.service_satisfaction >= highest, needs=mean+sample+scale)",
        ),
        ({"what": "figure", "indicator": "ita.result", "comparison": "pass"}, "indicator(ita.result = pass, rule=of that year)"),
        ({"what": "figure", "indicator": "services.manuals", "comparison": "=", "threshold": "22"}, "figure(services.manuals = 22)"),
        ({"what": "zero", "topics": ["service", "assets"]}, "zero(topics=service+assets)"),
        ({"what": "zero"}, "zero(topics=all)"),
        ({"what": "attest"}, "attest()"),
        ({"what": "fact", "kind": "circular_acknowledged", "share": "90"}, "fact(circular_acknowledged, share>=0.9)"),
        ({"what": "fact", "kind": "meeting_held", "every_unit": "on"}, "fact(meeting_held, by=every unit)"),
    ],
)  # fmt: skip
def test_every_sort_of_proof_can_be_chosen(asked: dict[str, Any], expression: str) -> None:
    with at_work() as desk:
        pk = plain_step()
        answer = desk.send("proofs-add", proof(**asked), statement=pk)
        assert answer.status_code == 302, answer.context["form"].errors
        assert bound(pk)[-1] == f"{expression} inside"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"what": "figure", "indicator": "feedback.received", "threshold": ""}, "threshold"),
        ({"what": "figure", "indicator": "feedback.received", "threshold": "มาก"}, "threshold"),
        ({"what": "entry", "entry": ""}, "entry"),
        ({"kind": "meeting_held", "channels": "3"}, "channels"),
        ({"kind": "circular_acknowledged", "share": "150"}, "share"),
    ],
)
def test_what_is_not_filled_in_or_cannot_be_is_said_at_its_field(asked: dict[str, Any], field: str) -> None:
    with at_work() as desk:
        pk = plain_step()
        before = bound(pk)
        answer = desk.send("proofs-add", proof(**asked), statement=pk)
        assert field in answer.context["form"].errors
        assert bound(pk) == before


def test_records_are_picked_from_the_register_by_ticking_them() -> None:
    with at_work() as desk:
        pk = plain_step()
        before = bound(pk)
        entries = list(Entry.objects.filter(kind="announcement_issued", withdrawal__isnull=True)[:2])
        ticked = {"_bulk": "bind", "chosen": [entry.pk for entry in entries]}
        desk.send("proofs-pick", ticked, statement=pk)
        assert set(bound(pk)) == {*before, *(f"entry({entry.number}) inside" for entry in entries)}


def test_taking_away_and_one_is_enough_and_the_second_editor_is_told() -> None:
    with at_work() as desk:
        pk = plain_step()
        desk.send("proofs-add", proof(what="attest"), statement=pk)
        present = bound(pk)
        page = desk.open("proofs-change", statement=pk)
        seen = page.context["form"]["seen"].value()
        window = {f"window_{at}": "inside" for at in range(len(present))}
        kept = {f"keep_{at}": "on" for at in range(len(present) - 1)}
        change = {"seen": seen, "join": "any", **window, **kept}
        assert desk.send("proofs-change", change, statement=pk).status_code == 302
        assert bound(pk) == [f"{line.rpartition(') ')[0]}) inside" for line in present[:-1]]
        assert Statement.objects.get(pk=pk).join == "any"
        late = desk.send("proofs-change", {**change, f"keep_{len(present) - 1}": "on"}, statement=pk)
        assert late.status_code == 200
        assert "มีผู้แก้หลักฐานที่ผูกไว้ไปก่อนแล้ว" in words(late)


def test_a_suggestion_is_taken_with_one_press_and_the_history_tells() -> None:
    with at_work() as desk:
        pk = plain_step()
        original = bound(pk)
        Proof.objects.filter(statement=pk).delete()
        page = desk.open("proofs", statement=pk)
        key = page.context["alternatives"][0].key
        desk.send("proofs-accept", {"key": key}, statement=pk)
        assert [line.split(" ")[0] for line in bound(pk)] == [line.split(" ")[0] for line in original]
        page = desk.open("proofs", statement=pk)
        assert [change.by for change in page.context["history"]] == ["pimchanok ตัวอย่าง"]
        gone = desk.send("proofs-accept", {"key": "nothing"}, statement=pk)
        assert "ไม่มีคำแนะนำนี้แล้ว" in words(gone)


def test_suggestions_are_taken_for_many_statements_that_have_none() -> None:
    with at_work() as desk:
        chosen = [plain_step(), states()[-1].statement_id]
        Proof.objects.filter(statement=chosen[0]).delete()
        from django.core.cache import cache

        cache.clear()
        desk.send("proofs-list", {"_bulk": "accept", "chosen": chosen}, fiscal_year=2568)
        assert bound(chosen[0])
        said = words(desk.open("proofs-list", fiscal_year=2568))
        assert "ผูกหลักฐานตามคำแนะนำแล้ว 1 ข้อ คงเดิม 1 ข้อ" in said


def test_a_claim_of_figures_keeps_its_figure() -> None:
    with at_work() as desk:
        claim = next(
            s
            for s in states()
            if s.proofs and s.proofs[0].startswith("ไม่มีเรื่องร้องเรียน") and len(s.proofs) == 1
        )
        pk = claim.statement_id
        desk.send("proofs-add", proof(kind="meeting_held"), statement=pk)
        page = desk.open("proofs-change", statement=pk)
        window = {"window_0": "inside", "window_1": "inside"}
        change = {"seen": page.context["form"]["seen"].value(), "join": "all", "keep_1": "on", **window}
        answer = desk.send("proofs-change", change, statement=pk)
        assert answer.status_code == 200
        assert "ข้อความนี้กล่าวว่าไม่มีเรื่องร้องเรียน" in words(answer)


def test_an_officer_attests_with_name_and_position() -> None:
    with at_work() as desk:
        pk = plain_step()
        page = desk.open("proofs-change", statement=pk)
        desk.send("proofs-add", proof(what="attest"), statement=pk)
        Proof.objects.filter(statement=pk).exclude(expression="attest()").delete()
        assert page.status_code == 200
        desk.send("proofs-attest", {"position": "หัวหน้าสำนักปลัด", "text": "เห็นด้วยตนเอง"}, statement=pk)
        from django.core.cache import cache

        cache.clear()
        assert state(pk).verdict is Verdict.ATTESTED
        assert "หัวหน้าสำนักปลัด" in words(desk.open("proofs", statement=pk))


def test_who_may_not_draft_changes_no_proofs() -> None:
    with at_work("measures.read", "evidence.record") as desk:
        pk = plain_step()
        page = desk.open("proofs", statement=pk).content.decode()
        assert f"proofs/{pk}/add/" not in page
        for name in ("proofs-add", "proofs-change", "proofs-pick", "proofs-attest", "proofs-accept"):
            assert desk.open(name, statement=pk).status_code == 403, name


def test_a_statement_is_found_by_its_place() -> None:
    with at_work("measures.read") as desk:
        first = Statement.objects.get(measure__number=1, kind="step", number=1)
        place = {"fiscal_year": 2568, "measure": 1, "kind": "step"}
        assert desk.open("proofs-at", **place, number=1)["Location"] == desk.url("proofs", statement=first.pk)
        assert desk.open("proofs-at", **place, number=99).status_code == 404
        assert desk.open("proofs-at", **(place | {"kind": "nonsense"}), number=1).status_code == 404
