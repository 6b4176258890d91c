"""The tracking page: who has the code sees the case, and nobody gets at cases by trying codes.

A code alone is tried on all cases of an office at once: failures are counted for the office and for the address, by the
hour, and where one of them has run out the case's number is asked for as well. It stands on the receipt and in its link.

With a number only that one case can be hit, by one of 2**40 codes, and the right code is never refused: whoever has the
receipt gets in, whatever others try from the same address or elsewhere. NUMBER_AN_HOUR wrong ones from one address are
told that they are wrong, more that they are many. That keeps nothing; what keeps guessing hopeless is the length: a machine
that answers 300 tries a second, day and night and nothing else, hits in a day with a chance of 1 in 40,000, in a year of
such days of 1 in 120. By code alone, 600 tries in an hour at 100,000 cases have 1 in 18,000.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.failures import network_of
from prongsai.foundation.accounts.models import LoginFailure
from prongsai.foundation.accounts.secrets import derived_key
from prongsai.foundation.casework.codes import number_from
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import case_by_code, case_by_number
from prongsai.foundation.casework.services.outgoing import reached, told_by_hand
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.errors import ProngsaiError

CODES_AN_HOUR = (
    600  # wrong codes in one organization: 1 in 20,000 that any of 100,000 cases is hit in an hour
)
ADDRESS_AN_HOUR = 60
NUMBER_AN_HOUR = 20  # wrong codes with one number from one address, before it is told that they were many
VISIT = timedelta(minutes=5)  # a visit is noted once in this time
COUNT = f"""
INSERT INTO {LoginFailure._meta.db_table} AS f (key, count, last_at, blocked_until) VALUES (%s, 1, %s, %s)
ON CONFLICT (key) DO UPDATE SET count = f.count + 1, last_at = excluded.last_at
"""


class NumberNeeded(ProngsaiError):
    """Codes alone open nothing for the rest of the hour; with the case's number they do."""

    def __init__(self) -> None:
        super().__init__(
            _("Many wrong codes were tried. Enter the number of the case with the tracking code.")
        )


class TooManyTries(ProngsaiError):
    """One more wrong code for this number, after many from this address. The right one opens the case at any time."""

    def __init__(self) -> None:
        super().__init__(
            _("Many wrong codes were tried for this case. Look at the receipt once more, its code opens it")
        )


def find_case(*, code: str, number: str = "", address: str) -> Case | None:
    """The case that a citizen names by its tracking code, or by number and code; None when there is none.

    `address` is counted as a keyed digest. Raises NumberNeeded before anything is looked at; TooManyTries instead of
    None, never where number and code belong together.
    """
    asked = number_from(number)
    here = network_of(address) if address else ""
    if asked:
        case = case_by_number(asked, code)
        if case is None:
            limits = {_key("number", asked, here): NUMBER_AN_HOUR}
            _within(limits, TooManyTries)
            _failed(list(limits))
        return case
    limits = {_key("codes"): CODES_AN_HOUR, **({_key("address", here): ADDRESS_AN_HOUR} if here else {})}
    _within(limits, NumberNeeded)
    case = case_by_code(code)
    if case is None:
        _failed(list(limits))
    return case


def note_visit(*, case: Case) -> None:
    """The citizen looks at the case: what was said to them until now is read."""
    now = clock.now()
    if case.visited_at is None or case.visited_at < now - VISIT:
        Case.objects.filter(pk=case.pk).update(visited_at=now)
    if told_by_hand(case):
        reached(case)


def _within(limits: dict[str, int], refusal: type[ProngsaiError]) -> None:
    counts = dict(LoginFailure.objects.filter(key__in=limits).values_list("key", "count"))
    if any(counts.get(key, 0) >= limit for key, limit in limits.items()):
        raise refusal


@transaction.atomic
def _failed(keys: list[str]) -> None:
    now = clock.now()
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute(COUNT, [key, now, now])


def _key(*parts: str) -> str:
    """What is counted: keyed, so that no address can be read from the table, and another one each hour."""
    said = ("tracking", str(current_organization_id()), f"{clock.now():%Y-%m-%dT%H}", *parts)
    return hmac.new(derived_key("tracking failures"), "\0".join(said).encode(), sha256).hexdigest()
