"""Addresses that belong to no module. They come first: no organization may be called like them."""

from __future__ import annotations

from django.urls import include, path

from prongsai.ui import uploads, views

urlpatterns = [
    path("language/<slug:code>/", views.language, name="language"),
    path("robots.txt", views.robots, name="robots"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("account/", include("prongsai.ui.account.urls")),
    path("<slug:organization>/files/<slug:sha256>/", views.public_file, name="public-file"),
    path("<slug:organization>/work/uploads/", uploads.begin, name="uploads"),
    path("<slug:organization>/work/uploads/<slug:key>/", uploads.piece, name="upload"),
]
