from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.explain.normalise import normalise

RAW = st.lists(
    st.sampled_from(
        [
            b"\n", b"\r", b"\r\n", b"\x1b[31m", b"\x1b]8;;x\x07", b"\x1b", b"##[group]",
            b"2024-01-02T03:04:05.1234567Z ", b"error", b" ", b"travis_time:start:0a\r",
            b"\t", b"\xff", b"section_start:17:a\r",
        ]
    ),
    max_size=60,
).map(b"".join)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "reads"),
    [
        (b"2024-01-02T03:04:05.1234567Z error\r\n", b"error\n"),
        (b"2024-01-02T03:04:05.123456Z 00O error\n", b"error\n"),
        (b"job\tstep\t2024-01-02T03:04:05.1234567Z error\n", b"error\n"),
        (b"[2024-01-02T03:04:05.123Z] error\n", b"error\n"),
        (b"2017-11-10 02:43:05.887718 | fatal: x\n", b"fatal: x\n"),
        (b"\x1b[31;1merror\x1b[0m\x1b[K\r\n", b"error\n"),
        (b"\x1b]8;;http://x\x07link\x1b]8;;\x07\n", b"link\n"),
        (b"10%\r50%\r100%\r\n", b"100%\n"),
        (b"gone\r\x1b[2Kkept\n", b"kept\n"),
        (b"text\r\r\r\n", b"text\n"),
        (b"##[group]Run make\n", b"Run make\n"),
        (b"travis_time:start:1f91aa23\r\x1b[0K$ make\n", b"$ make\n"),
        (b"section_start:1700:build\r\x1b[0KBuild\n", b"Build\n"),
        (b"plain 2024-01-02 text", b"plain 2024-01-02 text"),
    ],
)
def test_a_line_reads_as_a_person_would_see_it(raw: bytes, reads: bytes) -> None:
    assert normalise(raw) == reads


@given(RAW)
def test_the_number_of_lines_never_changes(raw: bytes) -> None:
    assert normalise(raw).count(b"\n") == raw.count(b"\n")


@given(RAW)
def test_lines_read_alone_as_they_read_together(raw: bytes) -> None:
    lines = raw.split(b"\n")
    alone = b"\n".join(normalise(line + b"\n")[:-1] for line in lines[:-1])
    together = normalise(b"".join(line + b"\n" for line in lines[:-1]))
    assert together == (alone + b"\n" if len(lines) > 1 else b"")
