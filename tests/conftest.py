"""What holds for every test: a clean environment, loopback only, steady hypothesis.

Nothing of the person or CI that runs the suite reaches a test: no SwiftLog setting,
no CI variable, no home folder. Tests that start processes hand this environment on.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Variables by which SwiftLog would notice where the suite runs.
FOREIGN = (
    "SWIFTLOG_",
    "GITHUB_",
    "GITLAB_",
    "CI_",
    "RUNNER_",
    "BUILDKITE",
    "CIRCLE",
    "JENKINS_",
    "XDG_",
    "OPENAI_",
)
ALSO_FOREIGN = frozenset({"CI", "TRAVIS", "NO_COLOR", "FORCE_COLOR", "COLUMNS"})

hypothesis.settings.register_profile("default", deadline=None)
# The same examples in every CI run: a failure there can be repeated here.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)


def pytest_configure() -> None:
    """Choose hypothesis' profile before the environment is cleaned."""
    hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Take foreign variables away and point HOME at an empty folder; yield it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in ALSO_FOREIGN or name.startswith(FOREIGN):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        yield home


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse to connect to any other machine, whatever a test or library tries."""
    connect = socket.socket.connect
    connect_ex = socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        _refuse_other_machines(self, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _refuse_other_machines(self, address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


def _refuse_other_machines(sock: socket.socket, address: Any) -> None:
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    with contextlib.suppress(ValueError):  # a name: only localhost is ours
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    text = f"a test tried to connect to {address!r}; tests use loopback only"
    raise RuntimeError(text)
