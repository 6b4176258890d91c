"""Addresses of complaints: the citizens' pages, the public figures, the workspace."""

from __future__ import annotations

from prongsai.modules.complaints.backoffice import addresses as backoffice
from prongsai.modules.complaints.portal import addresses as portal
from prongsai.modules.complaints.portal import figures_addresses as figures

urlpatterns = [*portal.patterns, *figures.patterns, *backoffice.patterns]
