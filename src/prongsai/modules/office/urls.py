"""Addresses of the office's own screens."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.office.portal import calendar

WORK = "<slug:organization>/work/"

urlpatterns = [
    path(WORK + "calendar/<str:secret>.ics", calendar.feed, name="work-calendar"),
]
