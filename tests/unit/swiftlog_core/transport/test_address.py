"""Addresses: what is written, where it leads, and whether it is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.config import resolve
from swiftlog_core.errors import ConfigError
from swiftlog_core.transport.address import (
    find_roots,
    make_server,
    parse_server,
    parse_url,
    server_of,
    url_is_safe,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "target", "secure"),
    [
        ("logs.example.com:50051", "logs.example.com:50051", True),
        ("https://logs.example.com", "logs.example.com:443", True),
        ("https://logs.example.com:8443/", "logs.example.com:8443", True),
        ("http://logs.example.com:50051", "logs.example.com:50051", False),
        ("localhost:50051", "localhost:50051", False),
        ("127.0.0.1:50051", "127.0.0.1:50051", False),
        ("https://127.0.0.1:50051", "127.0.0.1:50051", True),
        ("[::1]:50051", "[::1]:50051", False),
        ("[2001:db8::1]:50051", "[2001:db8::1]:50051", True),
        (" 127.0.0.2:1 ", "127.0.0.2:1", False),
    ],
)
def test_an_address_leads_where_it_says(text: str, target: str, secure: bool) -> None:
    address = parse_server(text)
    assert (address.target, address.secure) == (target, secure)


@pytest.mark.parametrize(
    "text",
    [
        "logs.example.com",
        "logs.example.com:",
        ":50051",
        "logs.example.com:99999",
        "logs.example.com:port",
        "ftp://logs.example.com:21",
        "http://logs.example.com",
        "::1:50051",
        "user@host:50051",
        "host:50051/path",
        "ho st:50051",
        "",
    ],
)
def test_an_address_that_cannot_be_says_what_fits(text: str) -> None:
    with pytest.raises(ConfigError, match=r"SWIFTLOG_SERVER.*expected"):
        parse_server(text)


def test_only_plaintext_over_a_network_is_warned_about() -> None:
    assert "unencrypted" in parse_server("http://logs.example.com:50051").warning
    assert not parse_server("http://localhost:50051").warning
    assert not parse_server("logs.example.com:50051").warning


def test_a_name_that_only_looks_like_loopback_is_not() -> None:
    for host in ("127.example.com", "localhost.example.com", "127.0.0.1.example.com"):
        assert parse_server(f"{host}:1").secure


def test_a_url_loses_its_slash_and_must_be_http() -> None:
    assert (
        parse_url("https://logs.example.com/base/") == "https://logs.example.com/base"
    )
    assert not parse_url("")
    for text in ("logs.example.com", "ftp://x", "https://", "//x"):
        with pytest.raises(ConfigError, match="SWIFTLOG_URL"):
            parse_url(text)


@pytest.mark.parametrize(
    ("server", "url", "safe"),
    [
        ("logs.example.com:50051", "https://logs.example.com", True),
        ("logs.example.com:50051", "http://logs.example.com", False),
        ("logs.example.com:50051", "http://127.0.0.1:8080", True),
        ("logs.example.com:50051", "http://[::1]:8080", True),
        ("http://logs.example.com:50051", "http://logs.example.com", True),
    ],
)
def test_a_token_never_goes_from_tls_to_plaintext(
    server: str, url: str, safe: bool
) -> None:
    assert url_is_safe(url, parse_server(server)) is safe


def test_a_token_with_a_line_break_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigError) as caught:
        make_server("localhost:1", token="swl_secret\n")
    assert "swl_secret" not in str(caught.value)


def test_a_certificate_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SWIFTLOG_CA_FILE"):
        make_server("localhost:1", ca_file=str(tmp_path / "none.pem"))


def test_the_roots_are_those_named_before_the_systems(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("")
    assert find_roots(str(roots)) == str(roots)
    assert find_roots(str(tmp_path / "none.pem")) == find_roots("")


def test_the_configuration_gives_the_server_or_none(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("")
    environ = {
        "SWIFTLOG_SERVER": "logs.example.com:50051",
        "SWIFTLOG_TOKEN": "swl_x",
        "SWIFTLOG_URL": "https://logs.example.com/",
        "SSL_CERT_FILE": str(roots),
    }
    server = server_of(resolve({}, environ))
    assert server is not None
    assert server.address.target == "logs.example.com:50051"
    assert server[1:] == ("https://logs.example.com", "swl_x", str(roots))
    assert server_of(resolve({}, {})) is None
