"""Addresses of the public figures, list and map of cases."""

from __future__ import annotations

from django.urls import URLPattern

patterns: list[URLPattern] = []
