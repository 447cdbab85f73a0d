"""TOML files: read, checked, and every error told at its place."""
