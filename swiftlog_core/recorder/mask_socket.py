"""``swiftlog mask add``: a value told to a running recorder over a Unix socket.

The socket lies in a folder of mode 0700 and is itself 0600; its path is in the
command's environment. One connection, one JSON object ``{"name", "value"}`` with
the value in hexadecimal, ended by a newline; the answer, ``ok`` or ``skipped:
REASON``, comes when the value is active for every byte printed after it.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
import time
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import ServerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_MESSAGE: Final = 4 * 1024 * 1024
WAIT_SECONDS: Final = 5.0


class MaskSocket:
    """Listens on *path* and hands each value to *add*, which says why not, or "".

    ``close`` removes the socket. A folder that others could write to is not used:
    ``listening`` is then false.
    """

    def __init__(self, path: str, add: Callable[[str, bytes], str]) -> None:
        """Bind and start the thread."""
        self._path = path
        self._add = add
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listening = self._bind()
        if self.listening:
            threading.Thread(target=self._serve, daemon=True).start()

    def _bind(self) -> bool:
        folder = os.path.dirname(self._path)  # noqa: PTH120 - imports nothing
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - imports nothing
            facts = os.lstat(folder)
            if facts.st_uid != os.getuid() or stat.S_IMODE(facts.st_mode) & 0o077:
                return False
            if os.path.lexists(self._path):  # of a recorder of this run that died
                os.unlink(self._path)  # noqa: PTH108 - imports nothing
            self._socket.bind(self._path)
            os.chmod(self._path, 0o600)  # noqa: PTH101 - imports nothing
            self._socket.listen(8)
        except OSError:
            # Read-only or full place, or a path too long: masks by command are off,
            # and `swiftlog mask add` says so.
            return False
        return True

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._socket.close()
        if self.listening:
            try:
                os.unlink(self._path)  # noqa: PTH108 - imports nothing
            except OSError:
                self.listening = False

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return  # closed
            with connection:
                connection.settimeout(WAIT_SECONDS)
                try:
                    connection.sendall(self._answer(_read_line(connection)))
                except OSError:
                    continue  # the other side went away

    def _answer(self, line: bytes) -> bytes:
        try:
            message = json.loads(line)
            name, value = str(message["name"]), bytes.fromhex(message["value"])
        except (ValueError, KeyError, TypeError):
            return b"skipped: not understood\n"
        reason = self._add(name, value)
        return f"skipped: {reason}\n".encode() if reason else b"ok\n"


def _read_line(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n") and len(data) < MAX_MESSAGE:
        part = connection.recv(65536)
        if not part:
            break
        data += part
    return data


def send_mask(path: str, name: str, value: bytes) -> str:
    """Tell the recorder at *path* a value; return "" or why it is not masked.

    Blocks until the value is active, at most ``WAIT_SECONDS`` for a recorder that
    is just starting. Raises ``ServerUnreachableError``.
    """
    message = json.dumps({"name": name, "value": value.hex()}).encode() + b"\n"
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(WAIT_SECONDS)
            try:
                connection.connect(path)
            except (FileNotFoundError, ConnectionRefusedError) as error:
                if time.monotonic() > deadline:
                    raise ServerUnreachableError(path, str(error)) from error
                time.sleep(0.02)
                continue
            except OSError as error:
                raise ServerUnreachableError(path, str(error)) from error
            connection.sendall(message)
            answer = _read_line(connection).decode().strip()
        if not answer:
            raise ServerUnreachableError(path, "the recorder did not answer")
        return "" if answer == "ok" else answer.removeprefix("skipped: ")
