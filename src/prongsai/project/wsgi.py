"""The web application as the server loads it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prongsai.project.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import connections  # noqa: E402 (the application first)

from prongsai.project.checks import require_safe_database  # noqa: E402

require_safe_database()  # as superuser, as owner or without row-level security nothing is served
connections.close_all()
