"""What verification says: plain values that commands, pages and file checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Part(StrEnum):
    """Which part of the ledger a finding names."""

    ENTRY = "entry"
    PAYLOAD = "payload"
    NODE = "node"
    HEAD = "head"
    FILE = "file"
    LOG = "log"
    KEY = "key"
    WITHDRAWAL = "withdrawal"


THAI = {
    Part.ENTRY: "รายการ",
    Part.PAYLOAD: "เนื้อความ",
    Part.NODE: "จุดเชื่อมของต้นไม้แฮช",
    Part.HEAD: "หัวบันทึก",
    Part.FILE: "แฟ้ม",
    Part.LOG: "ทะเบียนบันทึก",
    Part.KEY: "กุญแจ",
    Part.WITHDRAWAL: "การถอน",
}


@dataclass(frozen=True)
class Finding:
    """Something that does not verify. `entry` is the number of the entry, 0 where none can be named."""

    part: Part
    entry: int
    message: str

    def __str__(self) -> str:
        where = f"{THAI[self.part]} (รายการที่ {self.entry})" if self.entry else THAI[self.part]
        return f"{where}: {self.message}"


@dataclass
class Findings:
    """The result for one log of one organization. It verifies when `findings` is empty."""

    organization: str
    log: str
    size: int = 0
    root: str = ""
    heads: int = 0
    covered: int = 0  # entries that the latest signed head covers
    erased: list[int] = field(
        default_factory=list[int]
    )  # entries whose payload was erased, with a fact that says so
    files: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def ok(self) -> bool:
        return not self.findings

    def add(self, part: Part, entry: int, message: str) -> None:
        self.findings.append(Finding(part, entry, message))

    def as_json(self) -> dict[str, Any]:
        return {
            "organization": self.organization,
            "log": self.log,
            "verifies": self.ok,
            "size": self.size,
            "root": self.root,
            "heads": self.heads,
            "covered_by_latest_head": self.covered,
            "erased": self.erased,
            "files": self.files,
            "findings": [
                {"part": f.part.value, "entry": f.entry, "message": f.message} for f in self.findings
            ],
        }


@dataclass(frozen=True)
class FileReference:
    """A file that an entry's payload names."""

    entry: int
    sha256: str
    name: str
    size: int
    type: str


# Each is given some references and returns what is wrong with their files. foundation/files registers its own.
file_checks: list[Callable[[list[FileReference]], Iterable[Finding]]] = []
