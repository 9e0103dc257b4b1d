"""Reads and writes the document people know as Markdown; pure, and knows nothing of the database."""
