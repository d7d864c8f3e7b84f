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
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import ServerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_MESSAGE: Final = 4 * 1024 * 1024
WAIT_SECONDS: Final = 5.0
PREFIX: Final = "mask-"  # of every socket's name
_PAUSE_SECONDS: Final = 0.02
_MAX_LOOKS: Final = 64  # at sockets of other runs, so that binding stays cheap
_FRESH_SECONDS: Final = 60.0  # bound in this time, it may only not listen yet


class MaskSocket:
    """Listens on *path* and hands each value to *add*, which says why not, or "".

    ``close`` removes the socket; those beside it whose recorders were killed go when
    it is bound. Each client has a thread, so that a silent one holds up nobody. A
    folder that others could write to is not used: ``listening`` is then false.
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
            _remove_dead(folder, self._path)
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
            talk = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            try:
                talk.start()
            except RuntimeError:  # the run has used up all threads: one after another
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(WAIT_SECONDS)
            try:
                connection.sendall(self._answer(_read_line(connection)))
            except OSError:
                return  # the other side went away, or says nothing

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


def _remove_dead(folder: str, own: str) -> None:
    """Remove sockets in *folder* that nobody listens to: their recorders were killed.

    Raises ``OSError`` when the folder cannot be read.
    """
    born = time.time() - _FRESH_SECONDS
    with os.scandir(folder) as entries:
        for looks, entry in enumerate(entries):
            if looks == _MAX_LOOKS:
                return
            if entry.name.startswith(PREFIX) and entry.path != own:
                with suppress(OSError):  # another recorder was faster
                    if entry.stat().st_mtime < born and _is_dead(entry.path):
                        os.unlink(entry.path)  # noqa: PTH108 - imports nothing


def _is_dead(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(0)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return True
        except OSError:  # so busy that nobody gets in just now
            return False
        return False


def send_mask(
    path: str, name: str, value: bytes, wait_seconds: float = WAIT_SECONDS
) -> str:
    """Tell the recorder at *path* a value; return "" or why it is not masked.

    Blocks until the value is active, at most about ``wait_seconds``: for an answer, or
    for a recorder that just starts, perhaps in place of one that died over this.
    Raises ``ServerUnreachableError``.
    """
    message = json.dumps({"name": name, "value": value.hex()}).encode() + b"\n"
    deadline = time.monotonic() + wait_seconds
    while True:
        left = deadline - time.monotonic()
        try:
            answer = _ask(path, message, max(left, _PAUSE_SECONDS))
        except (FileNotFoundError, ConnectionError) as error:
            if left <= 0:
                raise ServerUnreachableError(path, str(error)) from error
            time.sleep(_PAUSE_SECONDS)
        except OSError as error:
            raise ServerUnreachableError(path, str(error)) from error
        else:
            return "" if answer == "ok" else answer.removeprefix("skipped: ")


def _ask(path: str, message: bytes, seconds: float) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        connection.connect(path)
        connection.sendall(message)
        answer = _read_line(connection).decode("utf-8", "replace").strip()
    if not answer:
        text = "the recorder did not answer"
        raise ConnectionResetError(text)
    return answer
