"""The REST client: what it sends, and what it makes of every kind of answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from swiftlog_core.errors import (
    RunNotFoundError,
    ServerIncompatibleError,
    ServerRefusedError,
    ServerUnreachableError,
    SwiftLogError,
)
from swiftlog_core.events import Frame
from swiftlog_core.transport import rest
from swiftlog_core.transport.rest import RestClient
from swiftlog_core.wire.codec import frame_to_pb

Answer = tuple[int, dict[str, str], bytes]
FRAME = Frame(1, 1, 1, 2, 40, b"zstd", b"d" * 32, 0, 0)


class Scene:
    """A server that gives prepared answers, one after the other, the last for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        scene = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                scene.requests.append((self.path, dict(self.headers)))
                left = scene.answers
                status, headers, body = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "content-length" not in headers:
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.thread.start()

    def answer(
        self, body: object, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, headers or {}, data))

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.close()


@pytest.fixture
def client(scene: Scene) -> Iterator[RestClient]:
    with RestClient(scene.url, "swl_token") as made:
        yield made


def test_a_request_carries_token_and_parameters(
    scene: Scene, client: RestClient
) -> None:
    scene.answer({"items": []})
    assert client.get("/runs", {"limit": 3}) == {"items": []}
    path, headers = scene.requests[0]
    assert path == "/api/v1/runs?limit=3"
    assert {k.lower(): v for k, v in headers.items()}["authorization"] == (
        "Bearer swl_token"
    )
    assert client.skew_seconds is not None
    assert abs(client.skew_seconds) < 60


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, {"code": "run_not_found", "error": "no run"}, RunNotFoundError),
        (401, {"code": "unauthenticated", "error": "who?"}, ServerRefusedError),
        (403, {"code": "role_too_low", "error": "no"}, ServerRefusedError),
        (400, {"code": "request_invalid", "error": "no"}, ServerRefusedError),
        (404, {"detail": "Not Found"}, ServerIncompatibleError),
        (404, b"<html>nginx</html>", ServerIncompatibleError),
        (403, b"<html>proxy</html>", ServerRefusedError),
        (500, b"oops", ServerUnreachableError),
        (200, b"<html>a portal</html>", ServerIncompatibleError),
    ],
)
def test_refusals_become_our_errors(
    scene: Scene,
    client: RestClient,
    status: int,
    body: object,
    kind: type[SwiftLogError],
) -> None:
    scene.answer(body, status)
    with pytest.raises(kind):
        client.get("/runs/0190aaaa")


def test_not_now_is_tried_again(
    scene: Scene, client: RestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("swiftlog_core.transport.rest.time.sleep", pauses.append)
    scene.answer({"code": "rate_limited", "error": "x"}, 429, {"retry-after": "2"})
    scene.answer(b"", 503)
    scene.answer({"fine": True})
    assert client.get("/runs") == {"fine": True}
    assert pauses[0] == 2
    assert 0 < pauses[1] <= rest.MAX_PAUSE_SECONDS


def test_not_now_for_ever_is_unreachable(
    scene: Scene, client: RestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("swiftlog_core.transport.rest.time.sleep", lambda _: None)
    scene.answer({"code": "rate_limited", "error": "slow down"}, 429)
    with pytest.raises(ServerUnreachableError, match="slow down"):
        client.get("/runs")
    assert len(scene.requests) == rest.TRIES


def test_nobody_there_is_unreachable(scene: Scene) -> None:
    scene.close()
    with (
        RestClient(scene.url) as client,
        pytest.raises(ServerUnreachableError, match="refused"),
    ):
        client.get("/runs")


def test_a_body_is_streamed_as_it_comes(scene: Scene, client: RestClient) -> None:
    scene.answer(b"x" * 100_000)
    assert b"".join(client.stream("/runs/1/logs")) == b"x" * 100_000


def test_a_body_that_ends_early_is_an_error(scene: Scene, client: RestClient) -> None:
    scene.answer(b"half", headers={"content-length": "8"})
    with pytest.raises(ServerUnreachableError):
        b"".join(client.stream("/runs/1/logs"))


def test_a_refused_stream_is_an_error(scene: Scene, client: RestClient) -> None:
    scene.answer({"code": "run_not_found", "error": "no"}, 404)
    with pytest.raises(RunNotFoundError):
        b"".join(client.stream("/runs/0190/logs"))


def _download(*frames: Frame) -> bytes:
    parts = []
    for frame in frames:
        message = frame_to_pb(frame).SerializeToString()
        parts.append(len(message).to_bytes(4, "big") + message)
    return b"".join(parts)


def test_frames_come_back_as_they_were(scene: Scene, client: RestClient) -> None:
    second = FRAME._replace(seq=2, payload=b"z" * 200_000)
    scene.answer(_download(FRAME, second))
    assert list(client.frames("0190", 0)) == [FRAME, second]
    assert scene.requests[0][0] == "/api/v1/runs/0190/frames?after_seq=0"


@pytest.mark.parametrize("cut", [lambda _: 2, lambda n: n - 1])
def test_frames_that_are_cut_short_are_an_error(
    scene: Scene, client: RestClient, cut: Callable[[int], int]
) -> None:
    whole = _download(FRAME)
    scene.answer(whole[: cut(len(whole))])
    with pytest.raises(ServerUnreachableError, match="cut short"):
        list(client.frames("0190"))
