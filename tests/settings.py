"""The product's settings with a data folder of the tests' own and quick password hashing."""

import os
from pathlib import Path

os.environ.setdefault("PRONGSAI_HOME", str(Path(__file__).parent.parent / "var" / "test"))
os.environ.setdefault("PRONGSAI_STATIC_FINDERS", "true")

from prongsai.project.settings import *  # noqa: F403 (settings are values to take over whole)

PRODUCT_PASSWORD_HASHERS = PASSWORD_HASHERS  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
