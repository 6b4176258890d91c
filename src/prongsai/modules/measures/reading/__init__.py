"""Reading annual reports that offices typed by hand: any of the usual formats, any of the usual tables."""

from prongsai.modules.measures.reading.model import ParsedMeasure, ParsedReport, ParseWarning
from prongsai.modules.measures.reading.report import read_report

__all__ = ["ParseWarning", "ParsedMeasure", "ParsedReport", "read_report"]
