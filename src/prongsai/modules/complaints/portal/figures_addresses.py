"""Addresses of the public figures, list and map of cases, and of what Traffy Fondue delivers."""

from __future__ import annotations

from django.urls import URLPattern, path

from prongsai.modules.complaints.portal import figures
from prongsai.modules.complaints.traffy import hook

HERE = "<slug:organization>/complaints/"

patterns: list[URLPattern] = [
    path(HERE + "statistics/", figures.newest, name="complaints-statistics"),
    path(HERE + "statistics/<int:fiscal_year>/", figures.statistics, name="complaints-statistics-year"),
    path(
        HERE + "statistics/<int:fiscal_year>/report.<slug:format>",
        figures.report,
        name="complaints-statistics-report",
    ),
    path(HERE + "list/", figures.cases, name="complaints-list"),
    path("<slug:organization>/hooks/traffy/<str:key>/", hook.traffy, name="hook-traffy"),
]
