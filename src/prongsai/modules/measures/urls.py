"""Addresses of the measures' public pages."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.measures.portal import pages

urlpatterns = [
    path("", pages.organizations, name="organizations"),
    path("<slug:organization>/", pages.home, name="home"),
    path("<slug:organization>/measures/<int:fiscal_year>/", pages.year, name="year"),
    path("<slug:organization>/measures/<int:fiscal_year>/<int:number>/", pages.measure, name="measure"),
]
