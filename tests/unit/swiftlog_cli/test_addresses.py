"""Where REST is: set, told, or guessed, and never another server's."""

from __future__ import annotations

from pathlib import Path

import pytest

from swiftlog_cli.addresses import grpc_guess, guess, rest_address
from swiftlog_core.config import resolve
from swiftlog_core.errors import UsageError
from swiftlog_core.transport.address import parse_server
from swiftlog_core.transport.learned import remember


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("127.0.0.1:50051", "http://127.0.0.1:8080"),
        ("http://box:50051", "http://box:8080"),
        ("[::1]:50051", "http://[::1]:8080"),
        ("logs.example.com:443", "https://logs.example.com:443"),
    ],
)
def test_the_guess_is_the_default_of_such_a_server(server: str, url: str) -> None:
    assert guess(parse_server(server)) == url


@pytest.mark.parametrize(
    ("url", "port", "server"),
    [
        ("http://127.0.0.1:8080", 0, "127.0.0.1:50051"),
        ("http://127.0.0.1:8080", 1234, "127.0.0.1:1234"),
        ("http://box:8080", 50051, "http://box:50051"),
        ("https://logs.example.com", 50051, "https://logs.example.com:443"),
        ("https://logs.example.com:8443", 50051, "https://logs.example.com:50051"),
        ("http://[::1]:8080", 0, "[::1]:50051"),
    ],
)
def test_login_finds_where_runs_go(url: str, port: int, server: str) -> None:
    assert grpc_guess(url, port) == server
    parse_server(server)


def test_the_setting_beats_what_was_told_which_beats_the_guess(tmp_path: Path) -> None:
    environ = {"SWIFTLOG_SERVER": "localhost:7", "SWIFTLOG_DATA_DIR": str(tmp_path)}
    assert rest_address(resolve({}, environ)).url == "http://localhost:8080"
    (tmp_path / "runs").mkdir()
    remember(tmp_path / "runs" / "x.slog", "localhost:7", "http://localhost:99")
    assert rest_address(resolve({}, environ)).url == "http://localhost:99"
    environ["SWIFTLOG_URL"] = "https://set.example.com/"
    assert rest_address(resolve({}, environ)).url == "https://set.example.com"


def test_a_token_for_tls_goes_to_no_plaintext_address(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    remember(tmp_path / "runs" / "x.slog", "box:443", "http://box:8080")
    environ = {"SWIFTLOG_SERVER": "box:443", "SWIFTLOG_DATA_DIR": str(tmp_path)}
    assert rest_address(resolve({}, environ)).url == "https://box:443"


def test_without_a_server_there_is_no_address() -> None:
    with pytest.raises(UsageError, match="swiftlog login"):
        rest_address(resolve({}, {}))
