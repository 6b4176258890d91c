"""The measures' papers: the annual report and the announcement, as Documents and as JSON."""

from prongsai.modules.measures.papers.announcement import Announcement, PlannedMeasure, announcement_document
from prongsai.modules.measures.papers.layout import Item, Layout, items, layouts
from prongsai.modules.measures.papers.record import (
    canonical_statements,
    canonical_statements_from_json,
    report_json,
    write_json,
)
from prongsai.modules.measures.papers.report import Chosen, report_document

__all__ = [
    "Announcement",
    "Chosen",
    "Item",
    "Layout",
    "PlannedMeasure",
    "announcement_document",
    "canonical_statements",
    "canonical_statements_from_json",
    "items",
    "layouts",
    "report_document",
    "report_json",
    "write_json",
]
