"""Batches: questions written to files, sent and fetched, and replies imported."""
