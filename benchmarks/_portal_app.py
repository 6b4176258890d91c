"""The product as the benchmark serves it: beside its own addresses an empty view, and pages that are never kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prongsai.project.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

settings.ROOT_URLCONF = __name__
answering = get_wsgi_application()

from prongsai.modules.measures.portal import pages  # noqa: E402 (needs configured apps)
from prongsai.project.door import Door  # noqa: E402
from prongsai.ui.access import public  # noqa: E402

application = Door(answering)


@public
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("empty")


def made_anew(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view without its mark: made at every request."""

    @public
    def made(request: HttpRequest, **given: Any) -> HttpResponse:
        return view(request, **given)

    return made


urlpatterns = [
    path("-/empty/", empty),
    path("-/<slug:organization>/", made_anew(pages.home)),
    path("-/<slug:organization>/<int:fiscal_year>/<int:number>/", made_anew(pages.measure)),
    path("", include("prongsai.project.urls")),
]
