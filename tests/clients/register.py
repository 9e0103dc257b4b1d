"""A register of its own for calendar programs: a database under /tmp, a server on loopback, and what is done in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


class Register:
    """A served register with two rotations, a due day and a year of expected ones; its own programs see it all."""

    def __init__(self, folder: Path) -> None:
        self._invitations: list[str] = []
        self.port = _free_port()
        self.log = (folder / "server.log").open("wb")
        from tests.environment import SETTINGS

        os.environ |= SETTINGS | {
            "DATABASE_URL": f"sqlite:///{folder}/register.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        command = [sys.executable, "manage.py", "runserver", "--noreload", "--nothreading", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, cwd=PROJECT, stdout=self.log, stderr=subprocess.STDOUT)
        self._wait()
        self._fill()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def _wait(self) -> None:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        raise RuntimeError("The server did not start.")

    def _fill(self) -> None:
        from django.utils import timezone

        from rotations.drafting import create_rotation
        from rotations.feed_acts import make_feed
        from rotations.models import CalendarVersion
        from tests.factories import make_person, make_secret, make_type, make_user

        self.today: date = timezone.localdate()
        person = make_person(name="Olga Owner", email="olga@example.org")
        self.security = make_user(username="security", roles=("security", "owner"), person=person)
        keys = make_type(name="API Keys")
        moved, cancelled = (make_secret(name=f"prod/stripe/{word}", owner=person) for word in ("moved", "cancelled"))
        due_on = self.today + timedelta(days=5)
        self.due = make_secret(name="staging/stripe/due", owner=person, next_rotation_on=due_on, type=keys)
        with self._act("Planned"):
            plans = ((moved, "Moved", 40), (cancelled, "Cancelled", 50))
            self.moved, self.cancelled = (
                create_rotation(
                    secrets=[secret], by=self.security, title=title, planned_on=self.today + timedelta(days=days)
                )
                for secret, title, days in plans
            )
            everything = dict.fromkeys(("with_clean_ups", "with_expected", "with_alarms"), True)
            self.address = make_feed(by=self.security, scope="everything", **everything).address
        self.domain = str(CalendarVersion.objects.get().register)

    @property
    def uids(self) -> dict[str, str]:
        return {name: f"{getattr(self, name).identity}@{self.domain}" for name in ("moved", "cancelled")}

    def change(self) -> None:
        """Move one rotation by three days, cancel the other, and retire the secret that was due."""
        with self._act("Changed"):
            self.moved.planned_on += timedelta(days=3)
            self.moved.save()
            self.cancelled.state = "cancelled"
            self.cancelled.save()
            self.due.status = "retired"
            self.due.save()

    def invitations(self) -> list[str]:
        """Return the calendar parts of the mails about a rotation: invited, moved by three days, cancelled."""
        from django.utils import timezone

        from rotations.drafting import create_rotation
        from rotations.invitation_outbox import send_invitations
        from tests.factories import make_person, make_secret
        from tests.peers import mail_server

        if self._invitations:
            return self._invitations
        guest = make_person(name="Gast Gästin", email="guest@example.org", invitations=True)
        with mail_server() as post:
            with self._act("Planned"):
                rotation = create_rotation(
                    secrets=[make_secret(name="prod/stripe/invited", owner=guest)],
                    by=self.security,
                    title="Invited",
                    planned_on=self.today + timedelta(days=60),
                )
            send_invitations(today=self.today, clock=timezone.now)
            with self._act("Moved"):
                rotation.planned_on += timedelta(days=3)
                rotation.save()
            send_invitations(today=self.today, clock=timezone.now)
            with self._act("Cancelled"):
                rotation.state = "cancelled"
                rotation.save()
            send_invitations(today=self.today, clock=timezone.now)
        parts = [part for mail in post.mails for part in mail.walk() if part.get_content_type() == "text/calendar"]
        self._invitations = [part.get_content() for part in parts]
        return self._invitations

    def _act(self, reason: str):
        from audit.acts import acting

        return acting(actor=self.security, source="command", reason=reason)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
