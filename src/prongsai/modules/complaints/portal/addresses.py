"""Addresses of the pages on which citizens write and follow their cases."""

from __future__ import annotations

from django.urls import URLPattern

patterns: list[URLPattern] = []
