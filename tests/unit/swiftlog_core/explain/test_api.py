from __future__ import annotations

from swiftlog_core.events import ExitStatus
from swiftlog_core.explain.api import explain
from swiftlog_core.explain.excerpt import Budget
from swiftlog_core.explain.source import BytesSource

FAILED = b"""\
$ make test
collecting
compiling src/main.c
src/main.c:12:5: error: use of undeclared identifier 'total'
   12 |     total = 1;
      |     ^
1 error generated.
make: *** [main.o] Error 1
The command "make test" exited with 2.
store build cache
Done. Your build exited with 1.
"""

PASSED = b"""\
$ make test
collecting
compiling src/main.c
all 12 tests passed
The command "make test" exited with 0.
"""


def test_the_compilers_error_leads_the_ranking() -> None:
    found = explain(BytesSource(FAILED))
    assert found.failed
    assert found.ranked[0] == 4
    cause = [line.text for line in found.excerpt.lines if line.cause]
    assert "src/main.c:12:5: error: use of undeclared identifier 'total'" in cause
    located = [f for f in found.findings if f.file == "src/main.c"]
    assert located[0].line == 12
    assert located[0].column == 5


def test_an_empty_log_explains_nothing() -> None:
    found = explain(BytesSource(b""))
    assert not found.failed
    assert found.ranked == ()
    assert found.findings == ()
    assert found.fingerprint == ""
    assert found.counts.lines == 0


def test_a_success_says_that_nothing_failed() -> None:
    ok = ExitStatus(status="success", exit_code=0)
    found = explain(BytesSource(PASSED), exit_status=ok)
    assert not found.failed
    assert found.fingerprint == ""


def test_the_excerpt_keeps_to_its_budget() -> None:
    found = explain(BytesSource(FAILED), budget=Budget(lines=2))
    assert len(found.excerpt.lines) == 2
    small = explain(BytesSource(FAILED), budget=Budget(lines=60, tokens=25))
    assert sum(len(line.text) for line in small.excerpt.lines) < 100


def test_the_same_failure_elsewhere_has_the_same_fingerprint() -> None:
    moved = FAILED.replace(b"src/main.c:12:5", b"/home/ci/build/7/src/main.c:97:5")
    assert (
        explain(BytesSource(moved)).fingerprint
        == explain(BytesSource(FAILED)).fingerprint
    )


def test_what_no_passing_run_printed_is_news() -> None:
    found = explain(BytesSource(FAILED), baselines=[BytesSource(PASSED)])
    assert found.divergence == 4
    assert 4 in found.news
    assert 2 not in found.news
