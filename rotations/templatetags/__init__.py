"""Template tags of the rotation pages."""
