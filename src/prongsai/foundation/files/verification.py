"""What the ledger's verification asks of the files: is every file that an entry names still what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prongsai.foundation.files.selectors import check_files
from prongsai.foundation.ledger.findings import FileReference, Finding, Part


def file_findings(references: Sequence[FileReference]) -> Iterator[Finding]:
    """A finding for each file that is missing or changed, under the first entry that names it."""
    first = {reference.sha256: reference for reference in reversed(references)}
    for trouble in check_files({"sha256": r.sha256, "name": r.name} for r in first.values()):
        yield Finding(Part.FILE, first[trouble.sha256].entry, str(trouble))
