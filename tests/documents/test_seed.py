import os
from pathlib import Path

import pytest

from contacts.models import EscalationStep, Person
from documents.exporting import document
from documents.markdown.blocks import sections_of
from inventory.models import Environment, Secret, SecretType, Service
from rotations.models import Rotation
from tests.documents.acts import imported, rows_written

# A form as teams start from it, every cell a gap; SECRETS_INDEX_SEED may name another one.
PATH = os.environ.get("SECRETS_INDEX_SEED") or Path(__file__).parent / "blank_register.md"
pytestmark = pytest.mark.django_db


def text():
    return Path(PATH).read_text(encoding="utf-8")


def cells(written):
    """Every cell of every table, and every other line, in order."""
    lines = written.split("\n")
    blocks = [block for section in sections_of(lines) for block in section.blocks]
    tables = [row.cells for block in blocks for row in block.rows]
    return tables, [line for line in lines if not line.startswith("|")]


def test_the_document_fills_an_empty_register():
    made = imported(text())

    counts = [model.objects.count() for model in (Secret, SecretType, Environment, Service, EscalationStep, Rotation)]
    assert counts == [10, 4, 3, 5, 5, 5]
    assert (made.problems, Person.objects.count()) == ([], 0)
    assert not Secret.objects.filter(environment="dev", credential_type="password").exists()  # an example only


def test_every_gap_is_named():
    made = imported(text())

    gaps = " ".join(gap.text for gap in made.gaps)
    assert len(made.gaps) == 18
    assert [gaps.count(f" no {what}") for what in ("owner", "Slack handle", "last rotation", "phone number")] == [
        15,
        13,
        10,
        3,
    ]


def test_the_same_document_comes_out_cell_for_cell():
    imported(text())

    assert cells(document()) == cells(text())


def test_importing_it_again_or_what_came_out_changes_nothing():
    imported(text())
    before = rows_written()

    imported(text())
    imported(document())

    assert rows_written() == before
