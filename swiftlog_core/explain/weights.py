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
    Weight("after_last_failure", -0.299, "after last failure"),
    Weight("echo_of_script", -0.046, "echo of script"),
    Weight("first_error", 0.179, "first error"),
    Weight("first_failure", 0.408, "first failure"),
    Weight("first_news", -0.172, "first news"),
    Weight("first_of_kind", 0.121, "first of kind"),
    Weight(
        "hard_far",
        -0.445,
        "lines up to the command's failure, as the CI system says it: far",
    ),
    Weight(
        "hard_within_10",
        0.274,
        "lines up to the command's failure, as the CI system says it: within 10",
    ),
    Weight(
        "hard_within_100",
        0.377,
        "lines up to the command's failure, as the CI system says it: within 100",
    ),
    Weight(
        "hard_within_3",
        -0.103,
        "lines up to the command's failure, as the CI system says it: within 3",
    ),
    Weight(
        "hard_within_30",
        0.402,
        "lines up to the command's failure, as the CI system says it: within 30",
    ),
    Weight(
        "hard_within_300",
        -0.207,
        "lines up to the command's failure, as the CI system says it: within 300",
    ),
    Weight("in_failed_command", 0.699, "in failed command"),
    Weight("kind_compiler", 0.342, "kind of evidence (and severity): compiler"),
    Weight(
        "kind_compiler_error", 0.222, "kind of evidence (and severity): compiler error"
    ),
    Weight(
        "kind_compiler_warning",
        0.122,
        "kind of evidence (and severity): compiler warning",
    ),
    Weight("kind_exception", 0.138, "kind of evidence (and severity): exception"),
    Weight(
        "kind_exception_error",
        0.138,
        "kind of evidence (and severity): exception error",
    ),
    Weight("kind_exit", -0.204, "kind of evidence (and severity): exit"),
    Weight("kind_exit_error", 0.032, "kind of evidence (and severity): exit error"),
    Weight("kind_exit_note", -0.224, "kind of evidence (and severity): exit note"),
    Weight("kind_infra", 0.219, "kind of evidence (and severity): infra"),
    Weight("kind_infra_error", 0.219, "kind of evidence (and severity): infra error"),
    Weight("kind_lint", 0.022, "kind of evidence (and severity): lint"),
    Weight("kind_lint_error", 0.039, "kind of evidence (and severity): lint error"),
    Weight("kind_news", -0.140, "kind of evidence (and severity): news"),
    Weight("kind_news_error", -0.140, "kind of evidence (and severity): news error"),
    Weight("kind_tail", -0.185, "kind of evidence (and severity): tail"),
    Weight(
        "kind_tail_warning", -0.173, "kind of evidence (and severity): tail warning"
    ),
    Weight("kind_test", 0.515, "kind of evidence (and severity): test"),
    Weight("kind_test_error", 0.747, "kind of evidence (and severity): test error"),
    Weight("kind_test_note", -0.232, "kind of evidence (and severity): test note"),
    Weight("kind_tool_error", 0.270, "kind of evidence (and severity): tool error"),
    Weight("kind_tool_note", -0.258, "kind of evidence (and severity): tool note"),
    Weight(
        "kind_tool_warning", -0.028, "kind of evidence (and severity): tool warning"
    ),
    Weight("kind_words", -0.690, "kind of evidence (and severity): words"),
    Weight("kind_words_error", -0.028, "kind of evidence (and severity): words error"),
    Weight("kind_words_note", -0.368, "kind of evidence (and severity): words note"),
    Weight(
        "kind_words_warning", -0.295, "kind of evidence (and severity): words warning"
    ),
    Weight("last_of_kind", 0.418, "last of kind"),
    Weight("later_of_kind", -0.430, "later of kind"),
    Weight("located", 0.477, "located"),
    Weight("long_line", 0.031, "long line"),
    Weight(
        "near_compiler_error",
        0.204,
        "shortly before a command's failure, kind of evidence: compiler error",
    ),
    Weight(
        "near_compiler_warning",
        0.197,
        "shortly before a command's failure, kind of evidence: compiler warning",
    ),
    Weight(
        "near_exception_error",
        0.111,
        "shortly before a command's failure, kind of evidence: exception error",
    ),
    Weight(
        "near_exit_error",
        0.032,
        "shortly before a command's failure, kind of evidence: exit error",
    ),
    Weight(
        "near_exit_note",
        -0.117,
        "shortly before a command's failure, kind of evidence: exit note",
    ),
    Weight(
        "near_infra_error",
        0.338,
        "shortly before a command's failure, kind of evidence: infra error",
    ),
    Weight(
        "near_lint_error",
        0.136,
        "shortly before a command's failure, kind of evidence: lint error",
    ),
    Weight(
        "near_news_error",
        -0.042,
        "shortly before a command's failure, kind of evidence: news error",
    ),
    Weight(
        "near_tail_warning",
        -0.131,
        "shortly before a command's failure, kind of evidence: tail warning",
    ),
    Weight(
        "near_test_error",
        -0.223,
        "shortly before a command's failure, kind of evidence: test error",
    ),
    Weight(
        "near_test_note",
        -0.198,
        "shortly before a command's failure, kind of evidence: test note",
    ),
    Weight(
        "near_tool_error",
        0.029,
        "shortly before a command's failure, kind of evidence: tool error",
    ),
    Weight(
        "near_tool_note",
        -0.230,
        "shortly before a command's failure, kind of evidence: tool note",
    ),
    Weight(
        "near_words_error",
        0.361,
        "shortly before a command's failure, kind of evidence: words error",
    ),
    Weight(
        "near_words_note",
        0.164,
        "shortly before a command's failure, kind of evidence: words note",
    ),
    Weight(
        "near_words_warning",
        -0.023,
        "shortly before a command's failure, kind of evidence: words warning",
    ),
    Weight("news_before", -0.071, "news before"),
    Weight("novel_share", 0.049, "compared with passing runs: share"),
    Weight("red", 0.385, "red"),
    Weight("repeated", -0.403, "repeated"),
    Weight("said_before", 0.330, "said before"),
    Weight("says_cannot", 0.155, "what the telling line says: cannot"),
    Weight("says_cross", 0.141, "what the telling line says: cross"),
    Weight("says_deprecated", -0.140, "what the telling line says: deprecated"),
    Weight("says_error", 0.426, "what the telling line says: error"),
    Weight("says_error_label", 0.185, "what the telling line says: error label"),
    Weight("says_exception", 0.226, "what the telling line says: exception"),
    Weight("says_exit", -0.303, "what the telling line says: exit"),
    Weight("says_expected", 0.261, "what the telling line says: expected"),
    Weight("says_fail", 0.244, "what the telling line says: fail"),
    Weight("says_fatal", 0.183, "what the telling line says: fatal"),
    Weight("says_ignored", 0.144, "what the telling line says: ignored"),
    Weight("says_info", -0.211, "what the telling line says: info"),
    Weight("says_missing", 0.101, "what the telling line says: missing"),
    Weight("says_nothing", 0.028, "what the telling line says: nothing"),
    Weight("says_passed", -0.303, "what the telling line says: passed"),
    Weight("says_retry", 0.036, "what the telling line says: retry"),
    Weight("says_warning", -0.356, "what the telling line says: warning"),
    Weight("says_zero", -0.047, "what the telling line says: zero"),
    Weight("short_command_tail", 0.164, "short command tail"),
    Weight("since_far", -0.103, "lines since the last sign that something failed: far"),
    Weight(
        "since_within_10",
        -0.140,
        "lines since the last sign that something failed: within 10",
    ),
    Weight(
        "since_within_100",
        -0.146,
        "lines since the last sign that something failed: within 100",
    ),
    Weight(
        "since_within_3",
        -0.084,
        "lines since the last sign that something failed: within 3",
    ),
    Weight(
        "since_within_30",
        -0.146,
        "lines since the last sign that something failed: within 30",
    ),
    Weight(
        "since_within_300",
        -0.068,
        "lines since the last sign that something failed: within 300",
    ),
    Weight("size_1", -0.735, "lines in the block: 1"),
    Weight("size_few", 0.184, "lines in the block: few"),
    Weight("size_many", 0.551, "lines in the block: many"),
)
