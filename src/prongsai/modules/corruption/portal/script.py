"""What the script of the report's page is given, so that the browser asks and seals by the rule that the server has."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, gettext

from prongsai.modules.corruption.choices import LONGEST
from prongsai.modules.corruption.conflict import Named, Reader, plain
from prongsai.modules.corruption.forms import AskForm
from prongsai.modules.corruption.models import Holder


def script_data(
    holders: Sequence[Holder], rule: Iterable[Reader], named: Iterable[Named], labels: Mapping[str, str]
) -> dict[str, Any]:
    """The recipients with their public keys and what excludes them, the names to ask about, and the page's words."""
    out = {reader.id: sorted(reader.out_by) for reader in rule}
    return {
        "readers": [
            {
                "id": holder.pk,
                "key": b64encode(holder.public).decode(),
                "print": holder.fingerprint,
                "out": out[holder.pk],
                "outside": holder.is_outside,
                "name": holder.name,
            }
            for holder in holders
        ],
        "named": [
            {"key": each.key, "name": AskForm.name_of(each.key), "words": [plain(w) for w in each.words if w]}
            for each in named
        ],
        "labels": labels,
        "language": get_language() or "th",
        "most": LONGEST,
        "said": _said(),
    }


def _said() -> dict[str, str]:
    return {
        "on": gettext("Go on"),
        "back": gettext("Go back"),
        "send": gettext("Seal and send"),
        "change": gettext("Change"),
        "unknown": gettext("Stay unknown"),
        "at": gettext("Question {at} of {of}"),
        "where": gettext(
            "Your answers stay in this browser, until they are sealed. Closing the page throws them away"
        ),
        "each": gettext("Choose one for each"),
        "reader": gettext("Leave the tick at one at least, or nobody can read it"),
        "what": gettext("Tell what happened"),
        "long": gettext("The text is too long: at most {most} letters"),
        "failed": gettext(
            "It could not be sent just now. Everything that you typed is still here: press the button again"
        ),
        "changed": gettext(
            "The people who receive reports have changed since you opened the page. Look at who reads yours, then go on"
        ),
        "outside": gettext(
            "Nobody in the office reads this report. It is sealed to %(outside)s alone, who fetch it. They answer by the contact that you leave, not by the code"
        )
        % {"outside": "{name}"},
        "contact": gettext("Write how you can be reached, or choose to stay unknown"),
    }
