"""Students after their run: kept in files, loaded, and put to work."""
