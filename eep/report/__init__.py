"""The report: what was found, in words, charts and tables. Reads the tables and draws; computes no statistics."""

from eep.report.design import Design, TaskDesign, count_design
from eep.report.findings import Findings, Provenance
from eep.report.gallery import most_discriminating_items
from eep.report.publish import write

__all__ = [
    "Design",
    "Findings",
    "Provenance",
    "TaskDesign",
    "count_design",
    "most_discriminating_items",
    "write",
]
