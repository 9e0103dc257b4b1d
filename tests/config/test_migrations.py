"""Tables can be made floor by floor, taken away again, and made anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ["audit", "contacts", "inventory", "rotations", "documents"]
STEPS = [[floor] for floor in FLOORS] + [[floor, "zero"] for floor in reversed(FLOORS)] + [[]]
# In a process and a database of its own: this one's tables are in use.
SCRIPT = """
import django
from django.core.management import call_command

django.setup()
for step in {steps}:
    call_command("migrate", *step, verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
"""


@pytest.mark.slow
def test_the_tables_of_every_floor_come_and_go(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT.format(steps=STEPS)]
    surroundings = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'register.sqlite3'}"}
    surroundings |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=300, check=False)

    told = [line for line in done.stderr.splitlines() if "Head of the ledger" not in line]
    assert (done.returncode, told) == (0, [])
