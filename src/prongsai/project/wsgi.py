"""The web application as the server loads it."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prongsai.project.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import connections  # noqa: E402 (the application first)
from django.urls import get_resolver  # noqa: E402

from prongsai.kernel.registry import registry  # noqa: E402
from prongsai.project.checks import require_safe_database  # noqa: E402

require_safe_database()  # as superuser, as owner or without row-level security nothing is served
connections.close_all()

# All of the program is loaded before the first request, and never looked through for garbage again: that would
# hold up one request in a few dozen for a tenth of a second.
get_resolver().url_patterns  # noqa: B018 (loads the views)
registry()
gc.collect()
gc.freeze()
