"""What commands print: matrices, summaries, transcripts, tables."""
