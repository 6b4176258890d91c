"""What has to carry a statement: the proofs that are bound to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel.contracts import Actor, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput, Stale, WrongState
from prongsai.modules.measures.choices import Join, PlanStatus
from prongsai.modules.measures.claims import lacking
from prongsai.modules.measures.labels import plan_state, plan_title
from prongsai.modules.measures.models import Proof, Statement
from prongsai.modules.measures.notation import ProofTerm, format_window, parse_term, parse_window
from prongsai.modules.measures.services.plans import locked, note
from prongsai.modules.measures.services.writing import NewProof, proof_rows
from prongsai.modules.measures.suggestions import suggest
from prongsai.modules.measures.verdicts import pickable
from prongsai.modules.measures.words import describe
from prongsai.modules.measures.workflow import permit

FIGURES = {"zero", "figure", "ratio", "indicator"}
MOST_PROOFS = 20


def _require_what_the_wording_asks(statement: Statement, chosen: Sequence[ProofTerm], join: str) -> None:
    """A claim about figures keeps a figure behind it: "no complaints" is not carried by an announcement.

    Attesting alone is always allowed, and is marked as what it is.
    """
    topic = Topic(statement.measure.topic) if statement.measure.topic else None
    wanted = suggest(statement.text, kind=StatementKind(statement.kind), topic=topic)
    asked = {parse_term(expression).name for expression in wanted.expressions} & FIGURES
    names = {term.name for term in chosen}
    _require_a_zero(statement.text, chosen, join)
    if not asked or names <= {"attest"}:
        return
    if not asked & names or (join == "any" and wanted.join != "any"):
        raise InvalidInput(
            _(
                "This statement speaks of figures, or of no complaints. "
                "Proofs by figures have to stay, and all of them have to hold"
            ),
            field="proofs",
        )


def _require_a_zero(text: str, chosen: Sequence[ProofTerm], join: str) -> None:
    """That nobody complained is carried by a count of zero of all that the wording speaks of, and by nothing beside it."""
    asked = lacking(text, chosen, join)
    if not asked:
        return
    wanted = " ".join(describe(parse_term(each)) for each in asked)
    refused = _(
        "This statement says that there were no complaints. Keep the proof “%(wanted)s” with it, where all proofs must hold, or have the statement attested"
    )
    raise InvalidInput(refused % {"wanted": wanted}, field="proofs")


def _require_records(chosen: Sequence[ProofTerm]) -> None:
    """A picked record stands in the register, is not withdrawn, and is of a kind that can prove."""
    wanted = {term.entry for term in chosen if term.entry}
    if not wanted:
        return
    found = dict(facts(numbers=wanted).values_list("number", "kind"))
    for number in sorted(wanted):
        if number not in found:
            raise InvalidInput(
                _("Evidence %(number)s is not in the register, or was withdrawn") % {"number": number},
                field="proofs",
            )
        if not pickable(found[number]):
            raise InvalidInput(
                _("Evidence %(number)s records a step of the system and cannot prove a statement")
                % {"number": number},
                field="proofs",
            )


def bound(statement: Statement) -> list[tuple[str, str]]:
    """What is bound now, each with its window."""
    return list(Proof.objects.filter(statement=statement).values_list("expression", "window"))


def _require_unchanged(statement: Statement, seen: Sequence[tuple[str, str]] | None) -> None:
    """The plan is locked by now: what stands here stays until the transaction ends."""
    if seen is not None and (present := bound(statement)) != list(seen):
        raise Stale(
            _("Somebody changed the proofs before you. Check what is bound now, then save again"),
            present={"proofs": present},
        )


@transaction.atomic
def bind_proofs(
    *,
    actor: Actor,
    statement: Statement,
    expressions: Sequence[str],
    join: str = "all",
    window: str = "inside",
    windows: Sequence[str] | None = None,
    seen: Sequence[tuple[str, str]] | None = None,
) -> None:
    """Bind chosen proofs in place of what is there, each with its window (`windows`) or all with one.

    Allowed until the year is closed: what a statement says is fixed by publication, what carries it is not.
    Raises InvalidInput naming what cannot be read or cannot prove, Stale when something else is bound by now than
    what was `seen` (expressions, each with its window), or when the statement is gone.
    """
    permit(actor, "edit")
    plan = locked(statement.measure.plan)
    if plan.status in {PlanStatus.CLOSED, PlanStatus.SUPERSEDED, PlanStatus.DISCARDED}:
        raise WrongState(
            _("%(plan)s is in the state “%(status)s”, so its proofs cannot be changed")
            % {"plan": plan_title(plan), "status": plan_state(plan.status)}
        )
    if join not in Join.values:
        raise InvalidInput(_("Proofs are joined by all or by any"), field="join")
    if len(expressions) > MOST_PROOFS:
        raise InvalidInput(_("At most %(most)s proofs can be bound") % {"most": MOST_PROOFS}, field="proofs")
    if windows is not None and len(windows) != len(expressions):
        raise InvalidInput(_("Every proof needs its period"), field="window")
    asked = [format_window(parse_window(each)) for each in windows or [window] * len(expressions)]
    terms = [parse_term(expression) for expression in expressions]
    _require_what_the_wording_asks(statement, terms, join)
    _require_records(terms)
    _require_unchanged(statement, seen)
    if not Statement.objects.filter(pk=statement.pk).update(join=join):
        raise Stale(_("Somebody took this statement out before you"), present={})
    statement.join = join
    statement.proofs.all().delete()  # type: ignore[attr-defined]
    Proof.objects.bulk_create(
        proof_rows(statement, [NewProof(e, w) for e, w in zip(expressions, asked, strict=True)])
    )
    note(
        plan,
        "plan_edited",
        actor=actor,
        measure=statement.measure.number,
        bound=f"{statement.kind} {statement.number}",
        proofs=list(expressions),
    )
