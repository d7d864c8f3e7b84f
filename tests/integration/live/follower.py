"""A client of the live route that does what a good client does.

It asks for the first line that it does not have whole, joins parts, and drops lines
that it has. What it received twice, or out of order, it counts.
"""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from websockets.sync.client import ClientConnection, connect

if TYPE_CHECKING:
    from tests.integration.serving import Served

PATIENCE_SECONDS = 20.0


class Follower:
    """Follows one run over as many connections as it takes."""

    def __init__(self, served: Served, run_id: str, *, batch: bool = False) -> None:
        self.served = served
        self.run_id = run_id
        self.batch = batch
        self.lines: dict[int, tuple[str, bytes]] = {}  # whole lines, no newline
        self.open: dict[int, list[bytes]] = {}
        self.repeated = 0
        self.messages: list[dict[str, Any]] = []
        self.status: dict[str, Any] = {}

    @property
    def next_line(self) -> int:
        """Return the first line that is not here whole."""
        number = 1
        while number in self.lines:
            number += 1
        return number

    def connect(self, from_line: int | None = None) -> ClientConnection:
        """Open a connection that goes on where this stands."""
        self.open.clear()
        number = self.next_line if from_line is None else from_line
        return connect(
            f"{self.served.ws_url}/api/v1/runs/{self.run_id}/live"
            f"?from_line={number}&batch={int(self.batch)}",
            additional_headers={"Authorization": f"Bearer {self.served.token}"},
        )

    def take(self, text: str | bytes) -> None:
        """Take one message."""
        message = json.loads(text)
        self.messages.append(message)
        if message["type"] == "batch":
            for inner in message["messages"]:
                self._take(inner)
        else:
            self._take(message)

    def follow_to_end(self) -> None:
        """Follow on one connection until the run is complete."""
        with self.connect() as socket:
            while not self.status.get("complete"):
                self.take(socket.recv(PATIENCE_SECONDS))

    def text(self) -> bytes:
        """Return the lines here, each with a newline."""
        return b"".join(self.lines[number][1] + b"\n" for number in sorted(self.lines))

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "status":
            self.status = message
        if message["type"] != "log":
            return
        number, part = message["line"], message["part"]
        if number in self.lines:
            self.repeated += 1
            return
        parts = self.open.setdefault(number, [])
        if part != len(parts):
            raise AssertionError(message)
        if "base64" in message:
            parts.append(b64decode(message["base64"]))
        else:
            parts.append(message["content"].encode())
        if not message["more"]:
            self.lines[number] = (message["level"], b"".join(self.open.pop(number)))
