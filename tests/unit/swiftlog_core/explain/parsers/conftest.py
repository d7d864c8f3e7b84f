"""Reads sample output with one parser, as the engine does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from swiftlog_core.events import Finding
from swiftlog_core.explain.parser import Parser, Window
from swiftlog_core.explain.scan import make_scanner

Read = Callable[[Parser, str], list[Finding]]


def _read(parser: Parser, text: str) -> list[Finding]:
    hits = make_scanner(parser.triggers).hits(text.encode())
    lines = text.split("\n")[:-1]
    return list(parser.parse(Window(1, lines, [hit.line for hit in hits])))


@pytest.fixture(scope="session")
def read() -> Read:
    return _read
