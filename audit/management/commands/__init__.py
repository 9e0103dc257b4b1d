"""Commands that make accounts."""
