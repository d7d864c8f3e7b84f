"""The question to a server before the command starts: silence is no answer."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from swiftlog_core.config import resolve
from swiftlog_core.transport import probe as module

if TYPE_CHECKING:
    import pytest


def test_a_check_that_is_killed_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_config: object) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    monkeypatch.setattr(module, "_reason", die)
    assert "status" in module.probe_in_child(resolve({}, {}))


def test_a_check_that_breaks_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(_config: object) -> str:
        raise SystemExit

    monkeypatch.setattr(module, "_reason", leave)
    assert "status" in module.probe_in_child(resolve({}, {}))


def test_a_check_that_finds_nothing_wrong_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_reason", lambda _config: "")
    assert module.probe_in_child(resolve({}, {})) == ""
