"""The guard's corpus: texts with a value and texts without, made by code from what providers document."""
