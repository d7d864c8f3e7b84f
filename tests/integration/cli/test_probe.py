"""A server behind a network that lets only HTTP pass answers all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import ServerRefusedError
from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.probe import probe

if TYPE_CHECKING:
    from tests.integration.serving import Served

NOBODY = "127.0.0.1:9"


def test_a_server_that_only_http_reaches_answers(served: Served) -> None:
    probe(make_server(NOBODY, url=served.url, token=served.token))


def test_a_token_that_it_does_not_know_is_refused(served: Served) -> None:
    with pytest.raises(ServerRefusedError):
        probe(make_server(NOBODY, url=served.url, token="swl_unknown"))
