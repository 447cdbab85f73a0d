"""Puts this folder on the import path, so that tests in its subfolders find `asking` and its like."""
