from datetime import date

import pytest

from audit.acts import acting
from audit.models import ChangeSet
from contacts.models import Person
from documents.importing.plan import ProblemsError
from inventory.models import Secret
from rotations.models import ChecklistStep, RotationTask
from tests.documents.acts import ROW, TYPES, imported, planned, rotations, row, rows_written, table
from tests.factories import make_person, make_secret, make_type

pytestmark = pytest.mark.django_db


def secret(name="prod/stripe/key"):
    return Secret.objects.get(name=name)


def test_a_row_makes_a_secret_with_all_it_names():
    imported(table(ROW) + TYPES)

    made = secret()
    assert (made.environment.name, made.service.code, made.type.name) == ("Production", "stripe", "API Keys")
    assert (made.owner.name, made.owner.slack_handle, made.backup_owner) == ("Ada Byron", "ada", None)
    assert (made.last_rotated_on, made.next_rotation_on) == (date(2026, 5, 4), date(2026, 8, 2))
    assert (made.next_rotation_reason, made.status) == ("", "active")


def test_a_preview_writes_nothing():
    before = rows_written()

    planned(table(ROW) + TYPES)

    assert (rows_written(), Secret.objects.count(), ChangeSet.objects.filter(source="import").count()) == (before, 0, 0)


def test_an_import_is_one_change_set(security):
    imported(table(ROW) + TYPES, by=security)

    change_set = ChangeSet.objects.order_by("pk").last()
    models = set(change_set.rows.values_list("model", flat=True))
    assert {"inventory.secret", "contacts.person", "documents.documentsection"} <= models


def test_importing_the_same_document_again_changes_nothing():
    text = table(ROW) + TYPES + rotations("2026-05-04 | Production | Ada Byron | All prod secrets | Done | First")
    imported(text)
    before = rows_written()

    made = imported(text)

    assert made.is_empty
    assert rows_written() == before


def test_what_is_planned_begins_with_the_steps_and_the_clean_up_of_every_rotation():
    kind = make_type(name="API Keys")
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        ChecklistStep.objects.create(type=kind, kind="step", words="Ask the vendor", position=9)

    imported(
        table(ROW)
        + rotations("2026-08-14 | Production | prod/stripe/key | Ada Byron | Scheduled", heading="Upcoming Rotations")
    )

    steps = RotationTask.objects.order_by("position").values_list("rotation__planned_on", "kind", "words", "due_on")
    assert [(str(on), kind, words, due and str(due)) for on, kind, words, due in steps] == [
        ("2026-08-14", "step", "Ask the vendor", None),
        ("2026-08-14", "clean_up", "Revoke the old ones", "2026-08-17"),
    ]


def test_another_interval_says_what_it_does():
    kind = make_type(name="API Keys", rotation_interval_days=365)
    for number, last in enumerate((date(2026, 2, 1), date(2026, 7, 1), None)):
        make_secret(name=f"prod/stripe/k{number}", type=kind, last_rotated_on=last)

    said = [str(note) for note in planned(TYPES).notes]

    words = (
        "API Keys, every 90 days: Moves the next rotation of 2 secrets, and makes 1 of them overdue: prod/stripe/k0."
    )
    assert [words in note for note in said] == [True]


def test_gaps_never_empty_what_the_register_knows(owner, backup_owner):
    make_secret(name="prod/stripe/key", owner=owner, backup_owner=backup_owner, last_rotated_on=date(2026, 5, 4))

    made = imported(table(row()))

    assert made.changes == []
    known = secret()
    assert (known.owner, known.backup_owner, known.last_rotated_on) == (owner, backup_owner, date(2026, 5, 4))
    assert known.type.name == "API Keys"


def test_a_secret_missing_from_the_document_stays_and_is_named():
    make_secret(name="prod/other/key")

    made = imported(table(ROW))

    assert made.only_in_register == ["prod/other/key"]
    assert secret("prod/other/key").status == "active"


def test_changes_are_told_field_by_field(owner, colleague):
    make_secret(name="prod/stripe/key", owner=owner, type=make_type(name="API Keys"))

    made = planned(table(row(owner="Cleo Colleague", slack="@cleo", status="Deprecated")))

    assert [(one.name, one.label, one.before, one.after, one.line) for one in made.changes] == [
        ("prod/stripe/key", "owner", "Olga Owner", "Cleo Colleague", 7),
        ("prod/stripe/key", "status", "Active", "Deprecated", 7),
    ]


def test_a_person_is_matched_by_handle_else_by_the_only_name(owner, colleague):
    text = table(
        row(owner="Olga O.", slack="@OLGA"),
        row(name="prod/b/key", owner="Cleo Colleague"),
        row(name="prod/c/key", owner="New Person", slack="@new"),
    )

    made = imported(text)

    assert [(match.who.name, match.how, match.lines) for match in made.people] == [
        ("Olga O.", "by Slack handle", [7]),
        ("Cleo Colleague", "by name", [8]),
        ("New Person", "new", [9]),
    ]
    assert [secret(f"prod/{service}/key").owner.name for service in ("stripe", "b", "c")] == [
        "Olga Owner",
        "Cleo Colleague",
        "New Person",
    ]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"owner": "Kim Doe"}, "2 people are called Kim Doe. Add the Slack handle."),
        ({"slack": "@nobody"}, "@nobody is nobody the register knows. Add the name."),
        ({"owner": "Gone Person"}, "Gone Person is no longer active. Name somebody who is."),
        ({"status": "Sleeping"}, "This is no status. Write one of Active, Deprecated, Compromised, Retired."),
        ({"last": "2026-07-15"}, "The last rotation lies in the future."),
        ({"type": "Key"}, "The type “Key” may be several: API Keys, Signing Keys. Write one of these."),
    ],
)
def test_what_is_unclear_is_a_problem_with_its_line(cells, problem):
    make_person(name="Kim Doe", slack_handle="kim")
    make_person(name="Kim Doe", slack_handle="kim2")
    make_person(name="Gone Person", is_active=False)
    make_type(name="API Keys"), make_type(name="Signing Keys")

    made = planned(table(row(**cells)))

    assert [(one.line, one.text) for one in made.problems] == [(7, f"prod/stripe/key: {problem}")]
    assert made.new(Secret) == []


def test_owner_and_backup_owner_are_two_people(owner):
    text = table("prod/a/b | Olga Owner | Olga Owner", heading="Secret Name | Owner | Backup")

    assert [one.text for one in planned(text).problems] == [
        "prod/a/b: Owner and backup owner must be two different people."
    ]


def test_problems_stop_the_import_unless_their_rows_are_left_out():
    text = table(ROW, row(name="prod/b/key", last="07/08/2026"))

    with pytest.raises(ProblemsError):
        imported(text)
    assert Secret.objects.count() == 0

    imported(text, leave_out_problems=True)
    assert [str(one) for one in Secret.objects.all()] == ["prod/stripe/key"]


def test_planning_costs_the_same_number_of_queries_for_any_document(django_assert_num_queries):
    for count in (1, 3, 50):
        text = table(*(ROW.replace("key", f"key{number}") for number in range(count))) + TYPES
        with django_assert_num_queries(13):
            planned(text)
        imported(text)
        with django_assert_num_queries(13):
            planned(text.replace("Active", "Deprecated"))


def test_a_person_who_is_only_planned_is_one_person_in_all_rows():
    imported(table(ROW, ROW.replace("key", "other").replace("@ada", "@[TBD]")))

    assert list(Person.objects.values_list("name", "slack_handle")) == [("Ada Byron", "ada")]
