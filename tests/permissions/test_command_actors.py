"""Who may be named with --as, by the table of docs/permissions.md."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from audit.commands import actor_named
from tests.permissions.tables import ROLES, table
from tests.permissions.test_verbs import person_with

OWN = ("audit", "contacts", "inventory", "rotations", "documents", "config")
ROWS = table("Commands")
COMMANDS = {name: load_command_class(app, name) for name, app in get_commands().items() if app in OWN}
ACTING = [row for row in ROWS if row["security"] != "shell"]
CASES = [pytest.param(row, role, id=f"{row['Command']}, {role}") for row in ACTING for role in ROLES]


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "role"), CASES)
def test_a_command_lets_act_whom_the_table_says(row: dict[str, str], role: str) -> None:
    account = person_with(*([] if role == "no role" else [role])).account

    assert COMMANDS[row["Command"]].may(actor_named(account.username)) == (row[role] == "yes")


def test_every_command_has_a_row() -> None:
    assert {row["Command"] for row in ROWS} == set(COMMANDS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["Command"])
def test_a_command_that_anybody_with_a_shell_may_run_acts_for_nobody(row: dict[str, str]) -> None:
    assert hasattr(COMMANDS[row["Command"]], "may") == (row["security"] != "shell")


@pytest.mark.django_db
def test_a_command_acts_for_nobody_unnamed() -> None:
    with pytest.raises(CommandError) as refused:
        actor_named("")

    assert str(refused.value) == "Say who makes this change: --as USERNAME."
