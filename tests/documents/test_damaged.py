from pathlib import Path
from random import Random

import pytest

from documents.exporting import document
from tests.documents.acts import imported, planned

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SAMPLE = Path(__file__).resolve().parents[2] / "documents" / "sample" / "northwind.md"
PIECES = [
    *("|", "`", "[TBD]", "07/08/2026", "2026-13-40", "@", "(@x)", "**", "- ", "# ", "### ", "1. ", "\n", "\n\n", "```"),
    *("<br>", "<!--", "All prod secrets", "prod/", "Every 0 days", "Retired", "x" * 400, "\t", "\x0b", "\u2028"),
    *("| a | b |\n|---|---|\n", "Production", "Escalation Path", "API Key", "Jonas Weber", "9999-12-31"),
]


def damaged(text, chance):
    for _ in range(chance.randint(1, 25)):
        at, lines = chance.randrange(len(text)), text.split("\n")
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.choice(["insert", "insert", "cut", "swap", "repeat"])
        if kind == "insert":
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == "cut":
            text = text[:at] + text[at + chance.randint(1, 60) :]
        elif kind == "swap":
            lines[first], lines[second] = lines[second], lines[first]
            text = "\n".join(lines)
        else:
            text = "\n".join([*lines[:first], lines[second], *lines[first:]])
    return text


@pytest.mark.parametrize("number", range(20))
def test_a_damaged_document_is_imported_once_and_says_nothing_new_the_second_time(number):
    sample = SAMPLE.read_text(encoding="utf-8")
    text = damaged(sample, Random(number))
    if number % 2:
        imported(sample)

    imported(text, leave_out_problems=True)

    assert planned(text).is_empty
    assert planned(document()).is_empty
