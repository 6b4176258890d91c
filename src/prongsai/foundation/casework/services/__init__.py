"""Every write to cases: keyword-only, in the scope of an organization, one transaction with the fact in the ledger."""

from prongsai.foundation.casework.services.acting import acknowledge, act
from prongsai.foundation.casework.services.another_kind import may_leave
from prongsai.foundation.casework.services.answers import retire_answer, save_answer
from prongsai.foundation.casework.services.assigning import assign, may_take, refuse_elsewhere, take
from prongsai.foundation.casework.services.closing_question import (
    answer_closing,
    may_answer,
    record_closing_answer,
    unhappy_reopens,
)
from prongsai.foundation.casework.services.common import CITIZEN, RULES
from prongsai.foundation.casework.services.concerning import Concerned
from prongsai.foundation.casework.services.conversation import hear, note, say
from prongsai.foundation.casework.services.correcting import (
    confirm_kind,
    correct,
    has_own_words,
    may_redate,
    recategorise,
)
from prongsai.foundation.casework.services.erasing import erase_case
from prongsai.foundation.casework.services.files import attach
from prongsai.foundation.casework.services.following import follow_up, put_followed_up
from prongsai.foundation.casework.services.joining import from_message, merge, split, why_apart
from prongsai.foundation.casework.services.opening import Contact, Opened, Place, open_case
from prongsai.foundation.casework.services.outgoing import (
    settle_failure,
    told_by_hand,
    tracking_path,
    tracking_qr,
    tracking_url,
    way_to,
)
from prongsai.foundation.casework.services.publishing import publish_case, unpublish_case
from prongsai.foundation.casework.services.renewing import may_renew, renew_code, ways_to_check
from prongsai.foundation.casework.services.special_days import add_special_day, remove_special_day
from prongsai.foundation.casework.services.telling import has_result
from prongsai.foundation.casework.services.unmerging import unmerge
from prongsai.foundation.casework.services.visits import NumberNeeded, TooManyTries, find_case, note_visit

__all__ = [
    "CITIZEN",
    "RULES",
    "Concerned",
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
    "confirm_kind",
    "correct",
    "erase_case",
    "find_case",
    "follow_up",
    "from_message",
    "has_own_words",
    "has_result",
    "hear",
    "may_answer",
    "may_leave",
    "may_redate",
    "may_renew",
    "may_take",
    "merge",
    "note",
    "note_visit",
    "open_case",
    "publish_case",
    "put_followed_up",
    "recategorise",
    "record_closing_answer",
    "refuse_elsewhere",
    "remove_special_day",
    "renew_code",
    "retire_answer",
    "save_answer",
    "say",
    "settle_failure",
    "split",
    "take",
    "told_by_hand",
    "tracking_path",
    "tracking_qr",
    "tracking_url",
    "unhappy_reopens",
    "unmerge",
    "unpublish_case",
    "way_to",
    "ways_to_check",
    "why_apart",
]
