from __future__ import annotations

from swiftlog_core.explain.reading import MAX_LINE_BYTES, read_regions


def test_facts_that_only_bytes_show_are_kept_by_line() -> None:
    raw = (
        b"##[group]Run make\n\x1b[36;1mmake\x1b[0m\n##[endgroup]\n"
        b"\x1b[1;31mbad\x1b[0m\n\x1b[32mgood\x1b[0m\n"
    )
    reading = read_regions([(1, raw)], 1, 5)
    assert reading.red == {4}
    assert reading.echo == {1, 2, 3}
    assert reading.starts == (3,)
    assert [text for _, text in reading.items()] == [
        "Run make",
        "make",
        "",
        "bad",
        "good",
    ]


def test_regions_keep_their_line_numbers_and_long_lines_are_cut() -> None:
    reading = read_regions([(7, b"a\n"), (90, b"x" * 9000 + b"\n")], 1, 90)
    items = list(reading.items())
    assert items[0] == (7, "a")
    assert items[1][0] == 90
    assert len(items[1][1]) == MAX_LINE_BYTES
