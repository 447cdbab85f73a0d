"""Cute animals: a teacher that reads a caption, a student that sees the picture."""
