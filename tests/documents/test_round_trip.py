import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from documents.exporting import document
from documents.models import DocumentSection
from rotations.models import ReminderOffset
from tests.documents.acts import imported, planned, rows_written
from tests.documents.registers import rolled_back, write_register

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# A register takes long to shrink; what was drawn is told either way.
DRAWN = (Phase.explicit, Phase.reuse, Phase.generate)
many = settings(deadline=None, max_examples=25, phases=DRAWN, suppress_health_check=list(HealthCheck))
ONE_MORE = "\n## Extra\n\n| Secret Name | Owner |\n|---|---|\n| `extra-place/extra-service/key` | Brand New |\n"


def additions(made):
    return [type(one.row).__name__ for one in made.sheet.additions]


@pytest.mark.once
@many
@given(st.data())
def test_exporting_and_importing_again_changes_nothing(data):
    with rolled_back():
        write_register(data.draw)
        text, before = document(), rows_written()

        made = imported(text)

        assert (made.changes, additions(made), made.problems, made.is_empty) == ([], [], [], True)
        assert rows_written() == before
        assert document() == text


@pytest.mark.once
@many
@given(st.data())
def test_a_row_added_to_an_exported_document_adds_that_row_alone(data):
    with rolled_back():
        write_register(data.draw)
        DocumentSection.objects.create(heading="About", position=1)

        made = planned(document() + ONE_MORE)

        assert (made.changes, made.problems) == ([], [])
        assert additions(made) == ["Person", "Environment", "Service", "Secret", "DocumentSection"]


@many
@given(st.data())
def test_an_exported_document_makes_the_same_document_of_an_empty_register(data):
    with rolled_back():
        write_register(data.draw, sections=False)
        text = document()
    with rolled_back():
        ReminderOffset.objects.all().delete()  # those every register begins with
        made = imported(text, leave_out_problems=True)

        assert made.problems or document() == text
