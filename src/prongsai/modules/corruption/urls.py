"""Addresses of the channel: pages for reporters, on which nobody is known, and the recipients' screens."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from prongsai.modules.corruption.backoffice import broken, channel, inbox, keys, report
from prongsai.modules.corruption.choices import ALL_FILES_BYTES, FILE_BYTES
from prongsai.modules.corruption.portal.collect import Collect
from prongsai.modules.corruption.portal.inbox import Inbox
from prongsai.modules.corruption.portal.report import Report
from prongsai.modules.corruption.portal.start import Start
from prongsai.modules.corruption.portal.statistics import statistics, statistics_file
from prongsai.ui.arriving import arrives
from prongsai.ui.discreet import discreet

PUBLIC = "<slug:organization>/whistle/"
WORK = "<slug:organization>/work/corruption/"


def quiet(view: type[Any], *, files: bool = False) -> Any:
    """A page for reporters. Without a cookie there is no token to compare: the forms carry what only we can make."""
    made = discreet(csrf_exempt(view.as_view()))
    return arrives(file=FILE_BYTES, whole=ALL_FILES_BYTES + FILE_BYTES)(made) if files else made


urlpatterns = [
    path(PUBLIC, quiet(Start), name="whistle"),
    path(PUBLIC + "report/", quiet(Report, files=True), name="whistle-report"),
    path(PUBLIC + "inbox/", quiet(Inbox, files=True), name="whistle-inbox"),
    path(PUBLIC + "collect/", quiet(Collect), name="whistle-collect"),
    path(PUBLIC + "statistics/", statistics, name="whistle-statistics"),
    path(
        PUBLIC + "statistics/<int:fiscal_year>/<slug:format>/",
        statistics_file,
        name="whistle-statistics-file",
    ),
    path(WORK, inbox.Inbox.as_view(), name="corruption-inbox"),
    path(WORK + "closed/", inbox.Closed.as_view(), name="corruption-closed"),
    path(WORK + "log/", inbox.ChannelLog.as_view(), name="corruption-channel-log"),
    path(WORK + "unlock/", keys.Unlock.as_view(), name="corruption-unlock"),
    path(WORK + "lock/", keys.Lock.as_view(), name="corruption-lock"),
    path(WORK + "key/", keys.MakeKey.as_view(), name="corruption-key"),
    path(WORK + "key/confirm/", keys.ConfirmKey.as_view(), name="corruption-key-confirm"),
    path(WORK + "key/recover/", keys.Recover.as_view(), name="corruption-recover"),
    path(WORK + "channel/", channel.Channel.as_view(), name="corruption-settings"),
    path(WORK + "channel/open/", channel.Open.as_view(), name="corruption-open"),
    path(WORK + "channel/close/", channel.Close.as_view(), name="corruption-close"),
    path(WORK + "channel/days/", channel.Days.as_view(), name="corruption-days"),
    path(WORK + "channel/recipients/add/", channel.AddHolder.as_view(), name="corruption-holder-add"),
    path(
        WORK + "channel/recipients/<int:holder>/end/",
        channel.EndHolder.as_view(),
        name="corruption-holder-end",
    ),
    path(
        WORK + "channel/recipients/<int:holder>/back/",
        channel.TakeBackEnd.as_view(),
        name="corruption-holder-back",
    ),
    path(WORK + "channel/outside/", channel.SetOutside.as_view(), name="corruption-outside"),
    path(WORK + "channel/outside/end/", channel.EndOutside.as_view(), name="corruption-outside-end"),
    path(WORK + "channel/outside/file/", channel.OutsideFiles.as_view(), name="corruption-outside-file"),
    path(
        WORK + "channel/outside/file/<int:holder>/<int:part>/",
        channel.OutsidePart.as_view(),
        name="corruption-outside-part",
    ),
    path(WORK + "reports/<slug:sealed>/", report.ReportPage.as_view(), name="corruption-report"),
    path(WORK + "reports/<slug:sealed>/broken/", broken.RefuseBroken.as_view(), name="corruption-broken"),
    path(WORK + "reports/<slug:sealed>/say/", report.Say.as_view(), name="corruption-say"),
    path(WORK + "reports/<slug:sealed>/note/", report.Note.as_view(), name="corruption-note"),
    path(WORK + "reports/<slug:sealed>/share/", report.Share.as_view(), name="corruption-share"),
    path(
        WORK + "reports/<slug:sealed>/share/<int:holder>/end/",
        report.Unshare.as_view(),
        name="corruption-unshare",
    ),
    path(WORK + "reports/<slug:sealed>/act/<slug:act>/", report.Act.as_view(), name="corruption-act"),
    path(
        WORK + "reports/<slug:sealed>/files/<slug:attachment>/", report.File.as_view(), name="corruption-file"
    ),
    path(WORK + "reports/<slug:sealed>/log/", report.Logged.as_view(), name="corruption-log"),
]
