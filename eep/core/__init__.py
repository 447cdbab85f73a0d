"""Foundations that know nothing of eep: errors, text, numbers, files, hashes, TOML."""
