"""How screens name what is of every kind of case: states, channels, topics, events, what was found."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.casework.kinds import in_language, shown_title
from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.kernel.cases import CaseKind, Phase, State
from prongsai.kernel.contracts import Topic
from prongsai.kernel.registry import registry

Words = str | Promise

PHASES: dict[str, Words] = {
    Phase.RECEIVED.value: _("Received"),
    Phase.WORKING.value: _("Being worked on"),
    Phase.WAITING.value: _("Waiting for the citizen"),
    Phase.FINISHED.value: _("Finished"),
    Phase.REFUSED.value: _("Not taken up"),
    Phase.MERGED.value: _("Joined with another"),
}
CLOSED_PHASES: tuple[str, ...] = tuple(phase.value for phase in Phase if not phase.is_open)

CHANNELS: dict[str, Words] = {
    "web": _("Form on the web"),
    "email": _("E-mail"),
    "line": "LINE",
    "facebook": "Facebook",
    "phone": _("Telephone"),
    "box": _("Complaint box"),
    "walk_in": _("At the counter"),
    "leaders": _("Village leaders"),
    "letter": _("Letter"),
    "hotline": _("1111, Damrongdhama centre or another office"),
    "traffy": "Traffy Fondue",
    "sealed": _("Corruption channel"),
}
TOPICS: dict[str, Words] = {
    Topic.ANTI_CORRUPTION.value: _("Preventing corruption"),
    Topic.SERVICE.value: _("Service to the public"),
    Topic.DISCLOSURE.value: _("Disclosure of information"),
    Topic.ASSETS.value: _("Public property"),
    Topic.PROCUREMENT.value: _("Procurement and budget"),
    Topic.PEOPLE.value: _("Personnel"),
    Topic.INTEGRITY.value: _("Integrity of the office"),
}
FOUND: dict[str, Words] = {
    "true": _("True"),
    "partly": _("True in part"),
    "untrue": _("Not true"),
}
EVENTS: dict[str, Words] = {
    "received": _("Received"),
    "acknowledged": _("Looked at by an officer"),
    "assigned": _("Given to"),
    "message_in": _("The citizen wrote"),
    "message_out": _("Answered the citizen"),
    "told_by_hand": _("Told the citizen by telephone or in person"),
    "note": _("Note among the staff"),
    "attached": _("File added"),
    "sorted": _("The guessed category is right"),
    "recategorised": _("Put into another category"),
    "renumbered": _("Became another kind of case, before it was"),
    "corrected": _("Corrected"),
    "concerned": _("Whom it is about was said:"),
    "merged": _("Joined with"),
    "took_in": _("Took in"),
    "concerned_informed": _("A person concerned is informed"),
    "concerned_objected": _("A person concerned objects"),
    "concerned_agreed": _("A person concerned agrees"),
    "concerned_decided": _("Decided on an objection"),
    "concerned_appealed": _("A person concerned appeals"),
    "concerned_ruled": _("The tribunal decided on an appeal"),
    "unmerged": _("Taken out again of"),
    "gave_back": _("Taken out again:"),
    "left": _("The citizen ended their report, it goes on for the others"),
    "split": _("Split off"),
    "split_from": _("Split off from"),
    "gave_rise": _("Another matter written here became"),
    "written_in": _("Made of what was written in"),
    "answered": _("The citizen judged the answer"),
    "code_renewed": _("New tracking code given out"),
    "published": _("Shown to the public"),
    "unpublished": _("Taken back from the public"),
    "erased": _("Personal data erased"),
    "followed_up": _("The agency's answer was written down"),
    "reminded": _("Reminder sent"),
    "escalated": _("Told the superior"),
    "reopened": _("Opened again"),
}
# How an officer made sure who asks for a new tracking code.
CHECKED: dict[str, Words] = {
    "id_card": _("The name on the identity card is that of the case"),
    "contact": _("Called or written to as the case says, and they confirmed it"),
    "details": _("They told of the case what nobody else can know"),
}
# What was corrected, by the names of the fields; days that are only counted from others are not said.
WHO, WHERE = _("Who brought it"), _("Where it is")
FIELDS: dict[str, Words] = {
    "title": _("Matter"),
    "body": _("What the case says"),
    "received_on": _("Received on"),
    "is_urgent": _("Urgent"),
    "details": _("Particulars of this kind of case"),
    **dict.fromkeys(("contact_name", "contact_phone", "contact_email", "contact_handle"), WHO),
    **dict.fromkeys(("place", "village", "latitude", "longitude"), WHERE),
}
VERDICTS: dict[str, Words] = {"satisfied": _("content with it"), "unsatisfied": _("not content with it")}
DELIVERIES: dict[str, Words] = {
    "waiting": _("being sent"),
    "sent": _("delivered"),
    "failed": _("could not be delivered"),
    "page": _("to be read on the tracking page"),
}
DIRECTIONS: dict[str, Words] = {
    CaseMessage.Direction.IN.value: _("From the citizen"),
    CaseMessage.Direction.OUT.value: _("To the citizen"),
    CaseMessage.Direction.NOTE.value: _("Note among the staff"),
}


def kind_of(case: Case) -> CaseKind:
    """The case's kind. Raises KeyError for one that no module provides any more."""
    return registry().case_kinds[case.kind]


def kind_title(key: str) -> str:
    """The title of a kind of case, or its key when nobody provides it any more."""
    kind = registry().case_kinds.get(key)
    return shown_title(kind) if kind else key


def category_title(case: Case) -> str:
    """The title of what the case is about, or its key when its kind has no such category any more."""
    kind = registry().case_kinds.get(case.kind)
    told = kind.categories.get(case.category) if kind else None
    return in_language(*told) if told else case.category


def state_title(case: Case) -> str:
    """The case's state as its kind calls it."""
    kind = registry().case_kinds.get(case.kind)
    if kind is None or case.state not in kind.workflow.keys:
        return case.state
    return shown_state(kind.workflow.state(case.state))


def shown_state(state: State) -> str:
    """The state as the office calls it: the title of one that waits for the citizen speaks to them."""
    return str(PHASES[Phase.WAITING.value]) if state.phase is Phase.WAITING else shown_title(state)


def channel_title(key: str) -> str:
    return str(CHANNELS.get(key, key))


def event_title(event: CaseEvent, kind: CaseKind) -> str:
    """What happened: an act by the name that it has in the table, anything else by its own."""
    for each in _kinds_like(kind) if event.act else ():
        row = each.workflow.row(event.source, event.act)
        if row is not None:
            return shown_title(row)
    return str(EVENTS.get(event.event, event.event))


def event_about(event: CaseEvent) -> str:
    """What the event is about: keys in words, anything else as it stands."""
    if event.event == "corrected":
        named = (FIELDS[name] for name in event.about.split() if name in FIELDS)
        return ", ".join(dict.fromkeys(map(str, named)))
    known = {"answered": VERDICTS, "code_renewed": CHECKED}.get(event.event, {})
    return str(known.get(event.about, event.about))


def state_then(key: str, kind: CaseKind) -> State | None:
    """A state of a case's history: the kind's own, or of the kind that the case was then; None for one of no kind."""
    found = (each.workflow.state(key) for each in _kinds_like(kind) if key in each.workflow.keys)
    return next(found, None)


def _kinds_like(kind: CaseKind) -> list[CaseKind]:
    """The kind, then the others of its module: a case may have been one of them."""
    others = registry().case_kinds.values()
    return [kind, *(each for each in others if each.module == kind.module and each.key != kind.key)]
