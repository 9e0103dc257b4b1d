"""Tables of secrets come in: checked as a whole, written as a whole."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit.acts import Act, opened
from audit.models import ChangeRow, ChangeSet
from inventory.csv_import import Change, Problem, import_csv
from inventory.models import Secret
from tests.factories import make_environment, make_person, make_secret, make_service, make_team, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    make_environment(code="prod")
    make_service(code="stripe")
    make_type(name="API Keys", short_name="API Key")


def take_over(text, *, by, dry_run=False):
    with opened(Act(lambda: by, ChangeSet.Source.WEB, "")):
        return import_csv(text, by=by, reason="Spring cleaning", dry_run=dry_run)


def problems_of(text, by):
    return [(problem.line, problem.column, problem.words) for problem in take_over(text, by=by).problems]


def test_a_new_row_becomes_a_secret_with_its_people(security, owner, places):
    text = "name,type,owner,owner_slack,status\nprod/stripe/secret_key,api key,Olga Owner,@olga,Active\n"

    outcome = take_over(text, by=security)

    secret = Secret.objects.get()
    assert (str(secret), secret.owner, secret.type.name, secret.status) == (
        "prod/stripe/secret_key",
        owner,
        "API Keys",
        "active",
    )
    assert [change.name for change in outcome.changes] == ["prod/stripe/secret_key"]
    assert ChangeSet.objects.latest("pk").source == "import"
    assert ChangeSet.objects.latest("pk").reason == "Spring cleaning"


def test_a_dry_run_says_what_would_change_and_writes_nothing(security, places):
    make_secret(name="prod/stripe/secret_key", purpose="Payments")
    rows = ChangeRow.objects.count()
    text = "name,purpose\nprod/stripe/secret_key,Payments in the shop\nprod/stripe/webhook,Calls back\n"

    outcome = take_over(text, by=security, dry_run=True)

    assert outcome.changes == [
        Change("prod/stripe/secret_key", False, [("Purpose", "Payments", "Payments in the shop")]),
        Change("prod/stripe/webhook", True, [("Purpose", "", "Calls back")]),
    ]
    assert [secret.purpose for secret in Secret.objects.all()] == ["Payments"]
    assert ChangeRow.objects.count() == rows


def test_one_wrong_row_keeps_all_rows_out(security, places):
    text = "name,owner\nprod/stripe/secret_key,\nprod/stripe/other,Nobody Known\n"

    assert problems_of(text, security) == [(3, "owner", "There is no active person called Nobody Known. Add it first.")]
    assert Secret.objects.count() == 0


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("dev/stripe/key,,,,,,", "name", "There is no environment dev. Add it first."),
        ("prod/other/key,,,,,,", "name", "There is no service other. Add it first."),
        ("prod/stripe,,,,,,", "name", "Write the name as environment/service/credential_type."),
        ("prod/stripe/key,Unheard,,,,,", "type", "There is no type Unheard. Add it first."),
        ("prod/stripe/key,,,fine,,,", "status", "Write one of active, deprecated, compromised, retired."),
        (
            "prod/stripe/key,,,,2026-01-02,,",
            "last_rotated_on",
            "Record the rotation instead, and leave this cell as it is or empty.",
        ),
        ("prod/stripe/key,,,,,soon,", "waived_until", "Write the date as 2026-07-14: year, month, day."),
        ("prod/stripe/key,,,,,2026-07-14,", "waived_reason", "Say why rotating is waived."),
        (
            "prod/stripe/key,,,,,,0",
            "rotation_interval_days",
            "Rotation interval must be at least 1 day. Leave it empty for none.",
        ),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(security, places, row, column, words):
    text = f"name,type,owner,status,last_rotated_on,waived_until,rotation_interval_days\n{row}\n"

    assert (2, column, words) in problems_of(text, security)


def test_a_name_of_two_people_needs_the_slack_handle(security, places):
    make_person(name="Kim", slack_handle="kim1")
    make_person(name="Kim", slack_handle="kim2")

    assert problems_of("name,owner\nprod/stripe/key,Kim\n", security) == [
        (2, "owner", "Several people are called Kim. Add the Slack handle.")
    ]


def test_a_secret_twice_is_a_problem(security, places):
    text = "name\nprod/stripe/key\n\nprod/stripe/key\n"

    assert problems_of(text, security) == [(4, "name", "This secret stands in the table twice.")]


def test_an_empty_cell_changes_nothing(security, owner, places):
    make_secret(name="prod/stripe/key", owner=owner, purpose="Payments")

    outcome = take_over("name,owner,purpose\nprod/stripe/key,,\n", by=security)

    assert (outcome.changes, outcome.unchanged) == ([], 1)
    assert Secret.objects.get().owner == owner


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("name,purpose\nprod/stripe/key,VALUE\n", 2, "purpose"),
        ("name,value\nprod/stripe/key,VALUE\n", 2, "number 2"),
        ("name,VALUE\nprod/stripe/key,x\n", 1, "number 2"),
        ("name\nprod/stripe/key\n# VALUE\n", 3, "name"),
        ("name\nprod/stripe/key,too,many,VALUE\n", 2, "number 4"),
        ("no table\nVALUE\n", 2, "number 1"),
        ('name\n"VALUE', 2, "name"),
    ],
)
def test_a_cell_that_looks_like_a_value_is_refused_and_not_repeated(security, places, text, line, column):
    value = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"

    outcome = take_over(text.replace("VALUE", value), by=security)

    assert [(problem.line, problem.column) for problem in outcome.problems] == [(line, column)]
    assert outcome.holds_value
    assert value not in repr(outcome)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is nothing to read: the first line must name the columns."),
        ("owner\nKim\n", "The first line must name each column once, the column name among them."),
        ("name,name\na,b\n", "The first line must name each column once, the column name among them."),
        ("name,owner\nprod/stripe/key\n", "Line 2 has 1 cells, but there are 2 columns."),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(security, text, words):
    assert take_over(text, by=security).problems == [Problem(words)]


def test_semicolons_a_byte_order_mark_and_unknown_columns_are_read(security, places):
    outcome = take_over("\ufeffName;Colour;Purpose\r\nprod/stripe/key;red;Payments\r\n", by=security)

    assert (outcome.unknown_columns, Secret.objects.get().purpose) == (["colour"], "Payments")


def test_an_exported_register_changes_nothing_when_it_comes_back(as_security, security, owner, backup_owner):
    team = make_team(name="=Team")
    make_secret(
        name="prod/stripe/key",
        owner=owner,
        backup_owner=backup_owner,
        team=team,
        purpose='-1, "two"\nlines',
        last_rotated_on=date(2026, 1, 1),
        rotation_interval_days=30,
        interval_reason="@home",
    )
    make_secret(name="dev/redis/password", type=None, status="retired")
    exported = b"".join(as_security.get(reverse("inventory:csv") + "?status=").streaming_content).decode()

    outcome = take_over(exported, by=security)

    assert (outcome.problems, outcome.changes, outcome.unchanged) == ((), [], 1)


def test_only_security_imports(owner, auditor):
    for user in (owner.account, auditor):
        with pytest.raises(PermissionDenied):
            take_over("name\nprod/stripe/key\n", by=user)


def test_the_page_checks_first_and_imports_on_confirmation(as_security, places):
    address = reverse("inventory:import_csv")
    table = "name,purpose\nprod/stripe/key,Payments\n"

    checked = as_security.post(address, {"table": table, "reason": "CSV import"})
    kept = Secret.objects.count()
    done = as_security.post(address, {"table": table, "reason": "CSV import", "confirm": "yes"}, follow=True)

    assert (checked.status_code, kept, Secret.objects.count()) == (200, 0, 1)
    assert "Import 1 secret" in checked.content.decode()
    assert [str(message) for message in done.context["messages"]] == ["1 secret imported."]


@pytest.mark.parametrize("reason", ["CSV import", ""])
def test_the_page_does_not_give_a_value_back(as_security, places, reason):
    value = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"

    page = as_security.post(
        reverse("inventory:import_csv"), {"table": f"name,purpose\nprod/stripe/key,{value}\n", "reason": reason}
    )

    assert page.status_code == 200
    assert value not in page.content.decode()
