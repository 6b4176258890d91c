"""The product's addresses and those of the sample screens."""

from __future__ import annotations

from django.urls import include, path

from tests.kit import screens

urlpatterns = [
    path("<slug:organization>/work/kit/units/", screens.Units.as_view(), name="kit-units"),
    path("<slug:organization>/work/kit/units/new/", screens.NewUnit.as_view(), name="kit-new"),
    path("<slug:organization>/work/kit/units/<int:unit>/", screens.UnitPage.as_view(), name="kit-unit"),
    path("<slug:organization>/work/kit/units/<int:unit>/away/", screens.Retire.as_view(), name="kit-retire"),
    path("<slug:organization>/work/kit/setup/", screens.SetUp.as_view(), name="kit-setup"),
    path("<slug:organization>/work/kit/board/", screens.Board.as_view(), name="kit-board"),
    path("", include("prongsai.project.urls")),
]

handler403 = "prongsai.ui.errors.forbidden"
handler404 = "prongsai.ui.errors.not_found"
handler500 = "prongsai.ui.errors.server_error"
