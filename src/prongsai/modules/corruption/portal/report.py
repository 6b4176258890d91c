"""A report, one question a page. What was answered travels in the form itself, sealed; the server keeps no session.

Where the browser can, its script asks the same questions on one page and seals the answers there: then `sealed`, `key`
and `wraps` come instead of words, and this view only keeps them.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.channels.canary import is_marker, is_self_check
from prongsai.kernel.errors import InvalidInput, ProngsaiError
from prongsai.modules.corruption import conflict
from prongsai.modules.corruption.choices import FILE_BYTES, MOST_FILES
from prongsai.modules.corruption.forms import (
    AskForm,
    ConcernedForm,
    ContactForm,
    EvidenceForm,
    HumanForm,
    ReadersForm,
    SendForm,
    WhatForm,
    WhenForm,
)
from prongsai.modules.corruption.limits import Answer, sending
from prongsai.modules.corruption.models import Holder
from prongsai.modules.corruption.portal.frame import Quiet, authorities, is_answer, sum_asked
from prongsai.modules.corruption.portal.script import script_data
from prongsai.modules.corruption.selectors import (
    concerned_choices,
    label,
    named,
    open_desk,
    readers,
    receiving,
)
from prongsai.modules.corruption.services import Answers, SealedThere, Submission, receive
from prongsai.modules.corruption.stripping import ACCEPT
from prongsai.modules.corruption.tokens import Expired, read_state, sealed_state

PURPOSE = "report"
NONCE_BYTES = 32


@dataclass(frozen=True)
class Question:
    key: str
    title: Any
    hint: Any = ""


QUESTIONS = (
    Question("concerned", _("Whom is it about?"), _("Whoever is concerned, and whoever works under them by the office's list, will not get the report. Which units a deputy of the head oversees does not stand there: take the tick away from those yourself")),
    Question("readers", _("Who may read it?"), _("The report is sealed to these people. They may give it to members of a committee, never to anybody from whom you take the tick. Nobody else can open it, not even who runs this website")),
    Question("what", _("What happened?")),
    Question("when", _("When and where?"), _("Leave empty what you do not know")),
    Question("evidence", _("Is there something that shows it?"), _("Leave empty what you do not know")),
    Question("contact", _("May somebody reach you?"), _("You need not say who you are")),
    Question("send", _("Look it over, add files, send")),
)  # fmt: skip
KEYS = [question.key for question in QUESTIONS]
ASK = Question(
    "ask", _("Are they meant?"), _("You wrote a name or a post. Whoever is meant will not get the report")
)
SAID = ("names", "what", "when", "where", "evidence", "contact")


@dataclass
class State:
    """What was answered so far."""

    nonce: str = field(default_factory=lambda: secrets.token_hex(NONCE_BYTES))
    step: str = "concerned"
    said: dict[str, str] = field(default_factory=dict[str, str])
    concerned: list[str] = field(default_factory=list[str])
    not_meant: list[str] = field(default_factory=list[str])
    unwanted: list[int] = field(default_factory=list[int])
    wanted: list[int] = field(default_factory=list[int])  # outside recipients chosen though not needed
    after: str = ""  # the step that the question leads back to
    answer: int = 0  # of the question that a machine does not answer
    sealed: dict[str, Any] = field(default_factory=dict[str, Any])

    def token(self) -> str:
        return sealed_state(self.__dict__, PURPOSE)

    @classmethod
    def of(cls, token: str) -> State:
        said = read_state(token, PURPOSE)
        said.pop("age")
        return cls(**said)


class Report(Quiet):
    """GET begins anew, POST goes on with what the form carries."""

    state: State

    @cached_property
    def holders(self) -> list[Holder]:
        return receiving()

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        return concerned_choices(self.organization)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if open_desk() is None or not self.holders:
            return self.nobody()
        self.state = State()
        return self.ask("concerned", beginning=True)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if open_desk() is None or not self.holders:
            return self.nobody()
        try:
            self.state = State.of(request.POST.get("state", ""))
        except (Expired, TypeError) as error:
            return self.page("expired", problem=str(error), status=400)
        if self.state.step == "human":
            return self._human()
        if request.POST.get("sealed"):
            return self._from_browser()
        if request.POST.get("go") == "back" or "to" in request.POST:
            return self._elsewhere()
        return getattr(self, f"_{self.state.step}", self._nowhere)()

    def _nowhere(self) -> HttpResponse:
        return self.page("expired", problem=gettext("Begin again"), status=400)

    # --- the steps ---

    def _concerned(self) -> HttpResponse:
        form = self.form("concerned", self.request.POST)
        if not form.is_valid():
            return self.ask("concerned", form)
        self.state.concerned = [*form.cleaned_data["concerned"], *self._people()]
        self.state.said["names"] = form.cleaned_data["names"]
        return self._meant("concerned") or self._readable("readers")

    def _people(self) -> list[str]:
        """Recipients who were named by name before stay excluded when the ticks change."""
        return [key for key in self.state.concerned if key.startswith("reader:")]

    def _meant(self, after: str) -> HttpResponse | None:
        """The question whether those are meant whose names stand in the text; None when there is nobody to ask about."""
        return self.ask("ask", after=after) if self._open_names() else None

    def _open_names(self) -> list[str]:
        text = f"{self.state.said.get('names', '')}\n{self.state.said.get('what', '')}"
        known = {*self.state.concerned, *self.state.not_meant}
        return [key for key in conflict.named_in(text, named(self.holders)) if key not in known]

    def _ask(self) -> HttpResponse:
        asked = self._open_names()
        form = self.form("ask", self.request.POST)
        if not form.is_valid():
            return self.ask("ask", form, after=self.state.after)
        for key in asked:
            meant = form.cleaned_data[AskForm.name_of(key)] == "yes"
            (self.state.concerned if meant else self.state.not_meant).append(key)
        return self._readable("readers" if self.state.after == "concerned" else "when")

    def _readable(self, following: str) -> HttpResponse:
        """On to the next step, when somebody is left who may read it."""
        return self.ask(following) if self.able() else self._no_reader()

    def _no_reader(self) -> HttpResponse:
        self.state.step = "readers"
        return self.page(
            "nobody",
            authorities=authorities(),
            reason=gettext(
                "Everybody who receives reports here is concerned, or works under somebody who is"
            ),
            state=self.state.token(),
        )

    def able(self) -> list[conflict.Reader]:
        """Those who may read it by the rule: inside the office, or outside when nobody inside is left."""
        return conflict.readers_of(readers(self.holders), self.state.concerned)

    def _offered(self) -> list[Holder]:
        """Those among whom the reporter chooses: who may read it, and the outside recipient always."""
        able = {reader.id for reader in self.able()}
        return [holder for holder in self.holders if holder.pk in able or holder.is_outside]

    def chosen(self) -> list[int]:
        """Who gets it: the rule's answer without the unwanted, and outside recipients who were ticked."""
        by_rule = [reader.id for reader in self.able() if reader.id not in self.state.unwanted]
        return sorted({*by_rule, *self.state.wanted})

    def _readers(self) -> HttpResponse:
        form = self.form("readers", self.request.POST)
        if not form.is_valid():
            return self.ask("readers", form)
        ticked = {int(pk) for pk in form.cleaned_data["readers"]}
        able = {reader.id for reader in self.able()}
        self.state.unwanted = sorted(able - ticked)
        self.state.wanted = sorted(ticked - able)
        return self.ask("what")

    def _what(self) -> HttpResponse:
        return self._words("what", "when", then=self._meant)

    def _when(self) -> HttpResponse:
        return self._words("when", "evidence")

    def _evidence(self) -> HttpResponse:
        return self._words("evidence", "contact")

    def _contact(self) -> HttpResponse:
        return self._words("contact", "send")

    def _words(self, step: str, following: str, then: Any = None) -> HttpResponse:
        form = self.form(step, self.request.POST)
        if not form.is_valid():
            return self.ask(step, form)
        for name in SAID:
            if name in form.cleaned_data:
                self.state.said[name] = form.cleaned_data[name]
        if form.cleaned_data.get("known") == "no":
            self.state.said["contact"] = ""
        return (then(step) if then else None) or self._readable(following)

    def _elsewhere(self) -> HttpResponse:
        """Back, or to a question that is to be answered again; what was typed here is kept as it is."""
        for name in SAID:
            if name in self.request.POST:
                self.state.said[name] = self.request.POST[name]
        wanted = self.request.POST.get("to", "")
        if wanted not in KEYS:
            at = (
                KEYS.index(self.state.step)
                if self.state.step in KEYS
                else KEYS.index(self.state.after or "concerned") + 1
            )
            wanted = KEYS[max(0, at - 1)]
        return self.ask(wanted)

    # --- sending ---

    def _from_browser(self) -> HttpResponse:
        posted = self.request.POST
        try:
            wraps, keys = (json.loads(posted.get(name, "{}")) for name in ("wraps", "keys"))
            self.state.sealed = {
                "content": posted["sealed"],
                "key": posted.get("key", ""),
                "wraps": {str(int(pk)): str(wrapped) for pk, wrapped in wraps.items()},
                "keys": {str(int(pk)): str(key) for pk, key in keys.items()},
            }
        except (ValueError, AttributeError):
            return self._nowhere()
        return self._send()

    def _send(self) -> HttpResponse:
        # The limit is asked first: baring a file takes memory and time. A self-check has the places of those who answer.
        if sending.ask(self.stranger, answered=self._is_check) is not Answer.YES:
            return self._question(had_files=self.had_files)
        files, wrong = self.files()
        if wrong:
            return self.ask("send", problems=wrong)
        return self._receive(files)

    @property
    def _what_was_told(self) -> str:
        """Empty for what was sealed in the browser."""
        return "" if self.state.sealed else self.state.said.get("what", "")

    @cached_property
    def _is_check(self) -> bool:
        """Asked once a request: a mark that grows too old meanwhile does not turn a check into a report."""
        return is_self_check(self._what_was_told) and is_marker(self._what_was_told)

    def _receive(self, files: list[Any]) -> HttpResponse:
        if is_self_check(self._what_was_told) and not self._is_check:
            return self._nowhere()  # its mark is too old, or another office's
        try:
            code = receive(submission=self._submission(files), is_check=self._is_check)
        except InvalidInput as error:
            if self.state.sealed and error.field not in {"files"}:  # the same again would be refused again
                return self.page("expired", problem=str(error), status=400)
            step = {"what": "what", "readers": "readers"}.get(error.field, "send")
            return self.ask(step, problems=[str(error)])
        except ProngsaiError as error:
            return self.ask("send", problems=[str(error)])
        sealed_there = bool(self.state.sealed)
        return self.page("receipt", code=code, sealed_there=sealed_there, outside=self._only_outside())

    def _submission(self, files: list[Any]) -> Submission:
        nonce = bytes.fromhex(self.state.nonce)
        if self.state.sealed:
            return Submission(nonce, readers=(), sealed=self._sealed(), files=files)
        titles = dict(self.choices)
        people = {f"reader:{holder.pk}": label(holder) for holder in self.holders}
        answers = Answers(
            said=self.state.said,
            concerned=self.state.concerned,
            labels=[titles.get(key) or people.get(key, key) for key in self.state.concerned],
            unwanted=self.state.unwanted,
            language=get_language() or "th",
        )
        return Submission(nonce, readers=self.chosen(), answers=answers, files=files)

    def _sealed(self) -> SealedThere:
        sealed = self.state.sealed
        try:
            return SealedThere(
                public=b64decode(sealed["key"]),
                content=b64decode(sealed["content"]),
                wraps={int(pk): b64decode(wrapped) for pk, wrapped in sealed["wraps"].items()},
                keys={int(pk): key for pk, key in sealed["keys"].items()},
            )
        except ValueError as error:
            refused = gettext("What was sealed did not come whole. Send it again")
            raise InvalidInput(refused, field="sealed") from error

    def _only_outside(self) -> str:
        """The outside recipient's name, when nobody inside the office reads the report."""
        prints = self.state.sealed.get("keys", {})  # only a reader's own names their key: sealing.js
        sealed_to = {holder.pk for holder in self.holders if prints.get(str(holder.pk)) == holder.fingerprint}
        chosen = sealed_to or set(self.chosen())
        names = [holder.name for holder in self.holders if holder.is_outside and holder.pk in chosen]
        return names[0] if names and len(chosen) == 1 else ""

    # --- the question in a flood ---

    def _question(self, *, had_files: bool = False, problem: str = "", status: int = 429) -> HttpResponse:
        asked, self.state.answer = sum_asked()
        self.state.step = "human"
        form = HumanForm()
        context = {"asked": asked, "form": form, "problem": problem, "had_files": had_files}
        return self.page("human", status, state=self.state.token(), accept=ACCEPT, **context)

    def _human(self) -> HttpResponse:
        if not is_answer(self.request.POST.get("answer", ""), self.state.answer):
            return self._question(
                problem=gettext("The answer is not right"), had_files=self.had_files, status=200
            )
        if sending.ask(self.stranger, answered=True) is not Answer.YES:
            problem = gettext(
                "Very many are sending just now. Wait a minute, then press the button again. Nothing is lost"
            )
            return self._question(problem=problem, had_files=self.had_files)
        files, wrong = self.files()
        if wrong:
            return self._question(problem=" ".join(wrong), status=200)
        return self._receive(files)

    # --- pages ---

    def form(self, step: str, data: Any = None) -> Any:
        given = [data] if data is not None else []
        said = self.state.said
        match step:
            case "concerned":
                initial = {"concerned": self.state.concerned, "names": said.get("names", "")}
                return ConcernedForm(*given, choices=self.choices, initial=initial)
            case "readers":
                choices = [(str(holder.pk), label(holder)) for holder in self._offered()]
                return ReadersForm(
                    *given, choices=choices, initial={"readers": [str(pk) for pk in self.chosen()]}
                )
            case "ask":
                titles = dict(self._askable())
                return AskForm(
                    *given, asked=[(key, titles[key]) for key in self._open_names() if key in titles]
                )
            case "contact":
                known = "yes" if said.get("contact") else "no"
                return ContactForm(*given, initial={"known": known, "contact": said.get("contact", "")})
            case "send":
                return SendForm(*given)
            case _:
                kinds: dict[str, Any] = {"what": WhatForm, "when": WhenForm, "evidence": EvidenceForm}
                return kinds[step](*given, initial=said)

    def _askable(self) -> Iterator[tuple[str, str]]:
        """Everybody about whom it can be asked whether they are meant."""
        yield from self.choices
        yield from (
            (f"reader:{holder.pk}", label(holder)) for holder in self.holders if not holder.is_outside
        )

    def ask(
        self, step: str, form: Any = None, *, after: str = "", beginning: bool = False, problems: Any = ()
    ) -> HttpResponse:
        self.state.step, self.state.after = step, after
        question = ASK if step == "ask" else QUESTIONS[KEYS.index(step)]
        at = KEYS.index(after or step) + 1
        return self.page(
            "question",
            question=question,
            form=form or self.form(step),
            problems=problems,
            at=at,
            of=len(KEYS),
            bars=range(1, len(KEYS) + 1),
            is_first=step == "concerned",
            state=self.state.token(),
            script=self._for_the_script() if beginning else None,
            summary=self._summary() if step == "send" and not self.state.sealed else None,
            sealed_there=bool(self.state.sealed),
            accept=ACCEPT,
            most=MOST_FILES,
            megabytes=FILE_BYTES >> 20,
            outside=self._only_outside() if step in {"readers", "send"} else "",
        )

    def _summary(self) -> list[tuple[str, Any, str]]:
        """What was answered: the question's key, its title, and the words."""
        titles = dict(self._askable())
        chosen = set(self.chosen())
        said = self.state.said
        told = {
            "concerned": "\n".join(
                [*(titles.get(key, key) for key in self.state.concerned), said.get("names", "")]
            ),
            "readers": "\n".join(label(holder) for holder in self.holders if holder.pk in chosen),
            "when": "\n".join(filter(None, (said.get("when"), said.get("where")))),
            "contact": said.get("contact") or gettext("Stay unknown"),
        }
        return [(q.key, q.title, told.get(q.key, said.get(q.key, "")).strip()) for q in QUESTIONS[:-1]]

    def _for_the_script(self) -> dict[str, Any]:
        """All questions at once, and what the script needs to seal by the same rule."""
        askable = list(self._askable())
        known = named(self.holders)
        words = {each.key for each in known}
        forms: dict[str, Any] = {q.key: self.form(q.key) for q in QUESTIONS if q.key != "readers"}
        forms["readers"] = ReadersForm(choices=[(str(h.pk), label(h)) for h in self.holders])
        forms["ask"] = AskForm(asked=[(key, title) for key, title in askable if key in words])
        data = script_data(self.holders, readers(self.holders), known, dict(askable))
        return {"questions": [(q, forms[q.key]) for q in (*QUESTIONS, ASK)], "data": data}
