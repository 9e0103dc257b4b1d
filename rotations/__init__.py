"""When a secret must change and what was done."""
