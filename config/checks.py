"""What an operator may have configured wrong and the settings alone cannot tell."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import connections
from django.utils.module_loading import import_string

from audit.ledger import triggers

SHORTEST_KEY = 50
MOST_NAMED = 5


@register("calendar")
def calendar_sources_can_be_called(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Return an error for each calendar source that is no function."""
    return [
        Error(
            f"CALENDAR_SOURCES names {source}, which cannot be called.",
            hint="Write the dotted name of a function, such as rotations.feeds.entries.",
            id="config.E001",
        )
        for source in settings.CALENDAR_SOURCES
        if not _can_be_called(source)
    ]


@register("security", deploy=True)
def sample_accounts_are_not_deployed(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Return a warning where `manage.py demo` could make accounts whose passwords everybody knows."""
    if not settings.DEMO:
        return []
    return [Advice("DEMO is on.", hint="Leave DEMO out where real people sign in.", id="config.W001")]


@register("security", deploy=True)
def the_ledger_has_a_key_of_its_own(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Return a warning where whoever knows SECRET_KEY could seal a ledger made anew."""
    if settings.AUDIT_KEY_IS_OWN and len(settings.AUDIT_KEY) >= SHORTEST_KEY:
        return []
    what = (
        "is too easy to guess"
        if settings.AUDIT_KEY_IS_OWN
        else "is not set, so the ledger's key is made from SECRET_KEY"
    )
    hint = f"Set it to at least {SHORTEST_KEY} random characters, and keep a copy where the database is not."
    return [Advice(f"AUDIT_KEY {what}.", hint=hint, id="config.W002")]


@register(Tags.database)
def triggers_are_there(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Return a warning where triggers are missing; no error, because that would keep `migrate` from making them."""
    missing = [words for alias in databases or () for words in triggers.findings(connections[alias])]
    if not missing or not any(triggers.tables_are_there(connections[alias]) for alias in databases or ()):
        return []
    hint = "Run manage.py migrate, which makes them, then manage.py verify_audit_trail."
    return [Advice(f"The ledger is not guarded: {' '.join(missing[:MOST_NAMED])}", hint=hint, id="config.W003")]


def _can_be_called(source: str) -> bool:
    try:
        return callable(import_string(source))
    except ImportError:
        return False
