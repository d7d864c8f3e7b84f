from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.explain.parser import load_all
from swiftlog_core.explain.scan import (
    HyperscanScanner,
    RegexScanner,
    Trigger,
    make_scanner,
)

pytest.importorskip("hyperscan", reason="pip install hyperscan")

TRIGGERS = (
    Trigger(b"Error: "),
    Trigger(b"fail", caseless=True),
    Trigger(rb"\.py:[0-9]", regex=True),
    Trigger(b"***"),
)
TEXT = st.lists(
    st.sampled_from(
        [b"Error: ", b"FAIL", b"fail", b"a.py:12", b"***", b"\n", b"x", b" ", b"\xc3"]
    ),
    max_size=80,
).map(b"".join)


@given(TEXT)
def test_both_engines_find_the_same_lines(data: bytes) -> None:
    fast, slow = HyperscanScanner(TRIGGERS), RegexScanner(TRIGGERS)
    assert fast.hits(data) == slow.hits(data)


@given(TEXT, st.integers(0, 3))
def test_both_engines_sample_the_same_lines(data: bytes, room: int) -> None:
    def lines(sample: list[tuple[int, int]]) -> set[tuple[int, int]]:
        return {(number, data.count(b"\n", 0, offset)) for number, offset in sample}

    fast, slow = HyperscanScanner(TRIGGERS), RegexScanner(TRIGGERS)
    rooms = [room] * len(TRIGGERS)
    assert lines(fast.sample(data, rooms)) == lines(slow.sample(data, rooms))


def test_every_built_in_trigger_finds_the_same_on_both_engines() -> None:
    triggers = sorted({t for parser in load_all() for t in parser.triggers})
    sample = b"\n".join(t.pattern for t in triggers if not t.regex) + (
        b"\na.py:3:4: E1 x\nsrc/A.java:[3,4]\n 12:3  error\n[ERROR] FAIL [  1.2s]\n"
        b"x.ts(3,4): error TS1\n#7 ERROR x\n! Undefined\n  1) a\nE: x\ne: /x\n"
    )
    fast, slow = HyperscanScanner(triggers), RegexScanner(triggers)
    assert fast.hits(sample) == slow.hits(sample)


def test_without_the_library_the_standard_one_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert isinstance(make_scanner(TRIGGERS), RegexScanner)
