"""Nothing of a redacted text is left in the files of SQLite, and none of it was printed or logged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import SETTINGS

ROOT = Path(__file__).resolve().parent.parent.parent.parent
VALUE = "Zebra-48-quagga-Paß"
STORY = f"""
from tests.factories import make_secret, make_user, PASSWORD
from audit.acts import acting
for name in ("sam", "lena"):
    make_user(username=name, roles=("security",))
secrets = [make_secret(purpose=f"Payments {VALUE} number {{number}}", opens="x" * 900) for number in range(40)]
with acting(actor=None, source="system", reason="Changed"):
    for secret in secrets[:20]:
        secret.purpose = "Payments"
        secret.save()
    secrets[0].delete()
"""


@pytest.mark.slow
def test_no_file_of_sqlite_holds_it_any_more(tmp_path):
    environment = (
        os.environ | SETTINGS | {"DATABASE_URL": f"sqlite:///{tmp_path}/register.sqlite3", "LOG_LEVEL": "DEBUG"}
    )

    def manage(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(
            command, env=environment, input=said, capture_output=True, text=True, check=True, cwd=ROOT
        )

    manage("migrate", "--verbosity", "0")
    manage("shell", "--verbosity", "0", "-c", STORY)
    before = _holds(tmp_path)

    done = manage(
        *("redact_history", "--as", "sam", "--with", "lena"),
        said=f"only-for-tests-4711\nonly-for-tests-4711\n{VALUE}\n",
    )

    assert before
    assert not _holds(tmp_path)
    assert VALUE not in done.stdout + done.stderr
    assert '"holds": true' in manage("verify_audit_trail", "--json").stdout


def _holds(folder: Path) -> bool:
    """Return whether any file holds the text, as it is or as JSON writes it."""
    forms = (VALUE.encode(), b"Zebra-48-quagga")
    return any(form in path.read_bytes() for path in folder.iterdir() for form in forms)
