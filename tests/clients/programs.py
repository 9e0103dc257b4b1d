"""Calendar programs, each subscribed in a folder of its own: what they hold, as they say it themselves."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

# Long enough for it to start and to read a feed.
THUNDERBIRD_SECONDS = 40
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Event:
    """An event as a program tells it; what it does not tell is None, or empty for the UID."""

    uid: str
    summary: str
    start: str
    status: str | None = None
    alarms: int | None = None


class NotHereError(RuntimeError):
    """The program is not on this machine."""


class Program:
    """A calendar program. `needs` are commands, `install` says how to get them; a reader only parses."""

    name = ""
    needs: tuple[str, ...] = ()
    install = ""
    is_reader = False

    def __init__(self, folder: Path, address: str) -> None:
        missing = [command for command in self.needs if shutil.which(command) is None]
        if missing:
            raise NotHereError(f"not here: {self.install}")
        self.folder, self.address = folder, address
        folder.mkdir(parents=True)
        self.set_up()

    def set_up(self) -> None:
        """Subscribe."""

    def events(self) -> list[Event]:
        """Look for changes, and return what is held then."""
        return []

    def run(self, *command: object, **how) -> str:
        environment = os.environ | {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config")}
        for name, place in (("DATA", "data"), ("CACHE", "cache"), ("STATE", "state")):
            environment[f"XDG_{name}_HOME"] = str(self.folder / place)
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            **how,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-600:]}")
        return done.stdout

    def fetched(self) -> Path:
        file = self.folder / "feed.ics"
        with urllib.request.urlopen(self.address, timeout=30) as answer:
            file.write_bytes(answer.read())
        return file

    def from_json(self, text: str) -> list[Event]:
        return [Event(**event) for event in json.loads(text)]


class IcalJs(Program):
    """The parser of Thunderbird, by itself."""

    name, needs, install, is_reader = "ical.js", ("node", "npm"), "nodejs with npm", True

    def set_up(self) -> None:
        self.run("npm", "install", "--silent", "--no-fund", "--no-audit", "ical.js", cwd=self.folder)
        shutil.copy(HERE / "read_with_ical_js.mjs", self.folder / "read.mjs")

    def events(self) -> list[Event]:
        return self.from_json(self.run("node", "read.mjs", self.fetched(), cwd=self.folder))


class LibIcal(Program):
    """The parser of Evolution, KDE and many others."""

    name, needs, is_reader = "libical", ("/usr/bin/python3",), True
    install = "apt-get install python3-gi gir1.2-ical-3.0"

    def events(self) -> list[Event]:
        return self.from_json(self.run("/usr/bin/python3", HERE / "read_with_libical.py", self.fetched()))


class Ical(Program):
    """The package that Home Assistant reads calendars with."""

    name, is_reader = "ical (PyPI)", True

    def events(self) -> list[Event]:
        from ical.calendar_stream import IcsCalendarStream

        calendar = IcsCalendarStream.calendar_from_ics(self.fetched().read_text(encoding="utf-8"))
        return [
            Event(event.uid, event.summary, event.dtstart.isoformat(), str(event.status.value), len(event.alarm or []))
            for event in calendar.events
        ]


class Khal(Program):
    """A calendar of the terminal, with vdirsyncer as the one that subscribes."""

    name, needs, install = "vdirsyncer + khal", ("vdirsyncer", "khal"), "apt-get install vdirsyncer khal"

    def set_up(self) -> None:
        self.calendar = self.folder / "calendar"
        (self.folder / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{self.folder}/status"\n'
            f'[pair feed]\na = "there"\nb = "here"\ncollections = null\n'
            f'conflict_resolution = "a wins"\n[storage there]\ntype = "http"\nurl = "{self.address}"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.calendar}"\nfileext = ".ics"\n'
        )
        (self.folder / "khal").write_text(
            f"[calendars]\n[[feed]]\npath = {self.calendar}\nreadonly = True\n"
            f"[sqlite]\npath = {self.folder}/khal.db\n"
            "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\nlocal_timezone = Europe/Berlin\n"
            "default_timezone = Europe/Berlin\n"
        )
        self.calendar.mkdir()
        self.run("vdirsyncer", "-c", self.folder / "vdirsyncer", "discover", input="y\n")

    def events(self) -> list[Event]:
        self.run("vdirsyncer", "-c", self.folder / "vdirsyncer", "sync")
        form = "{title}\t{start-long-full}\t{status}\t{cancelled}\t{alarm-symbol}"
        listed = self.run("khal", "-c", self.folder / "khal", "list", "--once", "-df", "", "-f", form, "today", "400d")
        events = []
        for line in listed.splitlines():
            title, start, status, cancelled, alarm = line.split("\t")
            words = "CANCELLED" if cancelled else status.strip()
            events.append(Event("", title, start, words, 1 if alarm.strip() else 0))
        return events


class Calcurse(Program):
    """A calendar of the terminal that does not subscribe: it imports a file, each time anew."""

    name, needs, install = "calcurse", ("calcurse",), "apt-get install calcurse"

    def events(self) -> list[Event]:
        self.run("calcurse", "-D", self.folder / "data", "-i", self.fetched())
        listed = self.run(
            "calcurse", "-D", self.folder / "data", "-Q", "--from", "today", "--days", "400",
            "--format-apt", "apt\t%m\t%(start:%Y-%m-%d %H:%M)\n", "--format-event", "day\t%m\t\n",
        )  # fmt: skip
        rows = [line.split("\t") for line in listed.splitlines() if "\t" in line]
        return [Event("", summary, start) for _, summary, start in rows]


class Evolution(Program):
    """What Evolution and the calendars of GNOME keep their subscriptions with."""

    name = "Evolution Data Server"
    needs = ("dbus-run-session", "/usr/libexec/evolution-calendar-factory")
    install = "apt-get install evolution-data-server gir1.2-ecal-2.0 python3-gi dbus"

    def events(self) -> list[Event]:
        reader = HERE / "read_with_evolution.py"
        return self.from_json(self.run("dbus-run-session", "--", "/usr/bin/python3", reader, self.address))


class Thunderbird(Program):
    """Started without a window and with a profile that subscribes; its own database is read after it has stopped."""

    name, needs, install = "Thunderbird", ("thunderbird",), "apt-get install thunderbird"
    calendar = "5b7c0b8e-0000-4000-8000-000000000001"
    # It asks nothing, and nobody.
    quiet: ClassVar = {
        "app.update.enabled": False,
        "toolkit.telemetry.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "app.normandy.enabled": False,
        "extensions.getAddons.cache.enabled": False,
        "extensions.update.enabled": False,
        "mail.provider.enabled": False,
        "mailnews.start_page.enabled": False,
        "mail.rights.version": 1,
        "calendar.timezone.local": "Europe/Berlin",
        "services.settings.server": "",
    }

    def set_up(self) -> None:
        self.profile = self.folder / "profile"
        self.profile.mkdir()
        facts = {
            "type": "ics", "uri": self.address, "name": "Register", "cache.enabled": True, "readOnly": True,
            "refreshInterval": "1", "calendar-main-in-composite": True,
        }  # fmt: skip
        lines = [(f"calendar.registry.{self.calendar}.{name}", value) for name, value in facts.items()]
        lines += [("calendar.list.sortOrder", self.calendar), *self.quiet.items()]
        prefs = "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in lines)
        (self.profile / "user.js").write_text(prefs)

    def events(self) -> list[Event]:
        command = ["thunderbird", "--headless", "--no-remote", "--profile", str(self.profile), "-calendar"]
        environment = os.environ | {"HOME": str(self.folder), "MOZ_HEADLESS": "1"}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                time.sleep(THUNDERBIRD_SECONDS)  # it locks its database for as long as it runs
            finally:
                process.terminate()
                process.wait(timeout=60)
        return self._read(self.profile / "calendar-data" / "cache.sqlite")

    def _read(self, database: Path) -> list[Event]:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            rows = connection.execute("SELECT id, title, event_start, ical_status FROM cal_events").fetchall()
            alarms = [row[0] for row in connection.execute("SELECT item_id FROM cal_alarms")]
        return [
            Event(
                uid, title, time.strftime("%Y-%m-%d %H:%M", time.gmtime(start / 1_000_000)), status, alarms.count(uid)
            )
            for uid, title, start, status in rows
        ]


PROGRAMS = (IcalJs, LibIcal, Ical, Khal, Calcurse, Evolution, Thunderbird)
