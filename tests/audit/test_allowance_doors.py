"""How security says, in the admin and with a command, that a text is no value."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.allowance import MARK
from audit.commands import ActingCommand
from audit.models import ChangeSet, User
from contacts.models import Team
from inventory.models import Secret
from tests.admin_pages import address_of, sent_back
from tests.audit.test_allowance import CERTAIN, FIELD, RESEMBLING, WHY, attempt, save, written
from tests.factories import make_secret


class Admin:
    """The page of a secret in the admin, as somebody uses it."""

    def __init__(self, client: Client, account: User, secret: Secret) -> None:
        client.force_login(account)
        self.client, self.address = client, address_of(Secret, "change", secret.pk)

    def sent(self, **fields: str) -> Any:
        data = sent_back(self.client, self.address) | {"change_reason": "To try it"} | fields
        return self.client.post(self.address, data)


def test_the_admin_asks_security_whether_it_is_a_value(client: Client, security: User) -> None:
    page = Admin(client, security, make_secret()).sent(purpose=RESEMBLING).content.decode()

    assert RESEMBLING not in page
    assert '<input type="checkbox" name="is_no_value"' in page
    assert "This is no value, and I say why" in page
    assert written() == set()


def test_the_admin_shows_nobody_the_question_before_there_is_one(client: Client, security: User) -> None:
    page = client.get(Admin(client, security, make_secret()).address).content.decode()

    assert '<input type="checkbox" name="is_no_value"' not in page


def test_the_admin_keeps_what_security_says_is_no_value(client: Client, security: User) -> None:
    answer = Admin(client, security, make_secret()).sent(purpose=RESEMBLING, is_no_value="on", no_value_reason=WHY)

    assert (answer.status_code, written()) == (302, {RESEMBLING})
    assert ChangeSet.objects.latest("pk").reason == f"To try it. {MARK}{FIELD}: {WHY}"


@pytest.mark.parametrize(
    "fields", [{"is_no_value": "on"}, {"no_value_reason": WHY}, {"is_no_value": "on", "no_value_reason": RESEMBLING}]
)
def test_the_admin_wants_both_the_tick_and_the_reason(client: Client, security: User, fields: dict[str, str]) -> None:
    answer = Admin(client, security, make_secret()).sent(purpose=RESEMBLING, **fields)

    assert (answer.status_code, written()) == (200, set())
    assert RESEMBLING not in answer.content.decode()


def test_the_admin_keeps_no_known_format(client: Client, security: User) -> None:
    answer = Admin(client, security, make_secret()).sent(purpose=CERTAIN, is_no_value="on", no_value_reason=WHY)

    assert (answer.status_code, written()) == (200, set())
    assert CERTAIN not in answer.content.decode()


def test_the_admin_takes_the_word_of_an_owner_for_nothing(client: Client, owner: Any) -> None:
    account = User.objects.get(username="olga")
    form = Admin(client, account, make_secret(owner=owner))

    answer = form.sent(purpose=RESEMBLING, is_no_value="on", no_value_reason=WHY)

    page = answer.content.decode()
    assert (answer.status_code, written()) == (200, set())
    assert (RESEMBLING in page, "is_no_value" in page) == (False, False)


def test_an_owner_edits_around_what_security_let_stay(client: Client, security: User, owner: Any) -> None:
    secret = make_secret(owner=owner)
    attempt(security, save, secret, RESEMBLING)

    answer = Admin(client, User.objects.get(username="olga"), secret).sent(opens="Ask first")

    secret.refresh_from_db()
    assert (answer.status_code, secret.purpose, secret.opens) == (302, RESEMBLING, "Ask first")


class AddTeam(ActingCommand):
    reason = "Added a team"

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")

    def may(self, actor: User) -> bool:
        return True

    def act(self, actor: User, **options: Any) -> str:
        Team.objects.create(name=options["name"])
        return "Done"


def run(*args: str) -> None:
    call_command(AddTeam(), *args, stdout=StringIO())


def test_a_command_is_told_in_which_field_and_why(security: User) -> None:
    run(RESEMBLING, "--as", "sam", "--no-value-in", "contacts.team.name", "--no-value-because", WHY)

    assert Team.objects.get().name == RESEMBLING
    assert ChangeSet.objects.latest("pk").reason == f"Added a team. {MARK}contacts.team.name: {WHY}"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--as", "sam"], "name: This looks like a value after the word “token”. Keep it in your store and write its"
         " path here; if it was real, treat it as leaked and rotate it. If it is no value, say it in other words."),
        (["--as", "sam", "--no-value-in", "contacts.team.name"], "Say why this is no value."),
        (["--as", "sam", "--no-value-because", WHY],
         "Name the fields with --no-value-in, such as inventory.secret.purpose."),
        (["--as", "sam", "--no-value-in", "contacts.team.nothing", "--no-value-because", WHY],
         "Name the fields with --no-value-in, such as inventory.secret.purpose."),
        (["--as", "ada", "--no-value-in", "contacts.team.name", "--no-value-because", WHY],
         "Only security may say that a text is no value."),
    ],
)  # fmt: skip
def test_a_command_refuses_otherwise(security: User, auditor: User, args: list[str], words: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(RESEMBLING, *args)

    assert str(refused.value) == words
    assert Team.objects.count() == 0
