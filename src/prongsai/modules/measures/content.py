"""What an annual report says, as plain values: the one shape between verdicts and papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Verdict


@dataclass(frozen=True)
class Citation:
    """One ledger entry that a statement rests on, with what anybody needs to recompute its leaf."""

    entry: int  # the evidence number people see: เลขหลักฐาน, counted from 1
    kind: str
    about: str
    occurred_on: date
    recorded_at: datetime
    origin: Origin
    title: str
    url: str = ""
    public: bool = True
    leaf: str = ""  # hex; RFC 9162 leaf hash
    index: int = -1  # position in the tree, counted from 0
    audit_path: tuple[str, ...] = ()  # hex
    disclosed: Mapping[str, Any] = field(default_factory=dict[str, Any])  # the leaf's other inputs


@dataclass(frozen=True)
class StatementResult:
    """A sentence of the report with its verdict. `printed` is what the paper says; `text` what the plan said."""

    measure: int
    kind: StatementKind
    number: int
    text: str
    printed: str
    verdict: Verdict
    reason: Reason = Reason.NONE
    origin: Origin | None = None
    note: str = ""  # Thai: why, who attested it, or what would mend it
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class WithdrawnStatement:
    """A sentence that the office took out after announcing it. It has no verdict, and says why it went."""

    measure: int
    kind: StatementKind
    number: int
    text: str
    reason: str
    withdrawn_on: date
    citations: tuple[Citation, ...] = ()  # the ledger entry of the withdrawal


@dataclass(frozen=True)
class MeasureResult:
    number: int
    title: str
    topic: str
    period: Period
    units: tuple[str, ...]
    statements: tuple[StatementResult, ...]
    withdrawn: tuple[WithdrawnStatement, ...] = ()

    def of(self, kind: StatementKind) -> tuple[StatementResult, ...]:
        return tuple(s for s in self.statements if s.kind == kind)


@dataclass(frozen=True)
class TreeHead:
    """A signed tree head: the ledger up to entry `size`."""

    size: int
    root: str  # hex
    time: datetime
    signature: str  # base64, Ed25519
    key_id: str


@dataclass(frozen=True)
class Signatory:
    """Who signs the paper; `acting` is e.g. 'ปลัด... รักษาราชการแทน นายก...' and empty for the holder."""

    name: str
    position: str
    acting: str = ""


@dataclass(frozen=True)
class ReportContent:
    organization: str  # official name, e.g. องค์การบริหารส่วนตำบลเมืองแก
    short_name: str  # อบต.เมืองแก
    district: str
    province: str
    fiscal_year: int  # พ.ศ.
    version: int  # 0 for the present state of a plan that is not closed
    is_sample: bool
    measures: tuple[MeasureResult, ...]
    tree_head: TreeHead | None
    verify_url: str
    as_of: datetime
    signatories: tuple[Signatory, ...] = ()

    def statements(self) -> Iterator[StatementResult]:
        for measure in self.measures:
            yield from measure.statements

    def withdrawn(self) -> Iterator[WithdrawnStatement]:
        for measure in self.measures:
            yield from measure.withdrawn

    def cited(self) -> Iterator[Citation]:
        """Every citation of the report, of withdrawn sentences too."""
        for statement in (*self.statements(), *self.withdrawn()):
            yield from statement.citations

    def count(self, verdict: Verdict) -> int:
        return sum(s.verdict == verdict for s in self.statements())
