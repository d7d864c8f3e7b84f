"""The server's settings: options, then the environment, then defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from swiftlog_core.errors import ConfigError
from swiftlog_server.settings import load


def test_the_defaults_need_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    settings = load()
    assert (settings.host, settings.grpc_port, settings.http_port) == (
        "127.0.0.1",
        50051,
        8080,
    )
    folder = Path("/home/somebody/.local/share/swiftlog/server")
    assert settings.server_dir == folder
    assert settings.database == f"sqlite:///{folder}/swiftlog.db"
    assert settings.tls is None


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIFTLOG_GRPC_PORT", "1")
    monkeypatch.setenv("SWIFTLOG_HTTP_PORT", "2")
    monkeypatch.setenv("SWIFTLOG_DATA_DIR", "/data")
    monkeypatch.setenv("SWIFTLOG_URL", "https://logs.example.com/")
    settings = load(grpc_port=3, http_port=None)
    assert (settings.grpc_port, settings.http_port) == (3, 2)
    assert settings.data_dir == Path("/data")
    assert settings.url == "https://logs.example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SWIFTLOG_GRPC_PORT", "70000"),
        ("SWIFTLOG_HTTP_PORT", "http"),
        ("SWIFTLOG_URL", "logs.example.com"),
        ("SWIFTLOG_RATE_LIMIT", "maybe"),
        ("SWIFTLOG_TLS_CERT", "/cert.pem"),
    ],
)
def test_a_wrong_value_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=r"SWIFTLOG_"):
        load(data_dir=Path("/data"))


def test_a_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIFTLOG_DATABASE_URL", "postgresql://u:hidden@host/db")
    settings = load(data_dir=Path("/data"))
    assert "hidden" not in repr(settings)
    assert settings.database == "postgresql://u:hidden@host/db"
