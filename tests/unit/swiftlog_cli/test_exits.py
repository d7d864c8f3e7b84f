"""Errors to exit codes: every error of the tree has one, and it is documented."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from swiftlog_cli.exits import BUG, MEANINGS, code_of
from swiftlog_core import errors

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.SwiftLogError) and kind is not errors.SwiftLogError
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_expected_error_has_a_documented_code(
    kind: type[errors.SwiftLogError],
) -> None:
    code = code_of(kind.__new__(kind))
    assert code in MEANINGS
    assert code != BUG


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 64),
        (errors.ConfigError("a", "b", "c"), 64),
        (errors.SpoolCorruptError("p", "r"), 65),
        (errors.VerifyError("r", 1, "x"), 65),
        (errors.RunNotFoundError("r"), 66),
        (FileNotFoundError(2, "No such file", "x"), 66),
        (errors.ServerUnreachableError("a", "r"), 69),
        (ZeroDivisionError(), 70),
        (OSError(28, "No space left"), 74),
        (errors.SpoolBusyError("p"), 75),
        (errors.TakenOverError("x"), 76),
        (errors.ServerIncompatibleError("a", "r"), 76),
        (errors.ServerRefusedError("a", "r"), 77),
        (KeyboardInterrupt(), 130),
    ],
)
def test_codes_are_the_documented_ones(error: BaseException, code: int) -> None:
    assert code_of(error) == code


def test_a_line_for_a_full_stderr_changes_no_exit_code() -> None:
    script = "from swiftlog_cli.exits import say; say('x'); raise SystemExit(5)"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", script], stderr=full, timeout=60, check=False
        )
    assert done.returncode == 5
