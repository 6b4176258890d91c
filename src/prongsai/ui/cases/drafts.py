"""What was typed on the screens of a case and not sent yet goes with the case's personal data, whoever typed it."""

from __future__ import annotations

from prongsai.foundation.casework.models import Case
from prongsai.foundation.desk.services import drop_drafts_about

SCREENS = "case-"  # begins the name of every draft of a screen of one case


def forget(case: Case) -> None:
    """Called by casework with each case that is erased."""
    drop_drafts_about(SCREENS, case.pk)
