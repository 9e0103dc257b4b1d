from datetime import date

import pytest

from documents.exporting import document
from inventory.models import Secret
from rotations.models import Rotation, RotationItem
from tests.documents.acts import ROW, TYPES, imported, rotations, row, table
from tests.factories import make_rotation, make_secret, make_type

pytestmark = pytest.mark.django_db


def secret(name="prod/stripe/key"):
    return Secret.objects.get(name=name)


def test_a_last_rotation_records_one_of_kind_imported():
    imported(table(ROW, ROW.replace("prod/stripe", "prod/other")) + TYPES)

    rotation = Rotation.objects.get()
    assert (rotation.kind, rotation.state, rotation.completed_on) == ("imported", "complete", date(2026, 5, 4))
    assert (
        list(RotationItem.objects.values_list("rotation", "outcome", "rotated_on"))
        == [(rotation.pk, "rotated", date(2026, 5, 4))] * 2
    )


def test_a_row_of_the_history_holds_the_items_of_its_day():
    history = rotations("2026-05-04 | Production | Ada Byron | `prod/stripe/key` | ✅ Complete | Rolled")
    imported(table(ROW) + TYPES + history)

    (item,) = RotationItem.objects.all()
    assert (item.rotation.notes, item.rotation.document_table, item.rotated_on) == (
        "Rolled",
        "history",
        date(2026, 5, 4),
    )


def test_the_history_gives_the_day_where_the_inventory_has_a_gap():
    history = rotations("2026-05-04 | Production | [TBD] | All prod secrets | Done | ")
    imported(table(row(type="API Key")) + TYPES + history)

    assert (secret().last_rotated_on, secret().next_rotation_on) == (date(2026, 5, 4), date(2026, 8, 2))


def test_the_inventory_wins_over_the_history_with_a_note():
    history = rotations("2026-06-01 | Production | [TBD] | All prod secrets | Done | ")
    made = imported(table(ROW) + TYPES + history)

    assert secret().last_rotated_on == date(2026, 5, 4)
    assert "The inventory says that prod/stripe/key was last rotated on 2026-05-04; that day is taken." in [
        note.text for note in made.notes
    ]


def test_an_older_document_takes_no_rotation_back():
    imported(table(ROW) + TYPES)

    made = imported(table(ROW.replace("2026-05-04", "2026-01-04").replace("2026-08-02", "2026-04-04")) + TYPES)

    assert (secret().last_rotated_on, secret().next_rotation_on) == (date(2026, 5, 4), date(2026, 8, 2))
    assert [note.text for note in made.notes if note.line == 7] == [
        "prod/stripe/key: the register knows a later rotation (2026-05-04); its dates stay."
    ]


def test_a_next_date_that_is_not_last_plus_interval_is_kept_as_given():
    made = imported(table(ROW.replace("2026-08-02", "2026-09-01")) + TYPES)

    assert (secret().next_rotation_on, secret().next_rotation_reason) == (
        date(2026, 9, 1),
        "As the imported document says",
    )
    assert (
        7,
        "prod/stripe/key: the next rotation is not last rotation plus interval (2026-08-02); kept as given.",
    ) in [(note.line, note.text) for note in made.notes]


def test_an_interval_moves_the_next_dates_of_its_type():
    imported(table(ROW) + TYPES)

    imported(TYPES.replace("90", "30"))

    assert secret().next_rotation_on == date(2026, 6, 3)


def test_upcoming_rotations_are_planned_with_the_active_secrets_of_the_day():
    upcoming = rotations(
        "2026-08-01 | Production | All prod secrets | Ada Byron | Scheduled", heading="Upcoming Rotations"
    )
    imported(table(ROW, row(name="prod/old/key", status="Retired")) + upcoming)

    rotation = Rotation.objects.get(document_table="upcoming")
    assert (rotation.state, rotation.planned_on, rotation.owner.name) == ("planned", date(2026, 8, 1), "Ada Byron")
    assert rotation.secrets_in_words == "All prod secrets"
    assert [str(item.secret) for item in rotation.items.all()] == ["prod/stripe/key"]


def test_rows_without_a_date_are_drafts_and_move_nothing():
    history = rotations("[TBD] | Production | [TBD] | [TBD] | ✅ Complete | Initial setup")
    upcoming = rotations("[TBD] | Production | All prod secrets | [TBD] | Scheduled", heading="Upcoming Rotations")
    imported(table(row()) + upcoming + history)

    states = Rotation.objects.order_by("document_position").values_list("state", "document_status")
    assert list(states) == [("draft", "Scheduled"), ("draft", "✅ Complete")]
    assert secret().last_rotated_on is None


def test_a_draft_gets_its_date_and_rows_are_matched_one_by_one():
    upcoming = rotations("[TBD] | Production | All prod secrets | [TBD] | Scheduled", heading="Upcoming Rotations")
    imported(table(row()) + upcoming)

    made = imported(table(row()) + upcoming.replace("[TBD] | Production", "2026-09-01 | Production"))

    rotation = Rotation.objects.get()
    assert (rotation.state, rotation.planned_on) == ("planned", date(2026, 9, 1))
    assert [match.how for match in made.rotations] == ["the draft of these words gets its date"]


def test_a_planned_rotation_that_the_document_calls_complete_is_recorded():
    known = make_secret(name="prod/stripe/key", type=make_type(name="API Keys"))
    make_rotation(secrets=(known,), environment=known.environment, planned_on=date(2026, 7, 10))
    text = document()

    imported(text.replace("| Scheduled |", "| ✅ Complete |"))

    rotation = Rotation.objects.get()
    assert (rotation.state, rotation.completed_on) == ("complete", date(2026, 7, 10))
    assert (secret().last_rotated_on, rotation.items.get().outcome) == (date(2026, 7, 10), "rotated")
