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
    Weight("after_last_failure", -0.290, "after last failure"),
    Weight("echo_of_script", -0.045, "echo of script"),
    Weight("first_error", 0.199, "first error"),
    Weight("first_failure", 0.394, "first failure"),
    Weight("first_news", -0.172, "first news"),
    Weight("first_of_kind", 0.149, "first of kind"),
    Weight(
        "hard_far",
        -0.428,
        "lines up to the command's failure, as the CI system says it: far",
    ),
    Weight(
        "hard_within_10",
        0.267,
        "lines up to the command's failure, as the CI system says it: within 10",
    ),
    Weight(
        "hard_within_100",
        0.380,
        "lines up to the command's failure, as the CI system says it: within 100",
    ),
    Weight(
        "hard_within_3",
        -0.126,
        "lines up to the command's failure, as the CI system says it: within 3",
    ),
    Weight(
        "hard_within_30",
        0.405,
        "lines up to the command's failure, as the CI system says it: within 30",
    ),
    Weight(
        "hard_within_300",
        -0.209,
        "lines up to the command's failure, as the CI system says it: within 300",
    ),
    Weight("in_failed_command", 0.732, "in failed command"),
    Weight("kind_compiler", 0.372, "kind of evidence (and severity): compiler"),
    Weight(
        "kind_compiler_error", 0.253, "kind of evidence (and severity): compiler error"
    ),
    Weight(
        "kind_compiler_warning",
        0.122,
        "kind of evidence (and severity): compiler warning",
    ),
    Weight("kind_exception", 0.141, "kind of evidence (and severity): exception"),
    Weight(
        "kind_exception_error",
        0.141,
        "kind of evidence (and severity): exception error",
    ),
    Weight("kind_exit", -0.214, "kind of evidence (and severity): exit"),
    Weight("kind_exit_error", 0.033, "kind of evidence (and severity): exit error"),
    Weight("kind_exit_note", -0.235, "kind of evidence (and severity): exit note"),
    Weight("kind_infra", 0.217, "kind of evidence (and severity): infra"),
    Weight("kind_infra_error", 0.217, "kind of evidence (and severity): infra error"),
    Weight("kind_lint", 0.027, "kind of evidence (and severity): lint"),
    Weight("kind_lint_error", 0.045, "kind of evidence (and severity): lint error"),
    Weight("kind_news", -0.155, "kind of evidence (and severity): news"),
    Weight("kind_news_error", -0.155, "kind of evidence (and severity): news error"),
    Weight("kind_tail", -0.184, "kind of evidence (and severity): tail"),
    Weight(
        "kind_tail_warning", -0.181, "kind of evidence (and severity): tail warning"
    ),
    Weight("kind_test", 0.466, "kind of evidence (and severity): test"),
    Weight("kind_test_error", 0.706, "kind of evidence (and severity): test error"),
    Weight("kind_test_note", -0.240, "kind of evidence (and severity): test note"),
    Weight("kind_tool_error", 0.273, "kind of evidence (and severity): tool error"),
    Weight("kind_tool_note", -0.261, "kind of evidence (and severity): tool note"),
    Weight(
        "kind_tool_warning", -0.028, "kind of evidence (and severity): tool warning"
    ),
    Weight("kind_words", -0.654, "kind of evidence (and severity): words"),
    Weight("kind_words_error", -0.097, "kind of evidence (and severity): words error"),
    Weight("kind_words_note", -0.245, "kind of evidence (and severity): words note"),
    Weight(
        "kind_words_warning", -0.311, "kind of evidence (and severity): words warning"
    ),
    Weight("last_of_kind", 0.404, "last of kind"),
    Weight("later_of_kind", -0.386, "later of kind"),
    Weight("located", 0.425, "located"),
    Weight("long_line", 0.030, "long line"),
    Weight(
        "near_compiler_error",
        0.202,
        "shortly before a command's failure, kind of evidence: compiler error",
    ),
    Weight(
        "near_compiler_warning",
        0.198,
        "shortly before a command's failure, kind of evidence: compiler warning",
    ),
    Weight(
        "near_exception_error",
        0.105,
        "shortly before a command's failure, kind of evidence: exception error",
    ),
    Weight(
        "near_exit_error",
        0.033,
        "shortly before a command's failure, kind of evidence: exit error",
    ),
    Weight(
        "near_exit_note",
        -0.125,
        "shortly before a command's failure, kind of evidence: exit note",
    ),
    Weight(
        "near_infra_error",
        0.336,
        "shortly before a command's failure, kind of evidence: infra error",
    ),
    Weight(
        "near_lint_error",
        0.143,
        "shortly before a command's failure, kind of evidence: lint error",
    ),
    Weight(
        "near_news_error",
        -0.045,
        "shortly before a command's failure, kind of evidence: news error",
    ),
    Weight(
        "near_tail_warning",
        -0.143,
        "shortly before a command's failure, kind of evidence: tail warning",
    ),
    Weight(
        "near_test_error",
        -0.197,
        "shortly before a command's failure, kind of evidence: test error",
    ),
    Weight(
        "near_test_note",
        -0.207,
        "shortly before a command's failure, kind of evidence: test note",
    ),
    Weight(
        "near_tool_error",
        0.034,
        "shortly before a command's failure, kind of evidence: tool error",
    ),
    Weight(
        "near_tool_note",
        -0.234,
        "shortly before a command's failure, kind of evidence: tool note",
    ),
    Weight(
        "near_words_error",
        0.356,
        "shortly before a command's failure, kind of evidence: words error",
    ),
    Weight(
        "near_words_note",
        0.138,
        "shortly before a command's failure, kind of evidence: words note",
    ),
    Weight(
        "near_words_warning",
        -0.024,
        "shortly before a command's failure, kind of evidence: words warning",
    ),
    Weight("news_before", -0.070, "news before"),
    Weight("novel_share", 0.047, "compared with passing runs: share"),
    Weight("red", 0.393, "red"),
    Weight("repeated", -0.423, "repeated"),
    Weight("said_before", 0.309, "said before"),
    Weight("says_cannot", 0.153, "what the telling line says: cannot"),
    Weight("says_cross", 0.145, "what the telling line says: cross"),
    Weight("says_deprecated", -0.149, "what the telling line says: deprecated"),
    Weight("says_error", 0.429, "what the telling line says: error"),
    Weight("says_error_label", 0.197, "what the telling line says: error label"),
    Weight("says_exception", 0.227, "what the telling line says: exception"),
    Weight("says_exit", -0.304, "what the telling line says: exit"),
    Weight("says_expected", 0.189, "what the telling line says: expected"),
    Weight("says_fail", 0.176, "what the telling line says: fail"),
    Weight("says_fatal", 0.185, "what the telling line says: fatal"),
    Weight("says_ignored", 0.135, "what the telling line says: ignored"),
    Weight("says_info", -0.223, "what the telling line says: info"),
    Weight("says_missing", 0.103, "what the telling line says: missing"),
    Weight("says_passed", -0.283, "what the telling line says: passed"),
    Weight("says_retry", 0.042, "what the telling line says: retry"),
    Weight("says_warning", -0.367, "what the telling line says: warning"),
    Weight("says_zero", -0.051, "what the telling line says: zero"),
    Weight("short_command_tail", 0.165, "short command tail"),
    Weight("since_far", -0.100, "lines since the last sign that something failed: far"),
    Weight(
        "since_within_10",
        -0.131,
        "lines since the last sign that something failed: within 10",
    ),
    Weight(
        "since_within_100",
        -0.145,
        "lines since the last sign that something failed: within 100",
    ),
    Weight(
        "since_within_3",
        -0.092,
        "lines since the last sign that something failed: within 3",
    ),
    Weight(
        "since_within_30",
        -0.147,
        "lines since the last sign that something failed: within 30",
    ),
    Weight(
        "since_within_300",
        -0.067,
        "lines since the last sign that something failed: within 300",
    ),
    Weight("size_1", -0.715, "lines in the block: 1"),
    Weight("size_few", 0.178, "lines in the block: few"),
    Weight("size_many", 0.537, "lines in the block: many"),
)
