"""Whether the register can answer; open to everybody, so it says nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.ledger import triggers

_migrated = False  # migrations are not undone under a running server, so one good look is enough


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and its tables are up to date and guarded, else 503 with what is not."""
    states = {"database": _database_state()}
    if states["database"] == "ok":
        states["migrations"] = _migrations_state()
    if states.get("migrations") == "ok":
        states["ledger"] = "unguarded" if triggers.findings(connection) else "ok"
    healthy = set(states.values()) == {"ok"}
    return JsonResponse({"status": "ok" if healthy else "unavailable", **states}, status=200 if healthy else 503)


def _database_state() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, ImproperlyConfigured):
        return "unreachable"
    return "ok"


def _migrations_state() -> str:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "pending"
