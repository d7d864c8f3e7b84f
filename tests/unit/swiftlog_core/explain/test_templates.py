from __future__ import annotations

from swiftlog_core.explain.source import BytesSource
from swiftlog_core.explain.templates import Baseline, templates_of


def test_numbers_and_hexadecimal_ids_leave_no_trace() -> None:
    one = templates_of(b"built 3f2a9c in 12.5 s\nother")
    two = templates_of(b"built 00bd17 in 9 s\nother")
    assert one == two
    assert one[0] != one[1]


def test_a_baseline_knows_what_passing_runs_printed() -> None:
    baseline = Baseline.of([BytesSource(b"step 1 done\n"), BytesSource(b"hello\n")])
    assert baseline.knows(templates_of(b"step 29 done")[0])
    assert baseline.knows(templates_of(b"hello")[0])
    assert not baseline.knows(templates_of(b"goodbye")[0])
