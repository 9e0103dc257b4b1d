import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.exporting import document
from tests.documents.acts import imported, planned, rows_written
from tests.documents.registers import rolled_back, write_register

pytestmark = pytest.mark.django_db
many = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@many
@given(st.data())
def test_exporting_and_importing_again_changes_nothing(data):
    with rolled_back():
        write_register(data.draw)
        text, before = document(), rows_written()

        made = imported(text)

        assert (made.changes, [str(one.row) for one in made.sheet.additions], made.problems) == ([], [], [])
        assert made.is_empty
        assert rows_written() == before
        assert document() == text


@many
@given(st.data())
def test_an_exported_document_makes_the_same_document_of_an_empty_register(data):
    with rolled_back():
        write_register(data.draw)
        text = document()
    with rolled_back():
        made = imported(text, leave_out_problems=True)
        if not made.problems:
            assert document() == text
