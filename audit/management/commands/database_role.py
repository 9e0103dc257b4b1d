"""Prints the SQL that gives the running application a database role which does not own the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from audit.ledger.database_role import grants


class Command(BaseCommand):
    """Prints; the owner of the tables runs it."""

    help = "Print the grants for the application's own role in PostgreSQL, to be run by the tables' owner."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the name of the role."""
        parser.add_argument("role", help="The role that DATABASE_URL of the running application names.")

    def handle(self, *args: Any, **options: Any) -> str:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: whoever can write the file can write all of it.")
        return "\n".join(f"{statement};" for statement in grants(options["role"]))
