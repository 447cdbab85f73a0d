"""The report: what was found, in words, charts and tables. Reads the tables and draws; computes no statistics."""

from eep.report.findings import Findings, count_design
from eep.report.gallery import most_discriminating_items
from eep.report.portraits import most_discriminating_clusters
from eep.report.publish import write

__all__ = ["Findings", "count_design", "most_discriminating_clusters", "most_discriminating_items", "write"]
