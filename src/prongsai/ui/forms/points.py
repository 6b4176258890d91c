"""A point of the map: typed or pasted, and where the operators have named a server of tiles, clicked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.points import PAIR, Point, read_point
from prongsai.ui.maps import map_context


class PointWidget(forms.TextInput):
    """One line for both figures; the map stands below it, and nothing of it is loaded where there are no tiles."""

    template_name = "ui/forms/point.html"
    centre = ""  # where the map begins

    def __init__(self) -> None:
        super().__init__({"class": "in-m", "autocomplete": "off", "maxlength": "60"})

    @property
    def scripts(self) -> tuple[str, ...]:
        has_map = bool(map_context()["tiles"])
        return ("ui/vendor/leaflet/leaflet.js", "ui/map.js", "ui/point.js") if has_map else ()

    def format_value(self, value: Any) -> str | None:
        return str(value).replace(",", ", ") if isinstance(value, Point) else super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, **map_context(), "centre": self.centre, "pair": PAIR.pattern}


class PointField(forms.CharField):
    """Latitude and longitude as they are copied from a map. Cleaned value: a Point, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Latitude, then longitude, such as 15.240100, 103.301200"))
        super().__init__(required=False, max_length=60, widget=PointWidget(), **kwargs)

    def to_python(self, value: Any) -> Point | None:  # type: ignore[override]
        try:
            return read_point(super().to_python(value) or "")
        except ValueError:
            raise ValidationError(
                _("Write latitude, then longitude, such as 15.240100, 103.301200"), code="point"
            ) from None

    def run_validators(self, value: Any) -> None:
        """Its length is that of what was typed: the line itself holds it."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return read_point(str(initial or "")) != read_point(str(data or ""))
        except ValueError:
            return True


def with_office(form: Any, office: Organization) -> bool:
    """Let the maps of the form begin where the office is; whether it has any."""
    widgets = list(_points(form))
    for widget in widgets:
        widget.centre = office.map_centre
    return bool(widgets)


def _points(form: Any) -> Iterator[PointWidget]:
    for field in getattr(form, "fields", {}).values():
        if isinstance(field.widget, PointWidget):
            yield field.widget
