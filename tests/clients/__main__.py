"""Runs `make clients`: every program that is here subscribes, or is invited; what it makes of changes is printed.

`make clients ARGS="khal thunderbird"` runs those whose names hold the words. Nothing outside /tmp is written.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

from tests.clients.guests import GUESTS
from tests.clients.programs import PROGRAMS, Event, NotHereError, Program
from tests.clients.register import Register

COLUMNS = ("program", "events", "alarms", "expected", "move", "cancelled", "retired", "remarks")
GUEST_COLUMNS = ("program", "invited", "moved", "cancelled")


def main(words: list[str]) -> int:
    wanted = [kind for kind in PROGRAMS if not words or any(word.lower() in kind.name.lower() for word in words)]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="register-clients-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        register = Register(Path(folder))
        try:
            print(" | ".join(COLUMNS), flush=True)
            first: list[tuple[Program, list[Event]]] = []
            for number, kind in enumerate(wanted):
                try:
                    program = kind(Path(folder) / str(number), register.address)
                    first.append((program, program.events()))
                except NotHereError as error:
                    print(f"{kind.name} | {error}", flush=True)
                except Exception:
                    failed += 1
                    print(f"{kind.name} | FAILED\n{traceback.format_exc()}", flush=True)
            register.change()
            for program, before in first:
                print(" | ".join(told(program, before, program.events(), register)), flush=True)
            failed += invite(register, Path(folder) / "guests", words)
        finally:
            register.stop()
    return 1 if failed else 0


def invite(register: Register, folder: Path, words: list[str]) -> int:
    """Print what programs make of invitations by mail, and return how many failed."""
    wanted = [kind for kind in GUESTS if not words or any(word.lower() in kind.name.lower() for word in words)]
    failed = 0
    if wanted:
        print("\n" + " | ".join(GUEST_COLUMNS), flush=True)
    for number, kind in enumerate(wanted):
        try:
            told_of = kind(folder / str(number), "").after_each(register.invitations())
            print(" | ".join([kind.name, *map(held, told_of)]), flush=True)
        except NotHereError as error:
            print(f"{kind.name} | {error}", flush=True)
        except Exception:
            failed += 1
            print(f"{kind.name} | FAILED\n{traceback.format_exc()}", flush=True)
    return failed


def held(events: list[Event]) -> str:
    """Return in words what a guest's calendar holds."""
    return "; ".join(f"{event.start}, {event.status}, {event.alarms} alarms" for event in events) or "nothing"


def told(program: Program, before: list[Event], after: list[Event], register: Register) -> list[str]:
    """Return the row of one program: what it held first, and what it made of the changes."""
    was, moved = (found(events, register, "moved") for events in (before, after))
    cancelled = found(after, register, "cancelled")
    alarms, expected = was[0].alarms, [event for event in before if event.summary.endswith("(expected)")]
    left = [event for event in after if "Staging" in event.summary]
    remarks = ["reads a file; keeps nothing"] if program.is_reader else []
    if not was[0].uid:
        remarks.append("tells no UIDs: found by title")
    return [
        program.name,
        f"{len(before)}, then {len(after)}",
        "not told" if alarms is None else f"{alarms} held",
        f"{len(expected)} {expected[0].status or 'status not told'}",
        "moved"
        if [event.start for event in moved] != [event.start for event in was] and len(moved) == 1
        else "DOUBLED",
        f"held as {cancelled[0].status or 'before'}" if cancelled else "gone",
        ", ".join(sorted({f"{event.status}: {event.summary}" for event in left})) or "gone",
        "; ".join(remarks),
    ]


def found(events: list[Event], register: Register, name: str) -> list[Event]:
    """Return the event of a rotation, by its UID where the program tells it; more than one where it doubled it."""
    title = f"Northwind Secrets Rotation - {name.title()}"
    return [event for event in events if event.uid == register.uids[name] or (not event.uid and event.summary == title)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
