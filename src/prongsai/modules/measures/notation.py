"""How a proof is written down: a short notation that people can read, and what it means.

    fact(meeting_held, about=service)                     a fact of that kind about that thing
    fact(circular_acknowledged, about=x, share>=0.9)      … acknowledged by nine in ten
    fact(circular_acknowledged, about=x, by=every unit)   … by every unit of the organization
    fact(announcement_sent, about=x, channels>=4)         … over at least four channels
    fact(participation_held, min=2)                       … at least twice
    indicator(feedback.received >= 1)                     a number read from records against a threshold
    indicator(surveys.service_satisfaction = highest, needs=mean+sample+scale)
    indicator(ita.result = pass, rule=of that year)
    indicator(assets.missing = 0 or reported)             … or the shortfall was reported (fact shortfall_reported)
    ratio(services.with_manual = 1)                       "every service": value divided by denominator
    figure(services.manuals = 22)                         a figure in the wording against its indicator
    zero(topics=service+assets) / zero(topics=all)        a count of zero, with the channels open
    alive(about=service_manual)                           a page or channel found working
    entry(214)                                            that very record, picked from the register
    attest()                                              somebody's word, with name and paper

Several terms are separated by `;`. Windows: `inside`, `at end`, `about -90..+45`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.translation import gettext as _

from prongsai.kernel.contracts import Topic, Window, WindowKind
from prongsai.kernel.errors import InvalidInput

NAMES = ("fact", "indicator", "ratio", "figure", "zero", "alive", "entry", "attest")
LEVELS = ("lowest", "low", "middle", "high", "highest")
WORDS = (*LEVELS, "pass")
FACT_OPTIONS = {"about", "min", "channels", "share", "by"}
# A paper is dated at most a quarter before the year it is about; an assessment's result comes within the year after.
LONGEST_BEFORE, LONGEST_AFTER = 120, 366
NEEDS = {"mean", "sample", "scale"}
LONGEST_TERM = 300  # letters

_TERM = re.compile(r"^(?P<name>[a-z]+)\((?P<body>.*)\)$")
_COMPARISON = re.compile(
    r"^(?P<key>[a-z_]+\.[a-z_]+)(?:\(about=(?P<about>[a-z_]+)\))?\s*(?P<op>>=|<=|=|>|<)\s*(?P<value>[a-z0-9.]+)"
    r"(?P<reported> or reported)?$"
)
_OPTION = re.compile(r"^(?P<name>[a-z]+)\s*(?P<op>>=|=)\s*(?P<value>.+)$")
_WINDOW = re.compile(r"^about(?: period)?,? -(?P<before>\d{1,3})\.\.\+(?P<after>\d{1,3})(?: days)?$")


@dataclass(frozen=True)
class ProofTerm:
    """One term. `key` is the fact kind or the indicator; `threshold` a number or a word such as `highest`.

    `entry` is the number of the one record that is meant, 0 for any.
    """

    name: str
    key: str = ""
    about: str = ""
    operator: str = ""
    threshold: Decimal | str | None = None
    minimum: int = 1
    channels: int = 0
    share: Decimal | None = None
    every_unit: bool = False
    or_reported: bool = False
    needs: frozenset[str] = frozenset()
    topics: frozenset[Topic] = frozenset()  # empty means all
    entry: int = 0
    window: Window = field(default_factory=Window)


def parse_window(text: str) -> Window:
    """Raises InvalidInput for anything but `inside`, `at end` and `about -B..+A`."""
    if text == "inside":
        return Window()
    if text in {"at end", "at_end"}:
        return Window(WindowKind.AT_END)
    found = _WINDOW.match(text)
    if not found:
        raise InvalidInput(_("The period %(text)s is not known") % {"text": f"{text!r}"}, field="window")
    before, after = int(found["before"]), int(found["after"])
    if before > LONGEST_BEFORE or after > LONGEST_AFTER:
        raise InvalidInput(
            _("The period %(text)s is too wide: evidence of another year could prove this one")
            % {"text": f"{text!r}"},
            field="window",
        )
    return Window(WindowKind.ABOUT, before, after)


def format_window(window: Window) -> str:
    """The notation of `window`; `parse_window` reads it back."""
    if window.kind is WindowKind.ABOUT:
        return f"about -{window.before}..+{window.after}"
    return "at end" if window.kind is WindowKind.AT_END else "inside"


def parse_terms(text: str, *, window: Window | None = None) -> list[ProofTerm]:
    """Every term of a `;`-separated list. Raises InvalidInput naming the term that cannot be read."""
    return [parse_term(part.strip(), window=window) for part in text.split(";") if part.strip()]


def parse_term(text: str, *, window: Window | None = None) -> ProofTerm:
    """One term. Raises InvalidInput when it cannot be read."""
    return _parsed(text, window or Window())


@lru_cache(4096)
def _parsed(text: str, window: Window) -> ProofTerm:
    if len(text) > LONGEST_TERM:
        raise _unreadable(f"{text[:60]}…")
    found = _TERM.match(text)
    if text.startswith("fact(") and found:
        return _fact(found["body"], window)
    if not found or found["name"] not in NAMES:
        raise _unreadable(text)
    name, body = found["name"], found["body"].strip()
    if name == "attest":
        if body:
            raise _unreadable(text)
        return ProofTerm(name, window=window)
    if name == "entry":
        if not re.fullmatch("[1-9][0-9]{0,14}", body):
            raise _unreadable(text)
        return ProofTerm(name, entry=int(body), window=window)
    if name == "zero":
        return ProofTerm(name, key="complaints.received", topics=_topics(body, text), window=window)
    if name == "alive":
        return ProofTerm(name, key="page_alive", about=_option(body, "about", text), window=window)
    return _comparison(name, body, window, text)


def _fact(body: str, window: Window) -> ProofTerm:
    kind, *options = [part.strip() for part in body.split(",")]
    if not re.fullmatch("[a-z_]+", kind):
        raise _unreadable(f"fact({body})")
    values: dict[str, str] = {}
    for option in options:
        found = _OPTION.match(option)
        if not found or found["name"] not in FACT_OPTIONS or found["name"] in values:
            raise _unreadable(f"fact({body})")
        values[found["name"]] = found["value"]
    if values.get("by", "every unit") != "every unit":
        raise _unreadable(f"fact({body})")
    return ProofTerm(
        "fact",
        key=kind,
        about=values.get("about", ""),
        minimum=int(_number(values.get("min", "1"), body)),
        channels=int(_number(values.get("channels", "0"), body)),
        share=_number(values["share"], body) if "share" in values else None,
        every_unit="by" in values,
        window=window,
    )


def _comparison(name: str, body: str, window: Window, text: str) -> ProofTerm:
    comparison, *options = [part.strip() for part in body.split(",")]
    found = _COMPARISON.match(comparison)
    if not found:
        raise _unreadable(text)
    value = found["value"]
    threshold = value if value in WORDS else _number(value, text)
    if value in WORDS and name != "indicator":
        raise _unreadable(text)
    needs: frozenset[str] = frozenset()
    topics: frozenset[Topic] = frozenset()
    for option in options:
        key, _equals, setting = option.partition("=")
        if key == "needs" and set(setting.split("+")) <= NEEDS:
            needs = frozenset(setting.split("+"))
        elif key == "topics":
            topics = _topics(option, text)
        elif (key, setting) != ("rule", "of that year"):
            raise _unreadable(text)
    return ProofTerm(
        name,
        key=found["key"],
        about=found["about"] or "",
        operator=found["op"],
        threshold=threshold,
        or_reported=bool(found["reported"]),
        needs=needs,
        topics=topics,
        window=window,
    )


def _topics(body: str, text: str) -> frozenset[Topic]:
    value = _option(body, "topics", text)
    if value == "all":
        return frozenset()
    try:
        return frozenset(Topic(part) for part in value.split("+"))
    except ValueError:
        raise _unreadable(text) from None


def _option(body: str, name: str, text: str) -> str:
    found = re.fullmatch(rf"{name}=([a-z_+]+)", body.strip())
    if not found:
        raise _unreadable(text)
    return found[1]


def _number(text: str, whole: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _unreadable(whole) from None
    if not value.is_finite():
        raise _unreadable(whole)
    return value


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(_("The bound proof cannot be read: %(text)s") % {"text": text}, field="proofs")
