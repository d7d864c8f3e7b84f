"""The socket for masks: it hears everybody, and leaves nothing behind for ever."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import ServerUnreachableError
from swiftlog_core.recorder.mask_socket import MaskSocket, send_mask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _take(_name: str, _value: bytes) -> str:
    return ""


def _age(path: Path) -> None:
    """Let a socket look as if it was bound long ago."""
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))


def _left_by_a_killed_recorder(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
        left.listen()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "m"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def open_socket(folder: Path) -> Iterator[MaskSocket]:
    opened = MaskSocket(str(folder / "mask-open"), _take)
    assert opened.listening
    yield opened
    opened.close()


def test_sockets_of_killed_recorders_go_when_another_is_bound(
    folder: Path, open_socket: MaskSocket
) -> None:
    assert open_socket.listening
    _left_by_a_killed_recorder(folder / "mask-dead")
    _left_by_a_killed_recorder(folder / "mask-fresh")  # may only not listen yet
    (folder / "mask-file").write_bytes(b"")
    (folder / "other").write_bytes(b"")
    for name in ("mask-dead", "mask-open", "other"):
        _age(folder / name)
    own = MaskSocket(str(folder / "mask-own"), _take)
    try:
        assert sorted(path.name for path in folder.iterdir()) == [
            *("mask-file", "mask-fresh", "mask-open", "mask-own", "other")
        ]
    finally:
        own.close()
    assert send_mask(str(folder / "mask-open"), "N", b"value") == ""


def test_a_silent_client_holds_up_nobody(folder: Path, open_socket: MaskSocket) -> None:
    assert open_socket.listening
    path = str(folder / "mask-open")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(path)
        # A wait shorter than the patience with the silent one.
        assert send_mask(path, "N", b"value", wait_seconds=2) == ""


def test_a_recorder_that_does_not_answer_is_waited_for_no_longer_than_asked(
    folder: Path,
) -> None:
    path = str(folder / "mask-silent")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(path)
        silent.listen()
        with pytest.raises(ServerUnreachableError):
            send_mask(path, "N", b"value", wait_seconds=0.05)
    with pytest.raises(ServerUnreachableError):
        send_mask(path, "N", b"value", wait_seconds=0.05)  # nobody listens
    with pytest.raises(ServerUnreachableError):
        send_mask(str(folder / "absent"), "N", b"value", wait_seconds=0.05)
