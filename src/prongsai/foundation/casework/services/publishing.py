"""Showing a case to the public: by a title of its own, and nothing that the citizen wrote."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import kinds, rights
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor, Origin, Topic, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.personal import name_parts, personal_data


@transaction.atomic
def publish_case(*, actor: Actor, case: Case, public_title: str) -> Case:
    """Put the case into the public list under a title written for it; published again, the title is the new one.

    Number, category, place of the village, state and days are shown with it. The act is a public fact. Needs
    `<module>.publish`. Raises InvalidInput for a title with an identity or telephone number, or with the citizen's
    name; WrongState for a merged, erased or test case; NotPermitted.
    """
    current = common.locked(case)
    rights.require_to(actor, current, "publish")
    if current.phase == Phase.MERGED or current.is_check or current.erased_at is not None:
        raise WrongState(_("Case %(number)s cannot be shown to the public") % {"number": current.number})
    title = common.line(public_title, "public_title", needed=_("Enter the title for the public"))
    _refuse_personal(title, current)
    if current.is_public and current.public_title == title:
        return current
    current.is_public, current.public_title = True, title
    common.keep(current, "is_public", "public_title")
    common.note_event(current, "published", actor=actor)
    _put_on_record(current, actor, kinds.CASE_PUBLISHED, f"เผยแพร่เรื่อง {current.number}: {title}")
    return current


@transaction.atomic
def unpublish_case(*, actor: Actor, case: Case) -> Case:
    """Take the case out of the public list. Needs `<module>.publish`. Raises NotPermitted."""
    current = common.locked(case)
    rights.require_to(actor, current, "publish")
    take_back(current, actor=actor)
    return current


def take_back(case: Case, *, actor: Actor) -> None:
    """Take a locked case out of the public list, if it stands there; whoever calls has asked for the permission."""
    if not case.is_public:
        return
    case.is_public, case.public_title = False, ""
    common.keep(case, "is_public", "public_title")
    common.note_event(case, "unpublished", actor=actor)
    _put_on_record(case, actor, kinds.CASE_UNPUBLISHED, f"เลิกเผยแพร่เรื่อง {case.number}")


def _refuse_personal(title: str, case: Case) -> None:
    found = personal_data(title)
    found += [part for part in name_parts(case.contact_name) if part in title]
    if found:
        raise InvalidInput(
            _("The title holds personal data (%(found)s). Take them out before it is shown.")
            % {"found": ", ".join(found)},
            field="public_title",
        )


def _put_on_record(case: Case, actor: Actor, kind: str, title: str) -> None:
    record(
        actor=common.on_record(actor),
        kind=kind,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=case.ref,
        topic=Topic(case.topic) if case.topic else None,
        visibility=Visibility.PUBLIC,
        title=title,
        payload={"number": case.number, "case_kind": case.kind},
    )
