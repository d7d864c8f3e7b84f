"""One real server for the live tests of a process, and a client that keeps a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.serving import parts_in, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.serving import Served


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a server that listens on loopback. Tests make runs of their own."""
    folder = tmp_path_factory.mktemp("live")
    with parts_in(folder) as parts, serving(parts) as served:
        yield served
