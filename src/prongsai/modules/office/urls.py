"""Addresses of the office's own screens."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.office.backoffice import (
    audit,
    cases,
    cases_assign,
    cases_board,
    cases_calendar,
    files,
    keys,
    me,
    my_work,
    people,
    roles,
    settings,
    signatories,
    start,
    tokens,
    units,
    week,
)
from prongsai.modules.office.channel_urls import patterns as channel_patterns
from prongsai.modules.office.portal import calendar, setup

WORK = "<slug:organization>/work/"
SETTINGS = WORK + "settings/"

urlpatterns = [
    path("setup/<str:token>/", setup.Begin.as_view(), name="setup"),
    *(
        path(f"setup/<str:token>/{step.key}/", step.as_view(), name=f"setup-{step.key}")
        for step in setup.STEPS
    ),
    *channel_patterns,
    path(WORK, my_work.MyWork.as_view(), name="my-work"),
    path(WORK + "week/", week.Week.as_view(), name="work-week"),
    path(WORK + "cases/", cases.Cases.as_view(), name="cases"),
    path(WORK + "cases/board/", cases_board.Board.as_view(), name="cases-board"),
    path(WORK + "cases/calendar/", cases_calendar.Calendar.as_view(), name="cases-calendar"),
    path(WORK + "cases/assign/", cases_assign.AssignCases.as_view(), name="cases-assign"),
    path(WORK + "remind/", my_work.Remind.as_view(), name="work-remind"),
    path(WORK + "calendar/<str:secret>.ics", calendar.feed, name="work-calendar"),
    path(WORK + "start/", start.Start.as_view(), name="start"),
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
    path(SETTINGS + "tokens/", tokens.Tokens.as_view(), name="settings-tokens"),
    path(SETTINGS + "tokens/add/", tokens.AddToken.as_view(), name="settings-token-add"),
    path(SETTINGS + "tokens/new/", tokens.ShowToken.as_view(), name="settings-token-shown"),
    path(SETTINGS + "people/", people.People.as_view(), name="settings-people"),
    path(SETTINGS + "people/invite/", people.Invite.as_view(), name="settings-invite"),
    path(SETTINGS + "people/hire/", people.Hire.as_view(), name="settings-hire"),
    path(SETTINGS + "people/told/", people.Told.as_view(), name="settings-people-told"),
    path(SETTINGS + "people/<int:member>/", people.Person.as_view(), name="settings-person"),
    path(SETTINGS + "people/<int:member>/end/", people.Deactivate.as_view(), name="settings-person-end"),
    path(
        SETTINGS + "people/<int:member>/reopen/", people.Reactivate.as_view(), name="settings-person-reopen"
    ),
    path(SETTINGS + "people/<int:member>/reset/", people.Reset.as_view(), name="settings-person-reset"),
    path(
        SETTINGS + "people/invitations/<int:invitation>/resend/",
        people.Resend.as_view(),
        name="settings-invitation-resend",
    ),
    path(
        SETTINGS + "people/invitations/<int:invitation>/withdraw/",
        people.Withdraw.as_view(),
        name="settings-invitation-withdraw",
    ),
    path(SETTINGS + "roles/", roles.Roles.as_view(), name="settings-roles"),
    path(SETTINGS + "roles/add/", roles.AddRole.as_view(), name="settings-role-add"),
    path(SETTINGS + "roles/<int:role>/", roles.RolePage.as_view(), name="settings-role"),
    path(SETTINGS + "roles/<int:role>/edit/", roles.EditRole.as_view(), name="settings-role-edit"),
    path(SETTINGS + "roles/<int:role>/remove/", roles.RemoveRole.as_view(), name="settings-role-remove"),
    path(SETTINGS + "signatories/", signatories.Signatories.as_view(), name="settings-signatories"),
    path(SETTINGS + "signatories/add/", signatories.AddActing.as_view(), name="settings-acting-add"),
    path(
        SETTINGS + "signatories/<int:acting>/end/",
        signatories.EndActing.as_view(),
        name="settings-acting-end",
    ),
    path(SETTINGS + "absences/add/", signatories.AddAbsence.as_view(), name="settings-absence-add"),
    path(
        SETTINGS + "absences/<int:absence>/remove/",
        signatories.RemoveAbsence.as_view(),
        name="settings-absence-remove",
    ),
    path(SETTINGS + "keys/", keys.Keys.as_view(), name="settings-keys"),
    path(SETTINGS + "keys/rotate/", keys.Rotate.as_view(), name="settings-key-rotate"),
    path(SETTINGS + "keys/send/", keys.SendNow.as_view(), name="settings-heads-send"),
    path(SETTINGS + "witnesses/add/", keys.AddWitness.as_view(), name="settings-witness-add"),
    path(
        SETTINGS + "witnesses/<int:witness>/stop/", keys.StopWitness.as_view(), name="settings-witness-stop"
    ),
    path(SETTINGS + "files/", files.Files.as_view(), name="settings-files"),
    path(SETTINGS + "files/<slug:sha256>/", files.FilePage.as_view(), name="settings-file"),
    path(SETTINGS + "files/<slug:sha256>/content/", files.content, name="settings-file-content"),
    path(SETTINGS + "register/", audit.Audit.as_view(), name="settings-audit"),
    path(SETTINGS + "register/<int:number>/", audit.EntryPage.as_view(), name="settings-entry"),
    path(SETTINGS + "register/<int:number>/erase/", audit.EraseEntry.as_view(), name="settings-entry-erase"),
]
