"""Speaks to a Mozilla program by its remote protocol (Marionette), to run script inside it."""

from __future__ import annotations

import json
import socket
import time
from typing import Any


class Marionette:
    """One session; `seconds` is how long the program may take to start."""

    def __init__(self, port: int, *, seconds: float = 60) -> None:
        self._left = b""
        self._number = 0
        self._socket = self._connected(port, time.monotonic() + seconds)
        self.call("WebDriver:NewSession", capabilities={})
        self.call("Marionette:SetContext", value="chrome")

    def run(self, script: str, *arguments: object, seconds: float = 30) -> Any:
        """Return what `script` gives to the last of its arguments, a function."""
        limit = int(seconds * 1000)
        answer = self.call("WebDriver:ExecuteAsyncScript", script=script, args=list(arguments), scriptTimeout=limit)
        return answer["value"]

    def call(self, name: str, **parameters: object) -> Any:
        """Return the answer to a command. Raises RuntimeError with what the program says where it refuses."""
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._socket.sendall(f"{len(message)}:".encode() + message)
        _, _, error, answer = self._received()
        if error:
            raise RuntimeError(f"{name}: {error}")
        return answer

    def close(self) -> None:
        self._socket.close()

    def _connected(self, port: int, end: float) -> socket.socket:
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), 60)
                self._received()  # it says what it speaks
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)
            else:
                return self._socket

    def _received(self) -> Any:
        while b":" not in self._left:
            self._left += self._more()
        size, _, left = self._left.partition(b":")
        while len(left) < int(size):
            left += self._more()
        self._left = left[int(size) :]
        return json.loads(left[: int(size)])

    def _more(self) -> bytes:
        found = self._socket.recv(65_536)
        if not found:
            raise OSError("The program closed the connection.")
        return found
