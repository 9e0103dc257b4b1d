"""Reads the tables of docs/permissions.md."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
ROLES = ("security", "owner", "auditor", "no role")


def table(heading: str) -> list[dict[str, str]]:
    """Return the rows of the table under a heading, by the names of its columns and without code marks."""
    section = re.split(r"^## ", DOCUMENT.read_text(), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(f"{heading}\n"))
    lines = [line.strip("| ").replace("`", "").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    header, *rows = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]
