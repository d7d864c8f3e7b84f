"""A small OpenAI-compatible server on loopback that behaves as it is told.

A behaviour takes the parsed request and the handler, and answers on the socket itself.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Behaviour = Callable[[dict[str, Any], "Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; counts it and lets the server's behaviour answer."""

    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length", "0"))
        request = json.loads(self.rfile.read(size))
        with self.server.lock:
            self.server.requests.append(request)
            self.server.headers.append(dict(self.headers.items()))
            number = len(self.server.requests)
        self.number = number
        try:
            self.server.behaviour(request, self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client gave up, as it should

    def send(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        **headers: str,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say(self, content: str, tokens: tuple[int, int] = (100, 20)) -> None:
        """Answer with a chat completion."""
        body = {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "fake",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": content},
                }
            ],
            "usage": {
                "prompt_tokens": tokens[0],
                "completion_tokens": tokens[1],
                "total_tokens": sum(tokens),
            },
        }
        self.send(200, json.dumps(body).encode())

    def claim(self, *claims: dict[str, Any]) -> None:
        self.say(json.dumps({"claims": list(claims)}))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""


class Endpoint(ThreadingHTTPServer):
    """The server: what it was asked, and how it answers."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Endpoint]:
    with Endpoint(behaviour) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()


def material_of(request: dict[str, Any]) -> str:
    return str(request["messages"][-1]["content"])


def drip(handler: Handler, data: bytes, seconds: float) -> None:
    """Send *data* for ever, a piece each *seconds*, until the test ends."""
    while not handler.server.stopping.wait(seconds):
        handler.wfile.write(data)
        handler.wfile.flush()


def wait_long(handler: Handler) -> None:
    handler.server.stopping.wait(30)


def now() -> float:
    return time.monotonic()
