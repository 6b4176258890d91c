"""The product with one more page and one more job, by which the crash test writes."""

from prongsai.project.settings import *  # noqa: F403 (settings are values to take over whole)
from prongsai.project.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.slow"]
ROOT_URLCONF = "tests.slow.crash_urls"
