import pytest

from contacts.models import EscalationStep, Team, TitledRole
from documents.exporting import document
from documents.models import DocumentSection
from inventory.models import Environment, SecretType, Service, TeamAssignment
from rotations.models import ReminderOffset
from tests.documents.acts import ROW, TYPES, imported, planned, row, table
from tests.factories import make_secret

pytestmark = pytest.mark.django_db


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
