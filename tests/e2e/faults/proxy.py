"""A loopback proxy that misbehaves on command: closes, stalls, truncates."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Proxy:
    """Forwards a port of its own to *target*, as well as it is told to.

    ``closed`` refuses new connections. ``stalled`` keeps connections and moves
    nothing. ``limit`` cuts each connection after that many bytes from the client.
    ``hold_answers_at`` is a word of the client's after which no byte from the server
    passes any more.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.closed = False
        self.limit = 0
        self.hold_answers_at = b""
        self.held = threading.Event()
        self.connections = 0
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stall(self) -> None:
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def cut(self) -> None:
        """Close every connection now."""
        with self._lock:
            sockets, self._sockets = self._sockets, set()
        for sock in sockets:
            _shut(sock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True
        self.flow()
        _shut(self._listener)
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.closed:
                _shut(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _shut(client)
                continue
            with self._lock:
                self._sockets |= {client, server}
            for pair in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                if up and self.hold_answers_at and self.hold_answers_at in data:
                    self.held.set()
                if not up and self.held.is_set():
                    continue
                passed += len(data)
                if up and self.limit and passed > self.limit:
                    sink.sendall(data[: max(0, len(data) - (passed - self.limit))])
                    break
                sink.sendall(data)
        _shut(source)
        _shut(sink)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
