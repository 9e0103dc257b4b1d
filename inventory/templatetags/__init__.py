"""Template tags of the inventory pages."""
