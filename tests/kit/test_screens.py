"""The inherited tests hold the sample screens, and fail for a screen that is open to too many."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest

from prongsai.foundation.organizations.models import Unit
from prongsai.ui.screens import ListScreen, Screen
from tests.screens import ScreenTests


class TestUnits(ScreenTests):
    url_name = "kit-units"
    permission = "kit.read"
    also = ("kit.write",)


class TestNewUnit(ScreenTests):
    url_name = "kit-new"
    permission = "kit.write"


class TestUnit(ScreenTests):
    url_name = "kit-unit"
    permission = "kit.read"

    def kwargs(self) -> dict[str, Any]:
        return {"unit": Unit.objects.earliest("pk").pk}


class TestRetire(ScreenTests):
    url_name = "kit-retire"
    permission = "kit.write"

    def kwargs(self) -> dict[str, Any]:
        return {"unit": Unit.objects.earliest("pk").pk}


class TestSetUp(ScreenTests):
    url_name = "kit-setup"
    permission = "kit.write"


class TestBoard(ScreenTests):
    url_name = "kit-board"
    permission = "kit.read"


def test_a_screen_without_a_permission_does_not_come_into_being() -> None:
    with pytest.raises(TypeError, match="which permission"):
        type("Open", (Screen,), {})
    with pytest.raises(TypeError, match="which permission"):

        class Rows(ListScreen):
            def rows(self) -> list[HttpRequest]:
                return []

    class Base(ListScreen, abstract=True):
        """A base for a module's own lists may come without."""
