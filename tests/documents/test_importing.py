from datetime import date

import pytest

from audit.models import ChangeSet
from contacts.models import EscalationStep, Person, Team, TitledRole
from documents.exporting import document
from documents.importing.plan import ProblemsError
from documents.models import DocumentSection
from inventory.models import Environment, Secret, SecretType, Service, TeamAssignment
from rotations.models import ReminderOffset, Rotation, RotationItem
from tests.documents.acts import imported, planned, rows_written, table
from tests.factories import make_person, make_rotation, make_secret, make_type

pytestmark = pytest.mark.django_db
ROW = "`prod/stripe/key` | Ada Byron | @ada | API Key | 2026-05-04 | 2026-08-02 | Active"
TYPES = "\n## Secret Types\n\n### API Keys\n- **Rotation**: Every 90 days\n"


def row(**changes):
    cells = {
        "name": "prod/stripe/key",
        "owner": "[TBD]",
        "slack": "@[TBD]",
        "type": "[TBD]",
        "last": "[TBD]",
        "next": "[TBD]",
        "status": "[TBD]",
    }
    return " | ".join((cells | changes).values())


def rotations(*rows, heading="Rotation History"):
    if heading == "Rotation History":
        head = "| Date | Environment | Owner | Secrets Rotated | Status | Notes |\n|---|---|---|---|---|---|"
    else:
        head = "| Date | Environment | Secrets | Owner | Status |\n|---|---|---|---|---|"
    return f"\n## {heading}\n\n{head}\n" + "".join(f"| {one} |\n" for one in rows)


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


def test_words_for_a_type_are_matched_and_kept():
    text = table(row(type="API Key"), row(name="prod/b/pw", type="Database")) + TYPES
    imported(text + "### Database Credentials\n- **Rotation**: Every 30 days\n### Redis Passwords\n- **Owner**: Ops\n")

    types = SecretType.objects.order_by("position").values_list("name", "short_name", "rotation_interval_days")
    assert list(types) == [
        ("API Keys", "API Key", 90),
        ("Database Credentials", "Database", 30),
        ("Redis Passwords", "", None),
    ]


def test_a_service_with_a_type_of_its_own_is_noted():
    text = table(row(name="prod/redis/password", type="Database")) + TYPES
    made = planned(text + "### Database Credentials\n- **Owner**: Ops\n### Redis Passwords\n- **Owner**: Ops\n")

    assert "prod/redis/password is of the type Database here; line 16 describes Redis Passwords on its own." in [
        note.text for note in made.notes
    ]


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


def test_teams_contacts_steps_and_reminders_are_taken_in_their_order():
    imported(
        """# A
## Secret Types
### JWT Signing Keys
- **Rotation**: Every 90 days
## Team Assignments
- **JWT Keys**: Security team
- **Infrastructure**: Platform team
## Primary Contacts
- **Security Lead**: Ada Byron (@ada) - +49 30 1234567
- **CTO**: [Name] (@slack-handle) - [phone]
## Escalation Path
1. Primary owner
2. Security team
3. CTO
4. Founder
## Reminders
- **30-day warning**: Plan
- **Post-rotation**: Clean up
"""
    )

    assert SecretType.objects.get().responsible_team.name == "Security team"
    assert list(TeamAssignment.objects.order_by("position").values_list("words", "team__name")) == [
        ("JWT Keys", None),
        ("Infrastructure", "Platform team"),
    ]
    roles = TitledRole.objects.order_by("pk").values_list("title", "person__phone", "is_primary_contact")
    assert list(roles) == [("Security Lead", "+49 30 1234567", True), ("CTO", None, True), ("Founder", None, False)]
    assert [step.words for step in EscalationStep.objects.order_by("position")] == [
        "Primary owner",
        "Security team",
        "CTO",
        "Founder",
    ]
    assert list(ReminderOffset.objects.order_by("position").values_list("kind", "days_before")) == [
        ("planning", 30),
        ("preparation", 7),
        ("clean_up", -1),
    ]
    assert Team.objects.count() == 2


def test_a_phone_number_that_is_none_is_a_problem_and_not_taken():
    made = planned("# A\n## Primary Contacts\n- **CTO**: Ada Byron (@ada) - call me\n")

    assert [(one.line, one.text) for one in made.problems] == [(3, "Phone: Write a number such as +49 30 1234567.")]


def test_codes_are_taken_in_their_order_and_keep_the_names_of_the_document():
    text = "# A\n## Environment Codes\n- `qa` - Quality\n- `prod` - Live\n## Service Codes\n- `stripe` - Payments\n"
    imported(table(row()) + text)

    assert list(Environment.objects.order_by("position").values_list("code", "name")) == [
        ("qa", "Quality"),
        ("prod", "Live"),
    ]
    assert list(Service.objects.values_list("code", "name")) == [("stripe", "Payments")]


def test_text_of_the_document_is_kept_changed_and_never_removed():
    imported("# A\n\nOne.\n\n## B\n\nTwo.\n\n## C\n\nThree.\n")

    imported("# A\n\nOne.\n\n## New\n\nHere.\n\n## B\n\nTwo, changed.\n")

    assert document() == "# A\n\nOne.\n\n## New\n\nHere.\n\n## B\n\nTwo, changed.\n\n## C\n\nThree.\n"
    assert DocumentSection.objects.count() == 4


def test_the_environment_of_secrets_without_a_section_is_added_behind_the_others():
    imported(table(ROW))
    make_secret(name="dev/stripe/key", type=None)

    assert [line for line in document().split("\n") if line.startswith("### ")] == [
        "### Production Secrets",
        "### Development Secrets",
        "### API Key",
        "### Environment Codes",
        "### Service Codes",
    ]


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
