"""Where an installation keeps its data: PRONGSAI_HOME (default ./var)."""

import os
from pathlib import Path


def home() -> Path:
    """The data folder: database, evidence files, signing keys, logs."""
    return Path(os.environ.get("PRONGSAI_HOME", "var")).absolute()
