"""The demonstration beside other organizations."""

from __future__ import annotations

import pytest

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.errors import WrongState
from prongsai.project.demo.build import build
from tests.cast import banthrai

pytestmark = pytest.mark.django_db


def test_an_installation_with_other_organizations_is_left_alone() -> None:
    banthrai()
    with pytest.raises(WrongState, match="บ้านทราย"):
        list(build())
    assert Organization.objects.count() == 1
