"""Addresses of the measures' public pages."""

from __future__ import annotations

from django.urls import include, path

from prongsai.modules.measures.backoffice import addresses, plan_urls
from prongsai.modules.measures.portal import evidence, pages, papers, verify

urlpatterns = [
    path("", pages.organizations, name="organizations"),
    path("<slug:organization>/", pages.home, name="home"),
    path("<slug:organization>/measures/", pages.latest, {"name": "year"}, name="latest-year"),
    path("<slug:organization>/verify/", pages.latest, {"name": "verify"}, name="latest-verify"),
    path("<slug:organization>/measures/<int:fiscal_year>/", pages.year, name="year"),
    path("<slug:organization>/measures/<int:fiscal_year>/<int:number>/", pages.measure, name="measure"),
    path("<slug:organization>/measures/<int:fiscal_year>/report.<slug:format>", papers.report, name="report"),
    path(
        "<slug:organization>/measures/<int:fiscal_year>/announcement.<slug:format>",
        papers.announcement,
        name="announcement",
    ),
    path("<slug:organization>/evidence/", evidence.find_record, name="find-record"),
    path("<slug:organization>/evidence/<int:number>/", evidence.record, name="record"),
    path("<slug:organization>/verify/<int:fiscal_year>/", verify.verify, name="verify"),
    path("<slug:organization>/verify/file/", verify.verify_file, name="verify-file"),
    path("<slug:organization>/heads/", evidence.heads, name="heads"),
    path("<slug:organization>/heads/latest.json", evidence.latest_head_json, name="latest-head"),
    path("<slug:organization>/heads/<int:size>.json", evidence.head_json, name="head"),
    path("<slug:organization>/key.pem", evidence.key_pem, name="key"),
    path("<slug:organization>/work/plan/", include(plan_urls)),
    *addresses.patterns,
]
