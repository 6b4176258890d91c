"""Addresses of the workspace's screens of complaints."""

from __future__ import annotations

from django.urls import URLPattern

patterns: list[URLPattern] = []
