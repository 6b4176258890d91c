"""Sample reports of corruption in the fictional office: sealed, read and answered by the services that real ones go through."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from prongsai.foundation.typeset import Document, Heading, Paragraph, write
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.modules.corruption import keys
from prongsai.modules.corruption import services as corruption
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.reports import OpenReport, report_of
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.stripping import Bare, stripped
from prongsai.project.demo.complaints import SAMPLE, Act, Register, at

RECIPIENT = "auditor"
SAID = ("what", "names", "when", "where", "evidence")
ACTS = ("message", "reason", "result", "found", "members")


@dataclass
class SealedReports:
    """What the story's reporters and the recipient do. Nobody reads anything here without the recipient's key."""

    register: Register
    story: dict[str, Any]
    codes: dict[str, str] = field(default_factory=dict[str, str])  # by the story's names
    refs: dict[str, str] = field(default_factory=dict[str, str])  # of what these codes open, which takes time

    def acts(self) -> Iterator[Act]:
        """Everything that happens, in no order."""
        opened: date = self.register.story["sealed"]
        yield at(opened, 10), self._name_the_committee
        for raw in self.story["report"]:
            came = raw.get("on") or self.register.until - timedelta(days=raw["days_ago"])
            if came > self.register.until:
                continue
            yield at(came, 20), lambda raw=raw: self._came(raw)
            for number, step in enumerate(raw.get("acts", ())):
                on = came + timedelta(days=step["after"])
                if on <= self.register.until:
                    yield at(on, 14, number), lambda raw=raw, step=step: self._step(raw, step)
        yield at(self.register.until, 15), self._open_the_inbox

    @property
    def told(self) -> dict[str, str]:
        """The codes that visitors of the demonstration are told, to see what a reporter sees."""
        return {raw["id"]: self.codes[raw["id"]] for raw in self.story["report"] if raw.get("told")}

    # -- the office ---------------------------------------------------------------------------------------------------

    @property
    def recipient(self) -> Actor:
        return self.register.people[RECIPIENT]

    def _holder(self, login: str) -> Holder:
        return Holder.objects.get(member__user_id=self.register.people[login].user_id, ended_on=None)

    @cached_property
    def pair(self) -> Pair:
        kept = bytes(self._holder(RECIPIENT).by_passphrase)
        return keys.opened_by_passphrase(kept, self.register.passphrases[RECIPIENT])

    def _name_the_committee(self) -> None:
        self.register.name_holder(self.story["committee"], receives=False)

    def _open_the_inbox(self) -> None:
        holder = self._holder(RECIPIENT)
        corruption.unlock(
            actor=self.recipient, holder=holder, passphrase=self.register.passphrases[RECIPIENT]
        )
        corruption.lock(holder=holder)

    # -- the reports --------------------------------------------------------------------------------------------------

    def _came(self, raw: dict[str, Any]) -> None:
        said = {name: labelled(raw[name]) for name in SAID if name in raw}
        form = corruption.Submission(
            secrets.token_bytes(32),
            readers=[self._holder(RECIPIENT).pk],
            answers=corruption.Answers(said=said),
            files=[_paper(raw["paper"])] if "paper" in raw else [],
        )
        self.codes[raw["id"]] = corruption.receive(submission=form)
        self.refs[raw["id"]] = self._by_code(raw).ref

    def _by_code(self, raw: dict[str, Any]) -> Report:
        found = corruption.report_by_code(self.codes[raw["id"]])
        assert found is not None
        return found[0]

    def _step(self, raw: dict[str, Any], step: dict[str, Any]) -> None:
        if step["act"] == "reply":  # the reporter's act, with their code: nobody opens anything for it
            text = labelled(step["text"])
            corruption.reply(report=self._by_code(raw), nonce=secrets.token_bytes(32), text=text)
            return
        opened = report_of(self._holder(RECIPIENT), self.pair, self.refs[raw["id"]])
        assert opened is not None
        does = STEPS.get(step["act"], SealedReports._act)
        does(self, opened, step)

    def _act(self, opened: OpenReport, step: dict[str, Any]) -> None:
        said: dict[str, Any] = {
            name: step[name] if name == "found" else labelled(step[name]) for name in ACTS if name in step
        }
        corruption.act(actor=self.recipient, opened=opened, act=step["act"], **said)

    def _note(self, opened: OpenReport, step: dict[str, Any]) -> None:
        corruption.note(actor=self.recipient, opened=opened, text=labelled(step["text"]))

    def _share(self, opened: OpenReport, step: dict[str, Any]) -> None:
        corruption.share(actor=self.recipient, opened=opened, with_whom=[self._holder(step["with"]).pk])


STEPS: dict[str, Callable[[SealedReports, OpenReport, dict[str, Any]], None]] = {
    "note": SealedReports._note,
    "share": SealedReports._share,
}


def labelled(text: str) -> str:
    return f"{text} ({SAMPLE})"


def _paper(title: str) -> Bare:
    """A real PDF that says what it stands for and that it is a sample, as a reporter's file is kept."""
    document = Document(
        title=labelled(title),
        blocks=(
            Heading(title, level=1),
            Paragraph(f"{SAMPLE} เอกสารนี้สร้างขึ้นเพื่อสาธิตการทำงานของระบบ ไม่ใช่หลักฐานจริง"),
        ),
        moment=clock.now(),
        author=SAMPLE,
        notices=(SAMPLE,),
    )
    return stripped(write(document, "pdf"), "sample.pdf")
