"""Kills the web process, or the database, in the midst of changes: what was answered for is there, nothing is torn."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from tests.stress.registers import ROOT, manage, register_on, run_module, verified

CLIENTS = 4
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FEED = re.compile(r"/calendar/([A-Za-z0-9_-]{8,})[.~]?[A-Za-z0-9_.~-]*\.ics")


class Visitor:
    """Somebody who makes calendar feeds, one after the other, and notes those that were answered for."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.answered = port, {}, []

    def sign_in(self) -> None:
        self._send("POST", "/accounts/login/", username="killed", password="only-for-tests-4711")

    def make_feeds(self, until: threading.Event) -> None:
        """Make feeds until told to stop; what breaks on the way was not answered for."""
        while not until.is_set():
            try:
                status, page = self._send("POST", "/calendar/", shows="everything")
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
                continue
            found = _FEED.search(page)
            if status == 200 and found:
                self.answered.append(found[1])

    def _send(self, method: str, path: str, **fields: str) -> tuple[int, str]:
        if "csrf" not in self.cookies:
            self._ask("GET", "/accounts/login/")
        return self._ask(method, path, urlencode({"csrfmiddlewaretoken": self.cookies.get("csrf", "")} | fields))

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "testserver"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, headers | {"Origin": "http://testserver"})
        response = connection.getresponse()
        page = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return response.status, page


def kill_the_web_process(*, rounds: int, database: str) -> None:
    """Kill gunicorn and its workers with SIGKILL while feeds are made."""
    with register_on(database) as (environment, _):
        _make_account(environment)
        answered: list[str] = []
        for number in range(rounds):
            answered += _one_web_round(environment, pause=(number % 7) / 10)
        _compare(environment, answered)
        print(f"  web process, {database}: killed {rounds} times, {len(answered)} changes answered for, all there")


def kill_the_database(*, rounds: int) -> None:
    """Kill PostgreSQL and all its processes with SIGKILL while teams are made."""
    with register_on("postgresql") as (environment, server):
        assert server is not None
        answered: list[str] = []
        for number in range(rounds):
            writer = run_module(environment, "tests.stress.run_teams", f"round-{number}")
            answered.append(writer.stdout.readline().strip())
            time.sleep((number % 7) / 10)
            server.kill()
            answered += writer.communicate(timeout=60)[0].split("\n")[:-1]
            server.start_again()
        _compare_teams(environment, answered)
        print(f"  database: killed {rounds} times, {len(answered)} changes answered for, all there")


def _one_web_round(environment: Mapping[str, str], *, pause: float) -> list[str]:
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "critical", "--access-logfile", "/dev/null"]
    how = {"env": dict(environment), "cwd": ROOT, "start_new_session": True, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*command, "config.wsgi"], **how)
    visitors, stop = [Visitor(port) for _ in range(CLIENTS)], threading.Event()
    try:
        _wait_for(port)
        for visitor in visitors:
            visitor.sign_in()
        threads = [threading.Thread(target=visitor.make_feeds, args=(stop,)) for visitor in visitors]
        for thread in threads:
            thread.start()
        end = time.monotonic() + 30
        while not any(visitor.answered for visitor in visitors) and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(pause)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(20)
        stop.set()
    for thread in threads:
        thread.join()
    return [key for visitor in visitors for key in visitor.answered]


def _make_account(environment: Mapping[str, str]) -> None:
    manage(
        environment,
        *("shell", "-c"),
        "from tests.factories import make_user; make_user(username='killed', roles=('security',))",
    )


def _compare(environment: Mapping[str, str], answered: list[str]) -> None:
    asked = "from rotations.models import CalendarFeed as F; print(*F.objects.values_list('key_prefix', flat=True))"
    there = manage(environment, "shell", "-v", "0", "-c", asked).split()
    lost = [key for key in answered if not any(key.startswith(prefix) for prefix in there)]
    assert answered, "nothing was ever answered for"
    assert lost == []
    assert verified(environment)["holds"]


def _compare_teams(environment: Mapping[str, str], answered: list[str]) -> None:
    asked = "from contacts.models import Team; print(*Team.objects.values_list('name', flat=True))"
    there = set(manage(environment, "shell", "-v", "0", "-c", asked).split())
    assert answered, "nothing was ever answered for"
    assert set(answered) - there == set()
    assert verified(environment)["holds"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the web process did not start")
