import re
from pathlib import Path

import pytest

from documents.exporting import document
from tests.documents.acts import imported

DOCS = Path(__file__).resolve().parents[2] / "docs" / "document.md"
SAMPLE = Path(__file__).resolve().parents[2] / "documents" / "sample" / "northwind.md"
pytestmark = pytest.mark.django_db


def example():
    return re.search(r"````markdown\n(.*?)````", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]


def test_the_documented_form_comes_out_as_it_went_in():
    made = imported(example())

    assert (made.problems, [note.text for note in made.notes if "read as" not in note.text]) == ([], [])
    assert document() == example()


def test_the_sample_document_imports_without_a_problem():
    made = imported(SAMPLE.read_text(encoding="utf-8"))

    assert made.problems == []
    assert imported(document()).is_empty
