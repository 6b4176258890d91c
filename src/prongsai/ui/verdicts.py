"""How the workspace says the four verdicts; the words are fixed everywhere."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import Verdict

VERDICTS: dict[Verdict, str | Promise] = {
    Verdict.PROVEN: _("Proven"),
    Verdict.ATTESTED: _("Attested by an officer"),
    Verdict.UNPROVEN: _("No evidence yet"),
    Verdict.CONTRADICTED: _("Records disagree"),
}


def verdict_word(verdict: str) -> str:
    """The words of a verdict or of its key."""
    return str(VERDICTS[Verdict(verdict)])
