"""TOML files: read, checked, and every error shown at its place."""
