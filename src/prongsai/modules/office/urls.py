"""Addresses of the office's own screens."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.office.backoffice import me, my_work, settings, units, week
from prongsai.modules.office.portal import calendar

WORK = "<slug:organization>/work/"
SETTINGS = WORK + "settings/"

urlpatterns = [
    path(WORK, my_work.MyWork.as_view(), name="my-work"),
    path(WORK + "week/", week.Week.as_view(), name="work-week"),
    path(WORK + "remind/", my_work.Remind.as_view(), name="work-remind"),
    path(WORK + "calendar/<str:secret>.ics", calendar.feed, name="work-calendar"),
    path(SETTINGS, settings.Settings.as_view(), name="settings"),
    path(SETTINGS + "profile/", settings.Profile.as_view(), name="settings-profile"),
    path(SETTINGS + "seal/", settings.Seal.as_view(), name="settings-seal"),
    path(SETTINGS + "units/", units.Units.as_view(), name="settings-units"),
    path(SETTINGS + "units/add/", units.AddUnit.as_view(), name="settings-unit-add"),
    path(SETTINGS + "units/<int:unit>/", units.EditUnit.as_view(), name="settings-unit"),
    path(SETTINGS + "me/", me.Me.as_view(), name="settings-me"),
    path(SETTINGS + "me/calendar/", me.ShowCalendar.as_view(), name="settings-me-calendar"),
    path(SETTINGS + "me/calendar/renew/", me.RenewCalendar.as_view(), name="settings-me-renew"),
    path(SETTINGS + "me/calendar/stop/", me.StopCalendar.as_view(), name="settings-me-stop"),
]
