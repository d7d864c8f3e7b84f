"""Both pollers say the same about the same descriptors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture.poller import READ, WRITE, SelectPoller, new_poller

if TYPE_CHECKING:
    import select
    from collections.abc import Callable

KINDS = pytest.mark.parametrize("new", [new_poller, SelectPoller])


@KINDS
def test_readable_and_writable_are_told_apart(
    new: Callable[[], select.poll | SelectPoller],
) -> None:
    reader, writer = os.pipe()
    poller = new()
    poller.register(reader, READ)
    poller.register(writer, WRITE)
    assert poller.poll(0) == [(writer, WRITE)]
    os.write(writer, b"x")
    assert sorted(poller.poll(None)) == sorted([(reader, READ), (writer, WRITE)])
    poller.unregister(writer)
    assert poller.poll(0) == [(reader, READ)]
    os.close(reader)
    os.close(writer)


@KINDS
def test_registering_again_replaces_what_was_asked(
    new: Callable[[], select.poll | SelectPoller],
) -> None:
    reader, writer = os.pipe()
    poller = new()
    poller.register(writer, WRITE)
    poller.register(writer, 0)
    assert poller.poll(1) == []
    os.close(reader)
    os.close(writer)
