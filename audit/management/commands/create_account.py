"""Makes an account with its roles; the first one is made by the system, every other by an account named with --as."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit.acts import acting
from audit.change_sets import ChangeSet
from audit.commands import actor_named, add_actor
from audit.models import RoleGrant, User
from audit.policies import may_administer_accounts


class Command(BaseCommand):
    """Make an account."""

    help = "Make an account that can sign in. The first one needs no --as and should have the role security."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", action="append", default=[], choices=RoleGrant.Role.values, dest="roles")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-file", metavar="PATH", help="A file whose first line is the password; - for standard input."
        )
        add_actor(parser)

    def handle(self, *args: Any, **options: Any) -> str:
        actor = self._actor(options["as"])
        account = User(
            username=User.normalize_username(options["username"]),
            first_name=options["first_name"],
            last_name=options["last_name"],
            email=options["email"],
        )
        try:
            account.full_clean(exclude=["password"])
            account.set_password(_password(account, options["password_file"]))
            _write(account, options["roles"], actor)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return f"Made the account {account.username}: {', '.join(options['roles']) or 'no role yet'}."

    def may(self, actor: User) -> bool:
        """Return whether `actor` may make accounts."""
        return may_administer_accounts(actor)

    def _actor(self, username: str | None) -> User | None:
        """Return who makes the account, or None for the system where there is no account yet."""
        if username is None and not User.objects.exists():
            return None
        actor = actor_named(username)
        if not self.may(actor):
            raise CommandError(f"The account {actor.username} may not make accounts. Name another one with --as.")
        return actor


def _write(account: User, roles: list[str], actor: User | None) -> None:
    source = ChangeSet.Source.COMMAND if actor is not None else ChangeSet.Source.SYSTEM
    with acting(actor=actor, source=source, reason="Account made with create_account"), transaction.atomic():
        account.save()
        for role in dict.fromkeys(roles):
            RoleGrant.objects.create(user=account, role=role)


def _password(account: User, path: str | None) -> str:
    """Return the password typed twice, or the first line of the file; raises ValidationError for a weak one."""
    if path is None and not sys.stdin.isatty():
        raise CommandError("Nobody is here to type a password. Name a file that holds it: --password-file PATH.")
    password = _typed() if path is None else _first_line(path)
    validate_password(password, account)
    return password


def _typed() -> str:
    password = getpass("Password: ")
    if getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ. Nothing was made.")
    return password


def _first_line(path: str) -> str:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The password file cannot be read ({type(error).__name__}).") from None
    return text.partition("\n")[0].rstrip("\r")
