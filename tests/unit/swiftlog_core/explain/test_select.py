from __future__ import annotations

import pytest

from swiftlog_core.explain import select
from swiftlog_core.explain.api import explain
from swiftlog_core.explain.source import BytesSource

NOISE = b"".join(b"compiling unit %d of the project\n" % n for n in range(40_000))
FAILURE = b"src/main.c:12:5: error: use of undeclared identifier 'total'\n"
END = b"make: *** [all] Error 1\n"


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "WHOLE_SIZE", 1 << 16)


@pytest.mark.usefixtures("_small")
def test_a_failure_in_the_middle_of_a_large_log_is_found() -> None:
    log = NOISE + FAILURE + NOISE + END
    found = explain(BytesSource(log))
    assert 40_001 in found.ranked[:5]
    assert found.counts.lines == log.count(b"\n")
    assert found.counts.size == len(log)
    texts = {line.number: line.text for line in found.excerpt.lines}
    assert texts[40_001] == FAILURE.decode().strip()


@pytest.mark.usefixtures("_small")
def test_news_in_the_middle_of_a_large_log_are_found() -> None:
    found = explain(
        BytesSource(NOISE + b"a strange thing happened\n" + NOISE),
        baselines=[BytesSource(NOISE)],
    )
    assert found.news == (40_001,)
    assert found.ranked[0] == 40_001


@pytest.mark.usefixtures("_small")
def test_long_lines_between_keep_the_numbers_right() -> None:
    long = b"x" * (3 << 20) + b"\n"
    log = NOISE + long + FAILURE + long + FAILURE + b"y" * (2 << 20)
    found = explain(BytesSource(log))
    assert {40_002, 40_004} <= set(found.ranked[:10])
    assert found.counts.lines == 40_005


def test_what_is_read_of_a_large_log_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(select, "WHOLE_SIZE", 1 << 16)
    monkeypatch.setattr(select, "MAX_LINES", 500)
    found = explain(BytesSource(b"error: x failed\n" * 60_000 + NOISE))
    assert found.counts.errors <= 600
