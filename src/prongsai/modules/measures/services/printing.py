"""The papers of a year: the report in six formats and the announcement, sealed with the organization's own keys."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.keys import sign
from prongsai.foundation.ledger.models import Entry, TreeHead
from prongsai.foundation.ledger.selectors import citation_proofs, disclosed_fields, latest_head
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.seal import seal_picture
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.foundation.typeset import MEDIA_TYPES, Sealer, issue_certificate, make_sealer, write
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.choices import CandidateStatus
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.evidence import Fact
from prongsai.modules.measures.frozen import thaw
from prongsai.modules.measures.models import Plan, ReportCandidate, ReportVersion
from prongsai.modules.measures.papers.announcement import announcement_document
from prongsai.modules.measures.papers.record import citation_json, write_json
from prongsai.modules.measures.papers.report import Chosen, report_document
from prongsai.modules.measures.selectors import (
    announcement,
    citation_of,
    closed_content,
    latest_report,
    plan_in_force,
    present_content,
    with_proofs,
)
from prongsai.modules.measures.selectors.judging import measure_tree
from prongsai.modules.measures.selectors.signatories import CLERK, HEAD, signs
from prongsai.modules.measures.services.closing import content_digest
from prongsai.modules.measures.services.plans import wording_digest, wording_of

REPORT_CONTEXT = b"prongsai report v1\n"
REPORT_FORMATS = tuple(MEDIA_TYPES)
ANNOUNCEMENT_FORMATS = ("pdf", "docx", "html")
CANDIDATE_FORMATS = tuple(form for form in REPORT_FORMATS if form != "json")
SIGNED_BY = {"submit": CLERK, "review": CLERK, "approve": HEAD}


@dataclass(frozen=True)
class Paper:
    """A finished file."""

    name: str
    media_type: str
    data: bytes


def print_report(*, plan_year: int, format: str, **options: Any) -> Paper:
    """The report of fiscal year พ.ศ. `plan_year` in one format; options as `print_reports` has them."""
    return print_reports(plan_year=plan_year, formats=(format,), **options)[0]


def print_reports(
    *,
    plan_year: int,
    formats: Sequence[str] = REPORT_FORMATS,
    version: int | None = None,
    live: bool = False,
    layout: str = "six-columns",
    chosen: Chosen | None = None,
) -> list[Paper]:
    """The report of fiscal year พ.ศ. `plan_year`: the closed one, or with `live` the present state.

    All formats say the same, at one moment. Raises InvalidInput when there is no such plan, closed report or format.
    """
    unknown = [form for form in formats if form not in REPORT_FORMATS]
    if unknown:
        raise InvalidInput(
            _("There is no format %(format)s. There are %(formats)s")
            % {"format": unknown[0], "formats": ", ".join(REPORT_FORMATS)},
            field="format",
        )
    content, head, report = report_with_proofs(plan_year=plan_year, version=version, live=live)
    document = report_document(content, layout=layout, chosen=chosen, emblem=seal_picture())
    edition = f"v{content.version}" if content.version else "draft"
    key = organization().key
    papers: list[Paper] = []
    for form in formats:
        if form == "json":
            data = write_json(content, extra=_seals(content, head, report))
        else:
            data = write(document, form, sealer=organization_sealer() if form == "pdf" else None)
        papers.append(Paper(f"{key}-{plan_year}-{edition}.{form}", MEDIA_TYPES[form], data))
    return papers


def report_with_proofs(
    *, plan_year: int, version: int | None = None, live: bool = False
) -> tuple[ReportContent, TreeHead, ReportVersion | None]:
    """The content of a report with the head that covers it and every citation's audit path."""
    if live:
        plan = plan_in_force(plan_year)
        if plan is None:
            raise InvalidInput(
                _("No measures of fiscal year %(year)s are announced yet") % {"year": plan_year}, field="year"
            )
        content = present_content(plan)
        head = _covering(content)
        return with_proofs(content, head), head, None
    report = latest_report(plan_year, version)
    if report is None:
        raise InvalidInput(
            _("The report of fiscal year %(year)s is not closed. See the present state with --live")
            % {"year": plan_year},
            field="year",
        )
    head = TreeHead.objects.get(log="main", size=report.tree_size)
    return with_proofs(closed_content(report), head), head, report


def _covering(content: ReportContent) -> TreeHead:
    """A head that covers all that is cited: the latest, or a new one.

    A visitor's draft signs only what no head covers yet: signing holds the log until the paper is set.
    """
    head = latest_head()
    last = max((citation.entry for citation in content.cited()), default=0)
    return sign_head(actor=Actor.system()) if head is None or head.size < last else head


def _seals(content: ReportContent, head: TreeHead, report: ReportVersion | None) -> Mapping[str, Any]:
    """The signature over the statements, and for a closed report the ledger entry that holds their digest."""
    digest = content_digest(content)
    signed = sign(REPORT_CONTEXT, digest)
    seals: dict[str, Any] = {
        "organization_key": organization().key,
        "seal": {"digest": digest.hex(), "signature": signed.base64, "key_id": signed.key_id},
    }
    if report is not None:
        entry = Entry.objects.all().with_payload().get(log="main", number=report.entry)
        index, leaf, path = citation_proofs([entry], head.size)[entry.number]
        proof = {"index": index, "leaf": leaf, "audit_path": path, "disclosed": disclosed_fields(entry)}
        seals["closing"] = citation_json(citation_of(Fact.of(entry), **proof))
    return seals


def print_announcement(*, plan_year: int, format: str) -> Paper:
    """ประกาศ: what is planned, before any result. Raises InvalidInput as `print_report` does."""
    if format not in ANNOUNCEMENT_FORMATS:
        raise InvalidInput(
            _("There is no format %(format)s. There are %(formats)s")
            % {"format": format, "formats": ", ".join(ANNOUNCEMENT_FORMATS)},
            field="format",
        )
    plan = plan_in_force(plan_year)
    if plan is None:
        raise InvalidInput(
            _("No measures of fiscal year %(year)s are announced yet") % {"year": plan_year}, field="year"
        )
    return _announcement(plan, format, name=f"{plan_year}-announcement")


def print_plan(*, plan: Plan, format: str) -> Paper:
    """The announcement of any version of a plan, for the office's own use; what is not announced is marked ร่าง."""
    return _announcement(plan, format, name=f"{plan.fiscal_year}-v{plan.version}-announcement")


def _announcement(plan: Plan, format: str, *, name: str) -> Paper:
    document = announcement_document(announcement(plan), emblem=seal_picture())
    data = write(document, format, sealer=organization_sealer() if format == "pdf" else None)
    return Paper(f"{organization().key}-{name}.{format}", MEDIA_TYPES[format], data)


def paper_for_signature(*, plan: Plan, act: str = "approve", format: str = "pdf") -> Paper:
    """The announcement of a plan that is not published yet, to be signed by pen and scanned.

    `act` is submit or review (the clerk signs) or approve (the head): whoever acts for them that day is named. Each page
    says the digest of the wording, which the ledger's fact of the approval repeats. Raises InvalidInput for another
    act or format.
    """
    if act not in SIGNED_BY:
        raise InvalidInput(_("There is no signature for %(act)s") % {"act": act}, field="act")
    if format not in ANNOUNCEMENT_FORMATS:
        raise InvalidInput(
            _("There is no format %(format)s. There are %(formats)s")
            % {"format": format, "formats": ", ".join(ANNOUNCEMENT_FORMATS)},
            field="format",
        )
    office, tree = organization(), measure_tree(plan, proofs=False)
    digest = wording_digest(plan, wording_of(tree))
    paper = replace(
        announcement(plan, organization=office, tree=tree, by=signs(SIGNED_BY[act], clock.today(), office)),
        issued_on=None,
        notice=f"ฉบับเสนอลงนาม รหัสข้อความ {shown_digest(digest)}",
    )
    data = write(announcement_document(paper, emblem=seal_picture(office.seal)), format)
    name = f"{office.key}-{plan.fiscal_year}-{act}-for-signature.{format}"
    return Paper(name, MEDIA_TYPES[format], data)


def shown_digest(digest: str) -> str:
    """The beginning of a digest in groups of four, as papers print it."""
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def candidate_paper(*, candidate: ReportCandidate, format: str = "pdf") -> Paper:
    """The frozen report as it will print, marked as not published, with its digest. Raises InvalidInput for JSON.

    What is verified is the published report: until then there is no closing to verify against.
    """
    if format not in CANDIDATE_FORMATS:
        raise InvalidInput(
            _("There is no format %(format)s. There are %(formats)s")
            % {"format": format, "formats": ", ".join(CANDIDATE_FORMATS)},
            field="format",
        )
    content = thaw(bytes(candidate.content))
    document = report_document(with_proofs(content, _covering(content)), emblem=seal_picture())
    waiting = candidate.status in (CandidateStatus.FROZEN, CandidateStatus.APPROVED)
    state = "ฉบับเสนออนุมัติ ยังไม่เผยแพร่" if waiting else candidate.get_status_display()
    notice = f"{state} รหัสรายงาน {shown_digest(bytes(candidate.digest).hex())}"
    data = write(replace(document, notices=(*document.notices, notice)), format)
    name = f"{organization().key}-{content.fiscal_year}-v{content.version}-for-approval.{format}"
    return Paper(name, MEDIA_TYPES[format], data)


def organization() -> Organization:
    """The organization in scope."""
    return Organization.objects.get(pk=current_organization_id())


def organization_sealer() -> Sealer:
    """The seal of the organization in scope; key and certificate are made at its first paper and kept beside its keys."""
    folder = settings.KEYS_FOLDER / organization().key
    path = folder / "seal.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = tempfile.mkstemp(dir=folder)  # 0600, and of this thread alone
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join(issue_certificate(organization().name)))
        with suppress(FileExistsError):  # of two first papers at once, one makes the seal
            os.link(fresh, path)
        Path(fresh).unlink()
    pem = path.read_bytes()
    return _sealer(pem)


_sealers: dict[bytes, Sealer] = {}


def _sealer(pem: bytes) -> Sealer:
    if pem not in _sealers:
        _sealers[pem] = make_sealer(pem, pem)
    return _sealers[pem]
