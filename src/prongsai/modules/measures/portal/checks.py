"""What the verification page checks, from the same file that anybody can download: nothing stored is believed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from prongsai.foundation.files.selectors import check_files
from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.keys import public_keys
from prongsai.foundation.ledger.models import Entry, TreeHead
from prongsai.foundation.ledger.selectors import consistency_proof, latest_head
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.contracts import Period
from prongsai.modules.measures.models import ReportVersion
from prongsai.modules.measures.portal.papers import report_paper
from prongsai.modules.measures.portal.reads import Year
from prongsai.modules.measures.verify_report import NotAReport, verify_report
from prongsai.ui.caching import Store

Words = str | Promise
READ_AT_ONCE = 64 * 1024 * 1024  # bytes of attached files that one visit may make us read
FILES_HOLD = 3600  # seconds for which a file that was read is taken to be unchanged

_read_files: Store[float] = Store(2_000_000)


@dataclass(frozen=True)
class Check:
    """One thing that was checked."""

    ok: bool
    title: Words
    figure: Words
    detail: Words = ""


@dataclass(frozen=True)
class CheckedRecord:
    number: int
    title: str
    occurred_on: date
    public: bool
    measure: int
    kind: str
    statement: int
    ok: bool


@dataclass
class Verification:
    """What came out. It holds when every check is ok."""

    checks: list[Check] = field(default_factory=list[Check])
    problems: list[str] = field(default_factory=list[str])
    records: list[CheckedRecord] = field(default_factory=list[CheckedRecord])
    head: TreeHead | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return bool(self.checks) and not self.problems and all(check.ok for check in self.checks)

    @property
    def cited(self) -> int:
        return len({record.number for record in self.records})


def verify_year(organization: Organization, year: Year) -> Verification:
    """Everything that can be checked about a year's report from here."""
    started = time.perf_counter()
    found = Verification()
    try:
        paper = json.loads(report_paper(year.number, "json").data)
        result = verify_report(paper, {key.key_id: bytes(key.raw) for key in public_keys()})
    except (LookupError, ValueError, NotAReport, Entry.DoesNotExist, TreeHead.DoesNotExist) as error:
        found.problems.append(str(error))
        found.checks.append(Check(False, _("The report cannot be put together from the register"), ""))
        return found
    found.problems = list(result.problems)
    found.head = TreeHead.objects.filter(log="main", size=result.size).first()
    found.records = _records(paper, result.problems)
    found.checks = [
        _signature(result.problems),
        *([_closing(result.problems)] if year.report else []),
        _in_register(found.records),
        *_files(organization, paper),
        _only_grew(year.report),
        _dates(paper, year.plan.period),
    ]
    found.seconds = time.perf_counter() - started
    return found


def _signature(problems: Sequence[str]) -> Check:
    broken = [p for p in problems if p.startswith(("หัวบันทึก", "ลายมือชื่อรายงาน", "รายงานไม่"))]
    return Check(
        not broken,
        _("The office's signatures on the register's fingerprint and on the report are right"),
        ngettext_lazy("%(count)d signature", "%(count)d signatures", "count") % {"count": 2},
        _("Signed with the key that the office has made public"),
    )


def _closing(problems: Sequence[str]) -> Check:
    broken = [p for p in problems if p.startswith(("การปิดรายงาน", "ลายมือชื่อรายงาน"))]
    return Check(
        not broken,
        _("The report is word for word the one that was closed"),
        ngettext_lazy("%(count)d digest", "%(count)d digests", "count") % {"count": 1},
    )


def _records(paper: Mapping[str, Any], problems: Sequence[str]) -> list[CheckedRecord]:
    broken = {p.split("หลักฐานที่ ", 1)[1].split(":", 1)[0] for p in problems if "หลักฐานที่ " in p}
    return [
        CheckedRecord(
            c["entry"], c["title"], date.fromisoformat(c["occurred_on"]), c.get("visibility") == "public",
            s["measure"], s["kind"], s["number"], str(c["entry"]) not in broken,
        )
        for s in paper["statements"]
        for c in s["citations"]
    ]  # fmt: skip


def _in_register(records: Sequence[CheckedRecord]) -> Check:
    numbers = {record.number for record in records}
    good = numbers - {record.number for record in records if not record.ok}
    return Check(
        good == numbers,
        _("The evidence that the report cites stands in the register, letter by letter"),
        _of(len(good), len(numbers)),
    )


def _of(good: int, of: int) -> Words:
    return ngettext_lazy("%(good)d of %(of)d record", "%(good)d of %(of)d records", "of") % {
        "good": good,
        "of": of,
    }


def _files(organization: Organization, paper: Mapping[str, Any]) -> list[Check]:
    """The files of public records, read again unless this process did so within the hour; a share at a time."""
    named: dict[str, Mapping[str, Any]] = {}
    for statement in paper["statements"]:
        for citation in statement["citations"]:
            for file in json.loads(citation.get("payload") or "{}").get("files", ()):
                named[str(file.get("sha256"))] = file
    if not named:
        return []
    now, due, budget = time.monotonic(), [], READ_AT_ONCE
    for sha256, file in named.items():
        read_at = _read_files.get((organization.pk, sha256))
        if read_at is not None and now - read_at < FILES_HOLD:
            continue
        budget -= int(file.get("size", 0))
        if budget < 0 and due:
            break
        due.append(file)
    troubled = {trouble.sha256: trouble for trouble in check_files(due)}
    for file in due:
        if file["sha256"] not in troubled:
            _read_files.put((organization.pk, file["sha256"]), now, 100)
    return [_file_check(named, troubled, organization.pk)]


def _file_check(named: Mapping[str, Any], troubled: Mapping[str, Any], organization_id: int) -> Check:
    good = sum(_read_files.get((organization_id, sha)) is not None for sha in named if sha not in troubled)
    waiting = len(named) - good - len(troubled)
    detail: Words = ""
    if troubled:
        detail = ", ".join(trouble.name for trouble in troubled.values())
    elif waiting:
        detail = _("The others are read at the next visit")
    return Check(
        not troubled,
        _("Attached files are as they were recorded"),
        ngettext_lazy("%(good)d of %(of)d file", "%(good)d of %(of)d files", "of")
        % {"good": good, "of": len(named)},
        detail,
    )


def _only_grew(report: ReportVersion | None) -> Check:
    """From the closing (or the first head that was signed) to the latest head, by an RFC 9162 consistency proof."""
    heads = TreeHead.objects.filter(log="main").order_by("size")
    old = heads.filter(size=report.tree_size).first() if report else heads.first()
    new = latest_head()
    if old is None or new is None:
        return Check(False, _("No entry was removed or slipped in later"), "")
    try:
        proof = consistency_proof(old.size, new.size)
        grew = merkle.verify_consistency(old.size, new.size, bytes(old.root), bytes(new.root), proof)
    except LookupError:
        grew = False
    return Check(
        grew,
        _("No entry was removed or slipped in later"),
        f"{old.size} → {new.size}",
        _("Today's register continues that of the closing")
        if report
        else _("Since the first signed fingerprint"),
    )


def _dates(paper: Mapping[str, Any], period: Period) -> Check:
    """What proves or attests something happened inside the year, or is about it."""
    numbers: dict[int, bool] = {}
    for statement in paper["statements"]:
        if statement["verdict"] in {"proven", "attested"}:
            for c in statement["citations"]:
                numbers[c["entry"]] = _of_year(c, period)
    return Check(
        all(numbers.values()),
        _("The evidence that proves or attests is dated inside the fiscal year, or is about it"),
        _of(sum(numbers.values()), len(numbers)),
    )


def _of_year(citation: Mapping[str, Any], period: Period) -> bool:
    if date.fromisoformat(citation["occurred_on"]) in period:
        return True
    if not citation.get("about_start"):
        return False
    about = Period(date.fromisoformat(citation["about_start"]), date.fromisoformat(citation["about_end"]))
    return about.overlaps(period)
