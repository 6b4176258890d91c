"""The tracking page: who has the code sees the case, and nobody gets at cases by trying codes.

Failures are counted for the whole space of codes and for the address, by the hour; where one of them has run out, the
case's number is asked for as well. Numbers are no secret: failures with one are counted for it at each address, so that
somebody who tries many codes elsewhere keeps nobody from their case. Where many addresses together try one number, each
has few tries left: of 2**40 codes they hit none, and whoever has the receipt needs one.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from math import inf

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
NUMBER_AN_HOUR = 20  # wrong codes with one number from one address
NUMBER_FROM_ALL = 200  # with one number from all addresses; then each of them has few
FEW = 5
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
    """This number is not looked at from this address for the rest of the hour."""

    def __init__(self) -> None:
        super().__init__(_("Too many wrong codes were tried for this case. Try again in an hour."))


def find_case(*, code: str, number: str = "", address: str) -> Case | None:
    """The case that a citizen names by its tracking code, or by number and code; None when there is none.

    `address` is counted as a keyed digest. Raises NumberNeeded or TooManyTries before anything is looked at.
    """
    asked = number_from(number)
    here = network_of(address) if address else ""
    if asked:
        keys = {"number": _key("number", asked), "here": _key("number", asked, here)}
    else:
        keys = {"codes": _key("codes"), **({"address": _key("address", here)} if here else {})}
    counts = dict(LoginFailure.objects.filter(key__in=keys.values()).values_list("key", "count"))
    by_all = counts.get(keys.get("number", ""), 0)
    limits = {
        "number": inf,  # nobody is kept from their case by what others try elsewhere
        "here": FEW if by_all >= NUMBER_FROM_ALL else NUMBER_AN_HOUR,
        "codes": CODES_AN_HOUR,
        "address": ADDRESS_AN_HOUR,
    }
    if any(counts.get(key, 0) >= limits[kind] for kind, key in keys.items()):
        raise TooManyTries if asked else NumberNeeded
    case = case_by_number(asked, code) if asked else case_by_code(code)
    if case is None:
        _failed(list(keys.values()))
    return case


def note_visit(*, case: Case) -> None:
    """The citizen looks at the case: what was said to them until now is read."""
    now = clock.now()
    if case.visited_at is None or case.visited_at < now - VISIT:
        Case.objects.filter(pk=case.pk).update(visited_at=now)
    if told_by_hand(case):
        reached(case)


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
