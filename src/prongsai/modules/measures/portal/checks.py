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
from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.keys import public_keys
from prongsai.foundation.ledger.models import Entry, PublicKey, TreeHead
from prongsai.foundation.ledger.selectors import (
    citation_proofs,
    consistency_proof,
    disclosed_fields,
    latest_head,
)
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.contracts import Actor, Period
from prongsai.modules.measures.evidence import Fact
from prongsai.modules.measures.papers.record import citation_json, report_json
from prongsai.modules.measures.portal.reads import Year
from prongsai.modules.measures.selectors import citation_of, with_proofs
from prongsai.modules.measures.verify_report import NotAReport, verify_report
from prongsai.ui.caching import Store

Words = str | Promise
UNSIGNED = "ลายมือชื่อรายงาน"
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
    ok: bool
    uses: list[tuple[int, str, int]] = field(
        default_factory=list[tuple[int, str, int]]
    )  # measure, kind, number


@dataclass
class Verification:
    """What came out. It holds when every check is ok."""

    checks: list[Check] = field(default_factory=list[Check])
    problems: list[str] = field(default_factory=list[str])
    records: list[CheckedRecord] = field(default_factory=list[CheckedRecord])
    head: TreeHead | None = None
    keys: list[PublicKey] = field(default_factory=list[PublicKey])
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return bool(self.checks) and not self.problems and all(check.ok for check in self.checks)

    @property
    def cited(self) -> int:
        return len(self.records)


def verify_year(organization: Organization, year: Year) -> Verification:
    """Everything that can be checked about a year's report from here, against what was signed."""
    started = time.perf_counter()
    found = Verification()
    try:
        found.head = _covering_head(year)
        found.keys = public_keys()
        paper = _paper(organization, year, found.head)
        result = verify_report(paper, {key.key_id: bytes(key.raw) for key in found.keys})
    except (LookupError, ValueError, NotAReport, Entry.DoesNotExist) as error:
        found.problems.append(str(error))
        found.checks.append(Check(False, _("The report cannot be put together from the register"), ""))
        return found
    # A report's own signature is made when its file is printed; here the register itself is looked at.
    found.problems = [p for p in result.problems if not p.startswith(UNSIGNED)] + _altered_rows(paper)
    found.records = _records(paper, found.problems)
    found.checks = [
        _signature(found.problems),
        *([_closing(found.problems)] if year.report else []),
        _in_register(found.records),
        *_files(organization, paper),
        _only_grew(year, found.head),
        _dates(paper, year.plan.period),
    ]
    found.seconds = time.perf_counter() - started
    return found


def _covering_head(year: Year) -> TreeHead:
    """The head that was signed at the closing; of a running year the latest, signed anew if it lacks a citation.

    Signing locks the log until the request ends, so it is done only for a citation that no head covers yet: once
    after each such record, whoever comes. (On a second connection it would be shorter, but requests that each wait
    for a second one of the pool's few could wait for one another.)
    """
    if year.report:
        head = TreeHead.objects.filter(log="main", size=year.report.tree_size).first()
    else:
        head = latest_head()
        last = max((citation.entry for citation in year.content.cited()), default=0)
        if head is None or head.size < last:
            head = sign_head(actor=Actor.system())
    if head is None:
        raise LookupError("the head that was signed at the closing is gone")
    return head


def _paper(organization: Organization, year: Year, head: TreeHead) -> dict[str, Any]:
    """The report as its JSON file says it, with every citation's proof under `head`."""
    head.organization = organization
    extra: dict[str, Any] = {"organization_key": organization.key}
    if year.report:
        entry = Entry.objects.filter(log="main").with_payload().get(number=year.report.entry)
        index, leaf, path = citation_proofs([entry], head.size)[entry.number]
        proof = {"index": index, "leaf": leaf, "audit_path": path, "disclosed": disclosed_fields(entry)}
        extra["closing"] = citation_json(citation_of(Fact.of(entry), **proof))
    return json.loads(json.dumps(report_json(with_proofs(year.content, head), extra)))


def _altered_rows(paper: Mapping[str, Any]) -> list[str]:
    """Cited entries whose rows no longer give the leaf that the report holds, in the words of the file's check."""
    leaves = {c["entry"]: c["leaf"] for s in paper["statements"] for c in s["citations"]}
    entries = Entry.objects.filter(log="main").numbered(leaves).select_related("organization")
    return [
        f"หลักฐานที่ {entry.number}: รายการในทะเบียนถูกแก้ไข"
        for entry in entries
        if entry.computed_leaf_hash().hex() != leaves[entry.number]
    ]


def _signature(problems: Sequence[str]) -> Check:
    broken = [p for p in problems if p.startswith(("หัวบันทึก", "รายงานไม่"))]
    return Check(
        not broken,
        _("The office's signature on the register's fingerprint is right"),
        ngettext_lazy("%(count)d signature", "%(count)d signatures", "count") % {"count": 1},
        _("Signed with the key that the office has made public"),
    )


def _closing(problems: Sequence[str]) -> Check:
    return Check(
        not any(p.startswith("การปิดรายงาน") for p in problems),
        _("The report is word for word the one that was closed"),
        ngettext_lazy("%(count)d digest", "%(count)d digests", "count") % {"count": 1},
    )


def _records(paper: Mapping[str, Any], problems: Sequence[str]) -> list[CheckedRecord]:
    broken = {p.split("หลักฐานที่ ", 1)[1].split(":", 1)[0] for p in problems if "หลักฐานที่ " in p}
    found: dict[int, CheckedRecord] = {}
    for statement in paper["statements"]:
        for c in statement["citations"]:
            day, ok = date.fromisoformat(c["occurred_on"]), str(c["entry"]) not in broken
            record = found.setdefault(c["entry"], CheckedRecord(c["entry"], c["title"], day, ok))
            record.uses.append((statement["measure"], statement["kind"], statement["number"]))
    return list(found.values())


def _in_register(records: Sequence[CheckedRecord]) -> Check:
    good = sum(record.ok for record in records)
    return Check(
        good == len(records),
        _("The evidence that the report cites stands in the register, letter by letter"),
        _of(good, len(records)),
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


def _only_grew(year: Year, head: TreeHead) -> Check:
    """By an RFC 9162 consistency proof: from the closing to the latest head, of a running year from the first."""
    other = latest_head() if year.report else TreeHead.objects.filter(log="main").order_by("size").first()
    old, new = sorted((head, other or head), key=lambda signed: signed.size)
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
        if year.report
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
