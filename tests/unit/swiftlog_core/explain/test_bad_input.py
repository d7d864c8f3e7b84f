"""Any bytes at all: never an error, never more than linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swiftlog_core.explain.api import explain
from swiftlog_core.explain.parser import load_all
from swiftlog_core.explain.source import BytesSource

PIECES = sorted(
    {t.pattern for parser in load_all() for t in parser.triggers if not t.regex}
)
TEXT = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from([b"\n", b" ", b"\r", b"\x1b[31m", b"a.py:1:2: ", b"\t", b"9"]),
        st.binary(max_size=8),
    ),
    max_size=120,
).map(b"".join)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXT)
def test_any_bytes_explain_without_an_error(data: bytes) -> None:
    found = explain(BytesSource(data))
    lines = data.count(b"\n") + bool(data and not data.endswith(b"\n"))
    assert found.counts.lines == lines
    assert all(1 <= number <= max(1, lines) for number in found.ranked)
    assert found == explain(BytesSource(data))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXT, TEXT)
def test_any_baseline_explains_without_an_error(data: bytes, base: bytes) -> None:
    explain(BytesSource(data), baselines=[BytesSource(base)])


@pytest.mark.parametrize(
    "unit",
    [
        b"\r", b"\x1b[", b"\x1b]0;", b"error ", b"a.py:1:", b" > ", b"(((", b"   ",
        b"/a/b", b"at x(", b"x.y.z.", b"- - ", b"\\d+", b"1) ", b"\xe2\x9c\x96",
        b"error: \n", b"\n", b"  at x\n", b"Traceback (most recent call last):\n",
        b"FAILED a.py::b - c\n", b"---- ", b"E   x\n", b"[ERROR] \n", b"// ",
    ],
)  # fmt: skip
def test_time_grows_no_faster_than_the_log(unit: bytes) -> None:
    def cost(size: int) -> float:
        source = BytesSource(unit * (size // len(unit)))
        start = time.process_time()
        explain(source)
        return time.process_time() - start

    cost(1000)
    small = max(cost(15_000), 0.005)
    assert cost(120_000) < 40 * small
