"""Calendar programs that are invited by mail: what each holds after an invitation, a move and a cancellation."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.clients.marionette import Marionette
from tests.clients.programs import HERE, Event, Evolution, Program, Thunderbird

GUEST = "guest@example.org"


class EvolutionGuest(Program):
    """Evolution Data Server takes the parts, as Evolution gives them to it."""

    name, needs, install = Evolution.name, Evolution.needs, Evolution.install

    def after_each(self, parts: Sequence[str]) -> list[list[Event]]:
        """Return what is held after each of the calendar parts."""
        files = [self.folder / f"{number}.ics" for number in range(len(parts))]
        for file, part in zip(files, parts, strict=True):
            file.write_text(part, encoding="utf-8")
        reader = HERE / "invite_with_evolution.py"
        told = json.loads(self.run("dbus-run-session", "--", "/usr/bin/python3", reader, *files))
        return [[Event(**event) for event in events] for events in told]


class ThunderbirdGuest(Program):
    """Thunderbird, without a window: its own code for invitations is called, and every one of them accepted."""

    name, needs, install = Thunderbird.name, Thunderbird.needs, Thunderbird.install
    calendar = "5b7c0b8e-0000-4000-8000-000000000002"

    def after_each(self, parts: Sequence[str]) -> list[list[Event]]:
        """Return what is held after each of the calendar parts."""
        script = (HERE / "invite_with_thunderbird.js").read_text(encoding="utf-8")
        with self._running() as session:
            answers = [session.run(script, self.calendar, part) for part in parts]
        offered = [answer["offered"] for answer in answers]
        if offered != ["REQUEST", "REQUEST:UPDATE", "CANCEL"]:
            raise RuntimeError(f"It offered {offered}.")
        return [[Event(**event) for event in answer["events"]] for answer in answers]

    @contextmanager
    def _running(self) -> Iterator[Marionette]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        profile = self._profile(port)
        command = ["thunderbird", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access"]
        environment = os.environ | {"HOME": str(self.folder), "MOZ_HEADLESS": "1"}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "--profile", str(profile)], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                session = Marionette(port)
                yield session
                session.close()
            finally:
                process.terminate()
                process.wait(timeout=60)

    def _profile(self, port: int) -> Path:
        """Write a profile with a calendar of its own and the guest's address, by which it knows that it is meant."""
        calendar = f"calendar.registry.{self.calendar}"
        values = Thunderbird.quiet | {
            f"{calendar}.type": "storage",
            f"{calendar}.uri": "moz-storage-calendar://",
            f"{calendar}.name": "Own",
            f"{calendar}.imip.identity.key": "id1",
            "calendar.list.sortOrder": self.calendar,
            "marionette.port": port,
            "mail.accountmanager.accounts": "account1,account2",
            "mail.accountmanager.defaultaccount": "account2",
            "mail.accountmanager.localfoldersserver": "server1",
            "mail.account.account1.server": "server1",
            "mail.account.account2.server": "server2",
            "mail.account.account2.identities": "id1",
            "mail.identity.id1.useremail": GUEST,
            "mail.identity.id1.fullName": "Guest",
            "mail.identity.id1.valid": True,
            "mail.server.server1.type": "none",
            "mail.server.server1.hostname": "Local Folders",
            "mail.server.server1.userName": "nobody",
            "mail.server.server2.type": "pop3",
            "mail.server.server2.hostname": "127.0.0.1",
            "mail.server.server2.userName": "guest",
            "mail.server.server2.check_new_mail": False,
            "mail.server.server2.login_at_startup": False,
        }
        profile = self.folder / "profile"
        profile.mkdir()
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in values.items()]
        (profile / "user.js").write_text("".join(lines))
        return profile


GUESTS = (EvolutionGuest, ThunderbirdGuest)
