"""Template tags of the audit pages and of every page."""
