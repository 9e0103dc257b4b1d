"""What an operator may have configured wrong and the settings alone cannot tell."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Advice
from django.utils.module_loading import import_string


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


def _can_be_called(source: str) -> bool:
    try:
        return callable(import_string(source))
    except ImportError:
        return False
