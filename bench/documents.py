"""What importing and exporting a document costs, beside saving row by row; and the memory both take."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.acts import acting
from audit.models import ChangeSet, User
from bench.filling import TODAY
from bench.measure import once, say
from documents.exporting import document
from documents.importing.plan import carry_out, plan
from inventory.models import Environment, Secret, SecretType, Service

ROWS = 2_000
LOOPED = 300


def run(security: User, size: int) -> None:
    """Print the ratios; everything written is rolled back."""
    text = _document(ROWS)
    imported = _rolled_back(security, lambda: _import(text, security)) / ROWS
    looped = _rolled_back(security, lambda: _save_in_a_loop(LOOPED)) / LOOPED
    figures = (f"{1 / imported:.0f} rows/s", f"{1 / looped:.0f} rows/s")
    say(f"importing {ROWS} rows, beside full_clean() and save()", looped / imported, "at least 10", *figures)
    peak = _peak(lambda: _rolled_back(security, lambda: _import(text, security)))
    say(f"peak memory of importing {ROWS} rows, in MiB", peak, "-")
    say("peak memory of exporting the whole register, in MiB", _peak(document), "-")


def _import(text: str, security: User) -> None:
    planned = plan(text, by=security, at=timezone.now(), today=TODAY, lock=True)
    if planned.problems:
        raise RuntimeError("The measured document has problems.")
    carry_out(planned, leave_out_problems=False)


def _save_in_a_loop(rows: int) -> None:
    environment = Environment.objects.create(code="loop", name="Loop")
    service, kind = (
        Service.objects.create(code="loop"),
        SecretType.objects.create(name="Loop", rotation_interval_days=90),
    )
    for number in range(rows):
        secret = Secret(environment=environment, service=service, credential_type=f"key_{number}", type=kind)
        secret.full_clean()
        secret.save()


def _rolled_back(security: User, case: Callable[[], None]) -> float:
    with acting(actor=security, source=ChangeSet.Source.IMPORT, reason="Measured"), transaction.atomic():
        spent = once(case)
        transaction.set_rollback(True)
    return spent


def _peak(case: Callable[[], object]) -> float:
    tracemalloc.start()
    case()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024 / 1024


def _document(rows: int) -> str:
    """Return a document of `rows` secrets of an environment of their own, a quarter of them with a date."""
    lines = [
        "# Secrets\n\n## Secret Inventory\n\n### Measured Secrets\n",
        "| Secret Name | Owner | Slack | Type | Last Rotation | Next Rotation | Status |",
        "|---|---|---|---|---|---|---|",
    ]
    for number in range(rows):
        last = (TODAY - timedelta(days=number % 80)).isoformat() if number % 4 == 0 else "[TBD]"
        lines.append(
            f"| `measured/service-{number % 100}/fresh_{number}` | Person {number % 200} | @p{number % 200} | Type 1 |"
            f" {last} | [TBD] | Active |"
        )
    lines.append("\n## Secret Naming Convention\n\n### Environment Codes\n- `measured` - Measured\n")
    return "\n".join(lines)
