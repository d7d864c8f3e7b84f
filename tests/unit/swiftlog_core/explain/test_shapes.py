from __future__ import annotations

import re

from swiftlog_core.explain.parser import TOOL, Window
from swiftlog_core.explain.shapes import INDENTED, Shape, ShapeParser, literals

PARSER = ShapeParser(
    "gnome",
    TOOL,
    literals("gnome"),
    (
        Shape(
            re.compile(r"gnome (?P<file>\S+):(?P<line>\d+)"),
            more=INDENTED,
            limit=2,
            blanks=1,
            key=re.compile(r"\s+why: (?P<message>.*)"),
            above=re.compile("in "),
        ),
    ),
)


def test_a_head_takes_what_belongs_above_and_below() -> None:
    lines = ["other", "in a garden", "gnome a.py:3", "  why: rain", "", "  more", " x"]
    (found,) = PARSER.parse(Window(10, lines, [2]))
    assert (found.first_line, found.last_line) == (11, 13)
    assert (found.file, found.line, found.message) == ("a.py", 3, "rain")


def test_a_place_inside_a_finding_is_not_a_head_again() -> None:
    lines = ["gnome a:1", "  gnome b:2", "gnome c:3"]
    found = list(PARSER.parse(Window(1, lines, [0, 1, 2])))
    assert [f.file for f in found] == ["a", "c"]
