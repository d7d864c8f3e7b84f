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
    Weight("after_last_failure", -0.320, "after last failure"),
    Weight("depth", 0.066, "depth"),
    Weight("echo_of_script", -0.048, "echo of script"),
    Weight("first_error", 0.205, "first error"),
    Weight("first_failure", 0.400, "first failure"),
    Weight("first_news", -0.164, "first news"),
    Weight("first_of_kind", 0.102, "first of kind"),
    Weight(
        "hard_far",
        -0.322,
        "lines up to the command's failure, as the CI system says it: far",
    ),
    Weight(
        "hard_within_10",
        0.222,
        "lines up to the command's failure, as the CI system says it: within 10",
    ),
    Weight(
        "hard_within_100",
        0.384,
        "lines up to the command's failure, as the CI system says it: within 100",
    ),
    Weight(
        "hard_within_3",
        -0.160,
        "lines up to the command's failure, as the CI system says it: within 3",
    ),
    Weight(
        "hard_within_30",
        0.335,
        "lines up to the command's failure, as the CI system says it: within 30",
    ),
    Weight(
        "hard_within_300",
        -0.138,
        "lines up to the command's failure, as the CI system says it: within 300",
    ),
    Weight("in_failed_command", 0.666, "in failed command"),
    Weight("kind_compiler", 0.259, "kind of evidence (and severity): compiler"),
    Weight(
        "kind_compiler_error", 0.275, "kind of evidence (and severity): compiler error"
    ),
    Weight("kind_exception", 0.140, "kind of evidence (and severity): exception"),
    Weight(
        "kind_exception_error",
        0.140,
        "kind of evidence (and severity): exception error",
    ),
    Weight("kind_exit", -0.232, "kind of evidence (and severity): exit"),
    Weight("kind_exit_error", 0.041, "kind of evidence (and severity): exit error"),
    Weight("kind_exit_note", -0.261, "kind of evidence (and severity): exit note"),
    Weight("kind_infra", 0.239, "kind of evidence (and severity): infra"),
    Weight("kind_infra_error", 0.239, "kind of evidence (and severity): infra error"),
    Weight("kind_lint", 0.073, "kind of evidence (and severity): lint"),
    Weight("kind_lint_error", 0.091, "kind of evidence (and severity): lint error"),
    Weight("kind_news", -0.135, "kind of evidence (and severity): news"),
    Weight("kind_news_error", -0.135, "kind of evidence (and severity): news error"),
    Weight("kind_tail", -0.228, "kind of evidence (and severity): tail"),
    Weight(
        "kind_tail_warning", -0.241, "kind of evidence (and severity): tail warning"
    ),
    Weight("kind_test", 0.446, "kind of evidence (and severity): test"),
    Weight("kind_test_error", 0.708, "kind of evidence (and severity): test error"),
    Weight("kind_test_note", -0.262, "kind of evidence (and severity): test note"),
    Weight("kind_tool_error", 0.291, "kind of evidence (and severity): tool error"),
    Weight("kind_tool_note", -0.306, "kind of evidence (and severity): tool note"),
    Weight("kind_words", -0.547, "kind of evidence (and severity): words"),
    Weight("kind_words_error", 0.022, "kind of evidence (and severity): words error"),
    Weight("kind_words_note", -0.405, "kind of evidence (and severity): words note"),
    Weight(
        "kind_words_warning", -0.163, "kind of evidence (and severity): words warning"
    ),
    Weight("last_of_kind", 0.432, "last of kind"),
    Weight("later_of_kind", -0.433, "later of kind"),
    Weight("located", 0.452, "located"),
    Weight("looks_like_code", -0.053, "the telling line is rather a code"),
    Weight("looks_like_command", -0.126, "the telling line is rather a command"),
    Weight("looks_like_configure", -0.048, "the telling line is rather a configure"),
    Weight("looks_like_summary", -0.184, "the telling line is rather a summary"),
    Weight("looks_like_transfer", 0.023, "the telling line is rather a transfer"),
    Weight("news_before", -0.081, "news before"),
    Weight("novel_share", 0.053, "compared with passing runs: share"),
    Weight("red", 0.342, "red"),
    Weight("repeated", -0.359, "repeated"),
    Weight("said_before", 0.305, "said before"),
    Weight("says_cannot", 0.138, "what the telling line says: cannot"),
    Weight("says_cross", 0.145, "what the telling line says: cross"),
    Weight("says_deprecated", -0.150, "what the telling line says: deprecated"),
    Weight("says_error", 0.430, "what the telling line says: error"),
    Weight("says_error_label", 0.192, "what the telling line says: error label"),
    Weight("says_exception", 0.242, "what the telling line says: exception"),
    Weight("says_exit", -0.272, "what the telling line says: exit"),
    Weight("says_expected", 0.248, "what the telling line says: expected"),
    Weight("says_fail", 0.230, "what the telling line says: fail"),
    Weight("says_fatal", 0.186, "what the telling line says: fatal"),
    Weight("says_ignored", 0.151, "what the telling line says: ignored"),
    Weight("says_info", -0.210, "what the telling line says: info"),
    Weight("says_missing", 0.086, "what the telling line says: missing"),
    Weight("says_passed", -0.294, "what the telling line says: passed"),
    Weight("says_retry", 0.045, "what the telling line says: retry"),
    Weight("says_warning", -0.372, "what the telling line says: warning"),
    Weight("says_zero", -0.040, "what the telling line says: zero"),
    Weight("short_command_tail", 0.183, "short command tail"),
    Weight("since_far", -0.101, "lines since the last sign that something failed: far"),
    Weight(
        "since_within_10",
        -0.142,
        "lines since the last sign that something failed: within 10",
    ),
    Weight(
        "since_within_100",
        -0.142,
        "lines since the last sign that something failed: within 100",
    ),
    Weight(
        "since_within_3",
        -0.085,
        "lines since the last sign that something failed: within 3",
    ),
    Weight(
        "since_within_30",
        -0.153,
        "lines since the last sign that something failed: within 30",
    ),
    Weight(
        "since_within_300",
        -0.082,
        "lines since the last sign that something failed: within 300",
    ),
    Weight("size_1", -0.730, "lines in the block: 1"),
    Weight("size_few", 0.185, "lines in the block: few"),
    Weight("size_many", 0.545, "lines in the block: many"),
    Weight("soft_far", -0.290, "lines up to the next sign that something failed: far"),
    Weight(
        "soft_within_10",
        0.269,
        "lines up to the next sign that something failed: within 10",
    ),
    Weight(
        "soft_within_100",
        -0.037,
        "lines up to the next sign that something failed: within 100",
    ),
    Weight(
        "soft_within_3",
        0.164,
        "lines up to the next sign that something failed: within 3",
    ),
    Weight(
        "soft_within_30",
        0.185,
        "lines up to the next sign that something failed: within 30",
    ),
    Weight(
        "soft_within_300",
        -0.255,
        "lines up to the next sign that something failed: within 300",
    ),
)
