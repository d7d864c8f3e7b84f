"""How a token is read from a request, and what the dependency refuses."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from swiftlog_server.accounts.access import token_of


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Basic YTpi", None),
        ("Bearer swl_x", "swl_x"),
        ("bearer  swl_x ", "swl_x"),
        ("BEARER swl_x", "swl_x"),
        ("swl_x", None),
    ],
)
def test_only_a_bearer_header_has_a_token(
    header: str | None, token: str | None
) -> None:
    headers = [] if header is None else [(b"authorization", header.encode())]
    scope = {"type": "http", "headers": headers, "query_string": b"token=swl_y"}
    assert token_of(HTTPConnection(scope)) == token
