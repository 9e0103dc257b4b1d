"""Knows who acts in a command: it names its actor with --as, and is refused without one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit.acts import NoActError, acting, allow_values
from audit.allowance import is_field
from audit.change_sets import ChangeSet
from audit.models import User
from audit.policies import is_security


class ActingCommand(BaseCommand, ABC):
    """A command that changes something: all of it or nothing, in one change set of the account named with --as.

    A subclass gives `reason` and `act`, adds its arguments after calling `super().add_arguments(parser)`, and
    says in `may` who may run it. Errors of validation and of permission become one line.
    """

    source: ClassVar[str] = ChangeSet.Source.COMMAND
    reason: ClassVar[str] = ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --as, --reason, and the way to say that a text is no value."""
        add_actor(parser)
        parser.add_argument("--reason", default=self.reason, help=f"Why. Without it: {self.reason}")
        parser.add_argument(
            "--no-value-in",
            action="append",
            default=[],
            metavar="FIELD",
            help="A field, such as inventory.secret.purpose, whose texts only resemble values. For security.",
        )
        parser.add_argument("--no-value-because", default="", metavar="WHY", help="Why they are no values.")

    def handle(self, *args: Any, **options: Any) -> str | None:
        actor = actor_named(options["as"])
        if not self.may(actor):
            raise CommandError(f"The account {actor.username} may not do this. Name another one with --as.")
        try:
            with acting(actor=actor, source=self.source, reason=options["reason"]), transaction.atomic():
                _let_stay(options["no_value_in"], options["no_value_because"])
                return self.act(actor, **options)
        except ValidationError as error:
            raise CommandError(" ".join(_told(error))) from None
        except (PermissionDenied, NoActError) as error:
            raise CommandError(str(error)) from None

    def may(self, actor: User) -> bool:
        """Return whether `actor` may run this command: whoever has the role security."""
        return is_security(actor)

    @abstractmethod
    def act(self, actor: User, **options: Any) -> str | None:
        """Do it, and return what is to be printed, if anything."""


def _let_stay(fields: Sequence[str], why: str) -> None:
    if not fields and not why:
        return
    unknown = [name for name in fields if not is_field(name)]
    if unknown or not fields:
        raise CommandError("Name the fields with --no-value-in, such as inventory.secret.purpose.")
    allow_values(why, fields)


def _told(error: ValidationError) -> list[str]:
    """Return the messages, each with the field it is about where there is one."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        f"{name}: {words}" if name != NON_FIELD_ERRORS else words
        for name, messages in error.message_dict.items()
        for words in messages
    ]


def add_actor(parser: CommandParser) -> None:
    """Add the option --as."""
    parser.add_argument("--as", metavar="USERNAME", help="The account that makes this change.")


def actor_named(username: str | None) -> User:
    """Return the active account of this name; raises CommandError where there is none, or nobody is named."""
    if not username:
        raise CommandError("Say who makes this change: --as USERNAME.")
    account = User.objects.filter(username=username).first()
    if account is None:
        raise CommandError(f"There is no account {username}. Name one that exists with --as.")
    if not account.is_active:
        raise CommandError(f"The account {username} is not active. Name another one with --as.")
    return account
