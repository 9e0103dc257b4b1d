"""Tables of secrets go out: what is shown, nothing a spreadsheet could run, no phone numbers."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.urls import reverse

from audit.ledger.head import head
from inventory.csv_out import COLUMNS, as_written, harmless
from tests.factories import make_person, make_secret, make_team

pytestmark = pytest.mark.django_db


def table(client, query=""):
    response = client.get(reverse("inventory:csv") + query)
    text = b"".join(response.streaming_content).decode()
    return response, list(csv.reader(text.splitlines(keepends=True)))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'", "'="])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless_and_read_back(start):
    cell = f"{start}1+1"

    assert harmless(cell) == f"'{cell}"
    assert as_written(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["", "plain", "a=b", "O'Hara"])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == as_written(cell) == cell


def test_a_secret_is_one_line_below_the_columns(as_security, owner, backup_owner):
    make_secret(
        name="prod/stripe/key",
        owner=owner,
        backup_owner=backup_owner,
        team=make_team(name="=Ops()"),
        last_rotated_on=date(2026, 1, 1),
        purpose="Payments",
    )

    response, lines = table(as_security)

    assert lines[0] == list(COLUMNS)
    assert dict(zip(COLUMNS, lines[1], strict=True)) == dict.fromkeys(COLUMNS, "") | {
        "name": "prod/stripe/key",
        "type": "API Keys",
        "owner": "Olga Owner",
        "owner_slack": "olga",
        "backup_owner": "Ben Backup",
        "backup_owner_slack": "ben",
        "team": "'=Ops()",
        "status": "active",
        "standing": "overdue",
        "last_rotated_on": "2026-01-01",
        "next_rotation_on": "2026-04-01",
        "purpose": "Payments",
    }
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="secrets-')


def test_the_last_line_says_what_the_table_is(as_security):
    make_secret(name="prod/stripe/key")
    make_secret(name="dev/stripe/key")

    _, lines = table(as_security, "?environment=prod")

    (words,) = lines[-1]
    assert words.startswith("# Secrets Index, Northwind. As of 20")
    assert words.endswith(f"Exported by Sam Security. Head of the ledger: {head()}.")
    assert "Europe/Berlin, Environment: Production, 1 of 2 secrets in use." in words


def test_the_table_holds_what_is_shown_in_its_order(as_security):
    for name in ("prod/stripe/b", "prod/stripe/a", "prod/redis/a"):
        make_secret(name=name)

    _, lines = table(as_security, "?service=stripe&sort=name")

    assert [line[0] for line in lines[1:-1]] == ["prod/stripe/a", "prod/stripe/b"]


def test_phone_numbers_are_left_out(as_security):
    make_secret(owner=make_person(phone="+49 30 5550199"))

    _, lines = table(as_security)

    assert "5550199" not in repr(lines)


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_cost_does_not_grow_with_the_rows(as_security, number, owner, django_assert_num_queries):
    for _ in range(number):
        make_secret(owner=owner)

    with django_assert_num_queries(13):
        table(as_security)
