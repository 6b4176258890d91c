"""Every address of the installation: each module brings its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from prongsai.kernel.registry import module_names
from prongsai.project import api


def module_patterns() -> list[URLPattern | URLResolver]:
    """The `urls.py` of every module that has one, by the module's name."""
    names = [f"prongsai.modules.{name}.urls" for name in module_names()]
    return [path("", include(import_module(name))) for name in names if find_spec(name)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include(api.patterns())),
    path("", include("prongsai.ui.urls")),
    *module_patterns(),
]

handler403 = "prongsai.ui.errors.forbidden"
handler404 = "prongsai.ui.errors.not_found"
handler500 = "prongsai.ui.errors.server_error"
