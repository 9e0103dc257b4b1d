"""Commands that tell people."""
