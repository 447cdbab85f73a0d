"""The stages of a run, from prepared questions to the report."""
