"""Security may say that a text which only resembles a value is none; nobody else may, and known formats never pass."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from audit.acts import acting, allow_values
from audit.allowance import MARK, fields_told
from audit.commands import ActingCommand
from audit.models import ChangeSet, User
from contacts.models import Team
from inventory.models import Secret
from tests.admin_pages import address_of, sent_back
from tests.audit.test_guard import KNOWN, join
from tests.factories import make_consumer, make_secret, make_user

RESEMBLING = join("queue token: ", "q8Zt4mWx", "2LbN7cRv")
CERTAIN = KNOWN["github-token"]
WHY = "It is the name of a queue."
FIELD = "inventory.secret.purpose"


def save(secret: Secret, text: str) -> None:
    secret.purpose = text
    secret.save()


def save_named(secret: Secret, text: str) -> None:
    secret.purpose = text
    secret.save(update_fields=["purpose"])


def update(secret: Secret, text: str) -> None:
    Secret.objects.filter(pk=secret.pk).update(purpose=text)


def bulk_update(secret: Secret, text: str) -> None:
    secret.purpose = text
    Secret.objects.bulk_update([secret], ["purpose"])


def bulk_create(secret: Secret, text: str) -> None:
    fields = {"environment": secret.environment, "service": secret.service, "type": secret.type}
    Secret.objects.bulk_create([Secret(**fields, credential_type="another", purpose=text)])


def clean_and_save(secret: Secret, text: str) -> None:
    secret.purpose = text
    secret.full_clean()
    secret.save()


DOORS = pytest.mark.parametrize("door", [save, save_named, update, bulk_update, bulk_create, clean_and_save])
Door = Callable[[Secret, str], None]


def attempt_in(secret: Secret, text: str, *others: Any) -> None:
    allow_values(WHY)
    save(secret, text)
    for other in others:
        other.save()


def written() -> set[str]:
    return set(Secret.objects.values_list("purpose", flat=True)) - {""}


def attempt(actor: User, door: Door, secret: Secret, text: str, fields: tuple[str, ...] = ()) -> None:
    with acting(actor=actor, source=ChangeSet.Source.COMMAND, reason="To try it"):
        allow_values(WHY, fields)
        door(secret, text)


@DOORS
def test_security_lets_a_text_stay_that_is_no_value(security: User, door: Door) -> None:
    attempt(security, door, make_secret(), RESEMBLING)

    entry = ChangeSet.objects.latest("pk")
    assert written() == {RESEMBLING}
    assert entry.reason == f"To try it {MARK}{FIELD}: {WHY}"
    assert fields_told(entry.reason) == {FIELD}


@DOORS
def test_a_known_format_passes_at_no_door(security: User, door: Door) -> None:
    secret = make_secret()

    with pytest.raises(ValidationError):
        attempt(security, door, secret, CERTAIN, (FIELD,))

    assert written() == set()


@DOORS
def test_without_a_word_of_security_the_text_is_refused(security: User, door: Door) -> None:
    secret = make_secret()

    with (
        pytest.raises(ValidationError),
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason="To try it"),
    ):
        door(secret, RESEMBLING)

    assert written() == set()


@DOORS
@pytest.mark.parametrize("roles", [(), ("owner",), ("auditor",), ("owner", "auditor")])
def test_nobody_else_may_say_so(db: None, door: Door, roles: tuple[str, ...]) -> None:
    secret, account = make_secret(), make_user(roles=roles)

    with pytest.raises(PermissionDenied):
        attempt(account, door, secret, RESEMBLING)

    assert written() == set()


def test_the_system_may_not_say_so(db: None) -> None:
    with (
        pytest.raises(PermissionDenied),
        acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="To try it"),
    ):
        allow_values(WHY)


@pytest.mark.parametrize("why", ["", "  ", RESEMBLING, CERTAIN])
def test_the_reason_why_is_needed_and_holds_no_value(security: User, why: str) -> None:
    with (
        pytest.raises(ValidationError),
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason="To try it"),
    ):
        allow_values(why)


@pytest.mark.parametrize("reason", [RESEMBLING, f"Typed by hand. {MARK}{FIELD}: because"])
def test_a_reason_holds_no_value_and_tells_of_no_allowance(security: User, reason: str) -> None:
    secret = make_secret()

    with (
        pytest.raises(ValidationError),
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason=reason),
    ):
        attempt_in(secret, "Charges cards")

    assert written() == set()


def test_only_the_fields_that_are_named_are_let_through(security: User) -> None:
    secret = make_secret()

    with pytest.raises(ValidationError) as error:
        attempt(security, save, secret, RESEMBLING, ("inventory.secret.opens",))

    assert list(error.value.message_dict) == ["purpose"]


def test_what_the_entry_does_not_tell_of_is_not_let_through(security: User) -> None:
    one = make_secret()
    other = make_consumer(secret=one)
    other.name = RESEMBLING

    with (
        pytest.raises(ValidationError) as error,
        acting(actor=security, source=ChangeSet.Source.COMMAND, reason="To try it"),
    ):
        attempt_in(one, RESEMBLING, other)

    assert list(error.value.message_dict) == ["name"]


def test_an_entry_without_such_a_text_tells_of_none(security: User) -> None:
    attempt(security, save, make_secret(), "Charges cards")

    assert ChangeSet.objects.latest("pk").reason == "To try it"


@pytest.mark.parametrize("door", [save, save_named, update, bulk_update, clean_and_save])
@pytest.mark.parametrize("text", [RESEMBLING, CERTAIN])
def test_whoever_changes_something_else_is_not_stopped_by_an_old_text(
    security: User, monkeypatch: pytest.MonkeyPatch, door: Door, text: str
) -> None:
    secret = make_secret()
    with monkeypatch.context() as before_the_rule:
        before_the_rule.setattr("audit.tracked.check_text", lambda text: None)
        attempt(security, save, secret, text)

    with acting(actor=make_user(roles=("owner",)), source=ChangeSet.Source.COMMAND, reason="Another field"):
        secret.opens = "Ask first"
        door(secret, text)

    assert written() == {text}


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
    assert ChangeSet.objects.latest("pk").reason == f"To try it {MARK}{FIELD}: {WHY}"


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
    assert ChangeSet.objects.latest("pk").reason == f"Added a team {MARK}contacts.team.name: {WHY}"


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
