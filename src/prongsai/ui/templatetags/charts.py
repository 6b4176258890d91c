"""`{% chart c %}`: a drawing of ui/charts.py with its sentence and its table."""

from __future__ import annotations

from typing import Any

from django import template

from prongsai.ui.charts import Chart

register = template.Library()


@register.inclusion_tag("ui/chart.html")
def chart(drawn: Chart, open: bool = False) -> dict[str, Any]:
    """The chart; `open=True` shows the table at once. On paper it is always open."""
    return {"chart": drawn, "open": open}
