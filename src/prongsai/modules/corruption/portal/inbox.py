"""The reporter's inbox: opened by the code, for as long as the page lies open. No account, no session, no cookie."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from prongsai.kernel.errors import InvalidInput
from prongsai.modules.corruption.forms import CodeForm, HumanForm, ReplyForm
from prongsai.modules.corruption.limits import Answer, asking, sending
from prongsai.modules.corruption.models import Report
from prongsai.modules.corruption.portal.frame import Quiet, is_answer, sum_asked
from prongsai.modules.corruption.reports import reporter_events
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.services import reply, report_by_code
from prongsai.modules.corruption.stripping import ACCEPT
from prongsai.modules.corruption.tokens import TICKET_LIVES, Expired, read_state, sealed_state
from prongsai.modules.corruption.workflow import FLOW

TICKET, QUESTION = "ticket", "question"


class Inbox(Quiet):
    """GET asks for the code; POST opens with it, or adds a message by the ticket that the open page carries."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page("code", form=CodeForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._by_ticket() if "ticket" in request.POST else self._by_code()

    # --- the code ---

    def _by_code(self) -> HttpResponse:
        form = CodeForm(self.request.POST)
        if not form.is_valid():
            return self.page("code", form=form)
        answered = self._answered()
        answer = asking.ask(self.stranger, answered=answered)
        if answer is not Answer.YES:
            return self._question(form, waits=answer is Answer.WAIT)
        found = report_by_code(form.cleaned_data["code"])
        if found is None:
            form.add_error("code", gettext("There is nothing under this code. Check the digits"))
            return self.page("code", form=form)
        return self._open(*found)

    def _answered(self) -> bool:
        try:
            wanted = read_state(self.request.POST.get("question", ""), QUESTION)["answer"]
        except (Expired, KeyError):
            return False
        return is_answer(self.request.POST.get("answer", ""), wanted)

    def _question(self, form: CodeForm, *, waits: bool) -> HttpResponse:
        asked, answer = sum_asked()
        problem = (
            gettext("Very many are trying just now. Wait a minute, then press the button again")
            if waits
            else ""
        )
        token = sealed_state({"answer": answer}, QUESTION)
        return self.page(
            "code", 429, form=form, human=HumanForm(), asked=asked, question=token, problem=problem
        )

    # --- the conversation ---

    def _by_ticket(self) -> HttpResponse:
        try:
            said = read_state(self.request.POST["ticket"], TICKET, TICKET_LIVES)
            report = Report.objects.get(pk=said["report"], erased=False)
            pair = Pair.of(b64decode(said["key"]))
        except (Expired, KeyError, Report.DoesNotExist):
            problem = gettext("The page was open for too long. Open your inbox with the code again")
            return self.page("code", form=CodeForm(), problem=problem)
        return self._reply(report, pair, str(said["nonce"]))

    def _reply(self, report: Report, pair: Pair, nonce: str) -> HttpResponse:
        form = ReplyForm(self.request.POST)
        if not form.is_valid():
            return self._open(report, pair, form=form)
        if sending.ask(self.stranger, answered=True) is not Answer.YES:
            problem = gettext(
                "Very many are sending just now. Wait a minute, then press the button again. Nothing is lost"
            )
            return self._open(report, pair, form=form, problems=[problem], status=429)
        files, wrong = self.files()  # after the limit: baring a file takes memory and time
        if wrong:
            return self._open(report, pair, form=form, problems=wrong)
        try:
            reply(report=report, nonce=bytes.fromhex(nonce), text=form.cleaned_data["text"], files=files)
        except InvalidInput as error:
            form.add_error("text" if error.field == "text" else None, str(error))
            return self._open(report, pair, form=form)
        return self._open(report, pair, sent=True)

    def _open(
        self,
        report: Report,
        pair: Pair,
        *,
        form: Any = None,
        problems: Any = (),
        sent: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        events = reporter_events(report, pair)
        state = next((str(e.said["state"]) for e in reversed(events) if "state" in e.said), FLOW.initial)
        ticket = {
            "report": report.pk,
            "key": b64encode(pair.secret).decode(),
            "nonce": secrets.token_hex(16),
        }
        return self.page(
            "inbox",
            status,
            events=[
                (event, FLOW.state(event.said["state"]) if "state" in event.said else None)
                for event in events
            ],
            state=FLOW.state(state),
            form=form or ReplyForm(),
            problems=problems,
            sent=sent,
            ticket=sealed_state(ticket, TICKET),
            accept=ACCEPT,
        )
