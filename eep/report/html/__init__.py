"""The report as one page, index.html: self-contained, and nothing in it can run but its own two scripts."""
