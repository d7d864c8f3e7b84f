from __future__ import annotations

from swiftlog_core.explain.api import build_scene
from swiftlog_core.explain.features import template
from swiftlog_core.explain.rank import describe
from swiftlog_core.explain.source import BytesSource

LOG = b"""\
$ make
\x1b[31mError: cannot find libfoo\x1b[0m
The command "make" exited with 2.
warning: cache is cold
"""


def test_a_block_is_described_by_words_colour_and_place() -> None:
    blocks, scene = build_scene(BytesSource(LOG))
    found = dict(zip([b.first for b in blocks], describe(blocks, scene), strict=True))
    assert {"red", "says_cannot", "in_failed_command", "first_failure"} <= set(found[2])
    assert "after_last_failure" in found[4]
    assert "says_warning" in found[4]


def test_numbers_do_not_make_a_template() -> None:
    assert template("step 12 of 99") == template("step 3 of 4")
