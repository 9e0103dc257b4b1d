"""Makes a copy of the whole register, and says beside it which end of the ledger it holds at least."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from audit.ledger.head import head

CHUNK = 1024 * 1024


def back_up(path: Path, *, at: datetime) -> Path:
    """Write a copy of the database to `path`, which must not exist, and return the path of what is said of it.

    Nobody is kept from writing meanwhile. The head is read before the copy is made, so the copy holds it. Raises
    ValidationError where the copy cannot be made; then nothing is left behind.
    """
    if path.exists():
        raise ValidationError(f"{path} exists. Name a file that does not.", code="exists")
    end = head()
    try:
        _copy_sqlite(path) if connection.vendor == "sqlite" else _dump_postgresql(path)
        path.chmod(0o600)
        said = path.with_name(f"{path.name}.json")
        facts = {"head": str(end) if end else None, "at": at.isoformat(), "database": connection.vendor}
        said.write_text(json.dumps(facts | {"sha256": _digest(path), "bytes": path.stat().st_size}, indent=2) + "\n")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ValidationError(f"{path} cannot be written: {error.strerror}.", code="unwritable") from None
    return said


def _copy_sqlite(path: Path) -> None:
    if not path.parent.is_dir():
        raise ValidationError(f"There is no folder {path.parent}. Make it first.", code="unwritable")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])


def _dump_postgresql(path: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        to_do = "Install PostgreSQL's client programs (Debian: postgresql-client), or back up with your own tools"
        raise ValidationError(
            f"pg_dump was not found. {to_do}, and keep the output of audit_head with it.", code="tool"
        )
    wanted: dict[str, Any] = connection.get_connection_params()
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}
    environment = os.environ | {name: str(wanted[key]) for key, name in names.items() if wanted.get(key)}
    command = [program, "--format=custom", f"--file={path}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        path.unlink(missing_ok=True)
        raise ValidationError(f"pg_dump failed: {done.stderr.strip()[:500]}", code="tool")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
