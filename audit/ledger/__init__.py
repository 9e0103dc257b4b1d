"""The sealed record of what was changed."""
