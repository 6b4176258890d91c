"""Addresses of the channels: the register's screens, the public list, and where the outside delivers."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.office.backoffice import channel_connecting as connecting
from prongsai.modules.office.backoffice import channels, me
from prongsai.modules.office.portal import channels as public
from prongsai.modules.office.portal import hooks

OFFICE = "<slug:organization>/"
SETTINGS = OFFICE + "work/settings/"
LIST = SETTINGS + "channels/"
ONE = LIST + "<int:channel>/"

patterns = [
    path(OFFICE + "channels/", public.channels, name="channels"),
    path(OFFICE + "hooks/email/<int:channel>/", hooks.email, name="hook-email"),
    path(OFFICE + "hooks/line/<int:channel>/", hooks.line, name="hook-line"),
    path(OFFICE + "hooks/facebook/<int:channel>/", hooks.facebook, name="hook-facebook"),
    path(OFFICE + "hooks/probe/", hooks.probe, name="hook-probe"),
    path(LIST, channels.Channels.as_view(), name="settings-channels"),
    path(LIST + "add/", channels.AddChannel.as_view(), name="settings-channel-add"),
    path(LIST + "look/", connecting.LookAtLinks.as_view(), name="settings-channels-links"),
    path(LIST + "messages/", connecting.Messages.as_view(), name="settings-channel-messages"),
    path(LIST + "messages/in/<int:inbound>/", connecting.TryInbound.as_view(), name="settings-inbound-again"),
    path(
        LIST + "messages/in/<int:inbound>/aside/",
        connecting.SetAside.as_view(),
        name="settings-inbound-aside",
    ),
    path(
        LIST + "messages/out/<int:outbound>/",
        connecting.TryOutbound.as_view(),
        name="settings-outbound-again",
    ),
    path(LIST + "probers/", connecting.Probers.as_view(), name="settings-probers"),
    path(LIST + "probers/add/", connecting.AddProber.as_view(), name="settings-prober-add"),
    path(LIST + "probers/new/", connecting.ShowProber.as_view(), name="settings-prober-shown"),
    path(LIST + "probers/<int:prober>/stop/", connecting.StopProber.as_view(), name="settings-prober-stop"),
    path(
        LIST + "links/<int:link>/remove/", connecting.UnlinkChannel.as_view(), name="settings-channel-unlink"
    ),
    path(ONE, channels.ChannelPage.as_view(), name="settings-channel"),
    path(ONE + "edit/", channels.EditChannel.as_view(), name="settings-channel-edit"),
    path(ONE + "close/", channels.CloseChannel.as_view(), name="settings-channel-close"),
    path(ONE + "sign/", channels.SignChannel.as_view(), name="settings-channel-sign"),
    path(ONE + "look/", channels.LookNow.as_view(), name="settings-channel-look"),
    path(ONE + "connect/", connecting.Connect.as_view(), name="settings-channel-connect"),
    path(ONE + "disconnect/", connecting.Disconnect.as_view(), name="settings-channel-disconnect"),
    path(ONE + "link/", connecting.LinkChannel.as_view(), name="settings-channel-link"),
    path(SETTINGS + "me/line/", me.ShowLine.as_view(), name="settings-me-line"),
    path(SETTINGS + "me/line/new/", me.ConnectLine.as_view(), name="settings-me-line-new"),
    path(SETTINGS + "me/line/stop/", me.DisconnectLine.as_view(), name="settings-me-line-stop"),
]
