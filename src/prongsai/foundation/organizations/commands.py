"""What the command line shares: one organization by its key, and errors that end with exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.selectors import organization_by_key
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.errors import ProngsaiError

BAD_INPUT = 2


@contextmanager
def clear_errors() -> Iterator[None]:
    """Say a ProngsaiError in one line on stderr and end with code 2."""
    try:
        yield
    except ProngsaiError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        raise SystemExit(BAD_INPUT) from None


@contextmanager
def in_organization(key: str) -> Iterator[Organization]:
    """A transaction scoped to the organization called `key`, with `clear_errors`."""
    with clear_errors():
        organization = organization_by_key(key)
        if organization is None:
            raise ProngsaiError(_("There is no organization %(key)s") % {"key": key})
        with working_for(organization.pk):
            yield organization
