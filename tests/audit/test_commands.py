from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from audit.commands import ActingCommand
from audit.models import ChangeSet, RoleGrant, User
from contacts.models import Team
from tests.factories import make_user


class AddTeams(ActingCommand):
    reason = "Added teams"
    failure: Exception | None = None

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("names", nargs="+")

    def act(self, actor: User, **options: Any) -> str:
        for name in options["names"]:
            Team.objects.create(name=name)
        if self.failure is not None:
            raise self.failure
        return "Done"


def run(command: Any, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def test_a_command_changes_everything_in_one_change_set_of_its_actor(security: User) -> None:
    said = run(AddTeams(), "Web", "Ops", "--as", "sam")

    change_set = ChangeSet.objects.latest("pk")
    assert said == "Done\n"
    assert (change_set.actor, change_set.source, change_set.reason) == (security, "command", "Added teams")
    assert sorted(change_set.rows.values_list("object_text", flat=True)) == ["Ops", "Web"]


def test_a_command_keeps_the_reason_it_is_given(security: User) -> None:
    run(AddTeams(), "Web", "--as", "sam", "--reason", "Company reorganised")

    assert ChangeSet.objects.latest("pk").reason == "Company reorganised"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "Say who makes this change: --as USERNAME."),
        (["--as", "nobody"], "There is no account nobody. Name one that exists with --as."),
        (["--as", "gone"], "The account gone is not active. Name another one with --as."),
        (["--as", "ada"], "The account ada may not do this. Name another one with --as."),
        (["--as", "sam", "--reason", " "], "This change has no reason: say why it is made."),
    ],
)
def test_a_command_without_somebody_who_may_is_refused(
    security: User, auditor: User, args: list[str], words: str
) -> None:
    make_user(username="gone", roles=("security",), is_active=False)

    with pytest.raises(CommandError) as refused:
        run(AddTeams(), "Web", *args)

    assert str(refused.value) == words
    assert list(Team.objects.all()) == []


@pytest.mark.parametrize("failure", [ValidationError("No."), PermissionDenied("No.")])
def test_a_command_that_fails_in_its_midst_writes_nothing(security: User, failure: Exception) -> None:
    command = AddTeams()
    command.failure = failure
    before = ChangeSet.objects.count()

    with pytest.raises(CommandError) as refused:
        run(command, "Web", "--as", "sam")

    assert str(refused.value) == "No."
    assert (Team.objects.count(), ChangeSet.objects.count()) == (0, before)


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text("correct horse battery\n")
    return str(path)


def test_the_first_account_is_made_by_the_system(db: None, password_file: str) -> None:
    said = run("create_account", "mia", "--role", "security", "--password-file", password_file)

    account = User.objects.get()
    change_set = ChangeSet.objects.latest("pk")
    assert said == "Made the account mia: security.\n"
    assert (account.roles, account.check_password("correct horse battery")) == ({"security"}, True)
    assert (change_set.source, change_set.actor) == ("system", None)


def test_every_other_account_is_made_by_somebody(security: User, password_file: str) -> None:
    run("create_account", "mia", "--role", "owner", "--as", "sam", "--password-file", password_file)

    change_set = ChangeSet.objects.latest("pk")
    assert (change_set.source, change_set.actor) == ("command", security)
    assert sorted(change_set.rows.values_list("object_text", flat=True)) == ["mia", "mia: Owner"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "Say who makes this change: --as USERNAME."),
        (["--as", "ada"], "The account ada may not make accounts. Name another one with --as."),
    ],
)
def test_a_second_account_is_not_made_by_whoever_likes(
    security: User, auditor: User, password_file: str, args: list[str], words: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run("create_account", "mia", "--role", "security", "--password-file", password_file, *args)

    assert str(refused.value) == words
    assert User.objects.filter(username="mia").first() is None


def test_an_account_needs_a_password_that_is_hard_to_guess(db: None, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("4711471147114711")

    with pytest.raises(CommandError) as refused:
        run("create_account", "mia", "--password-file", str(path))

    assert str(refused.value) == "This password is entirely numeric."
    assert User.objects.count() == 0


def test_an_account_needs_a_password_file_that_can_be_read(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run("create_account", "mia", "--password-file", str(tmp_path / "none"))

    assert str(refused.value) == "The password file cannot be read (FileNotFoundError)."


def test_a_name_that_is_taken_is_refused(security: User, password_file: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("create_account", "sam", "--as", "sam", "--password-file", password_file)

    assert str(refused.value) == "An account with this user name exists."


def test_createsuperuser_makes_an_account_that_may_do_everything(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")

    run("createsuperuser", "--noinput", "--username", "root", "--email", "root@example.org")

    account = User.objects.get()
    assert (account.username, account.roles, account.is_staff) == ("root", {"security"}, True)
    assert account.check_password("correct horse battery")
    assert ChangeSet.objects.latest("pk").source == "system"
    assert RoleGrant.objects.count() == 0
