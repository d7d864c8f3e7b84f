from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.errors import UsageError
from swiftlog_core.explain.files import read_findings

SARIF = b"""{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "ruff"}},
"results": [{"ruleId": "F401", "level": "error", "message": {"text": "`os` unused"},
"locations": [{"physicalLocation": {"artifactLocation": {"uri": "m.py"},
"region": {"startLine": 2, "startColumn": 8}}}]}, {"message": 7}]}]}"""
JUNIT = b"""<?xml version="1.0"?><testsuites><testsuite name="s">
<testcase classname="test_a" name="test_x" file="test_a.py" line="3"/>
<testcase classname="test_a" name="test_y" file="test_a.py" line="9">
<failure message="assert 1 == 2" type="AssertionError">trace</failure></testcase>
</testsuite></testsuites>"""
BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""


def test_sarif_results_become_findings() -> None:
    first, second = read_findings(SARIF)
    assert (first.tool, first.severity, first.rule) == ("ruff", "error", "F401")
    assert (first.file, first.line, first.column) == ("m.py", 2, 8)
    assert (second.severity, second.message) == ("warning", "")


def test_failed_cases_of_junit_become_findings() -> None:
    (found,) = read_findings(JUNIT)
    assert found.message == "test_a.test_y: assert 1 == 2"
    assert (found.file, found.line, found.rule) == ("test_a.py", 9, "AssertionError")


@pytest.mark.parametrize("data", [BOMB, b"<x>", b"{", b"hello", b"", b"[" * 10])
def test_what_cannot_be_read_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_findings(data)


@given(st.binary(max_size=60), st.sampled_from([b"", b"{", b"<", b'{"runs":[{']))
def test_any_bytes_give_findings_or_a_usage_error(data: bytes, start: bytes) -> None:
    with contextlib.suppress(UsageError):
        read_findings(start + data)
