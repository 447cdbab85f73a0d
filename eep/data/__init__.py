"""The tables and types that all other packages share."""
