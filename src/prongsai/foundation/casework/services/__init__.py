"""Every write to cases: keyword-only, in the scope of an organization, one transaction with the fact in the ledger."""

from prongsai.foundation.casework.services.acting import acknowledge, act
from prongsai.foundation.casework.services.another_kind import may_leave
from prongsai.foundation.casework.services.answers import retire_answer, save_answer
from prongsai.foundation.casework.services.assigning import assign
from prongsai.foundation.casework.services.closing_question import answer_closing, may_answer
from prongsai.foundation.casework.services.common import CITIZEN
from prongsai.foundation.casework.services.conversation import hear, note, say
from prongsai.foundation.casework.services.correcting import correct, recategorise
from prongsai.foundation.casework.services.erasing import erase_case
from prongsai.foundation.casework.services.files import attach
from prongsai.foundation.casework.services.joining import from_message, merge, split, why_apart
from prongsai.foundation.casework.services.opening import Contact, Opened, Place, open_case
from prongsai.foundation.casework.services.outgoing import (
    settle_failure,
    tracking_path,
    tracking_qr,
    tracking_url,
    way_to,
)
from prongsai.foundation.casework.services.publishing import publish_case, unpublish_case
from prongsai.foundation.casework.services.special_days import add_special_day, remove_special_day
from prongsai.foundation.casework.services.visits import NumberNeeded, TooManyTries, find_case, note_visit

__all__ = [
    "CITIZEN",
    "Contact",
    "NumberNeeded",
    "Opened",
    "Place",
    "TooManyTries",
    "acknowledge",
    "act",
    "add_special_day",
    "answer_closing",
    "assign",
    "attach",
    "correct",
    "erase_case",
    "find_case",
    "from_message",
    "hear",
    "may_answer",
    "may_leave",
    "merge",
    "note",
    "note_visit",
    "open_case",
    "publish_case",
    "recategorise",
    "remove_special_day",
    "retire_answer",
    "save_answer",
    "say",
    "settle_failure",
    "split",
    "tracking_path",
    "tracking_qr",
    "tracking_url",
    "unpublish_case",
    "way_to",
    "why_apart",
]
