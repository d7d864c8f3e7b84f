"""The weights of the ranker: data with a name, a value and a comment each.

Fitted by ``tests/bench/fit_weights.py``; edit there, not here.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Weight(NamedTuple):
    """How much one feature adds to the score of a block."""

    name: str
    value: float
    comment: str


WEIGHTS: Final[tuple[Weight, ...]] = (
    Weight("kind_test_error", 2.0, "a failed test with its detail"),
    Weight("kind_compiler_error", 2.0, "a located error of a compiler"),
    Weight("kind_exception_error", 1.5, "a raised error with its stack"),
    Weight("kind_lint_error", 1.5, "a located complaint"),
    Weight("kind_tool_error", 1.5, "an error message of a tool"),
    Weight("kind_infra_error", 1.0, "the machine"),
    Weight("kind_words_error", 0.5, "words of failure"),
    Weight("kind_tail_error", 1.0, "the last output of a failed command"),
    Weight("in_failed_command", 1.0, "inside the command that failed"),
    Weight("first_error", 1.0, "the first error of its command"),
    Weight("after_last_failure", -2.0, "clean-up after the failure"),
)
