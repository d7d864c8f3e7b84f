"""Patterns find the lines that a line-by-line reader would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.errors import PatternError
from swiftlog_core.search.pattern import compile_pattern

texts = st.text(alphabet="abcABC \n\r", max_size=60)
REGEXES = [r"a", r"a+b", r"^b", r"b$", r"a\s+b", r"^$", r"c*", r"(?i)abc", r"[^a]b"]
REGEXES += [r"\Ab", r"b\z", r"^\s*a", r"a|^c", r"\bab\b", r"."]


def by_line(text: bytes, regex: str) -> list[int]:
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    pattern = re.compile(regex.replace(r"\z", r"\Z").encode())
    return [number for number, line in enumerate(lines) if pattern.search(line)]


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(REGEXES))
def test_a_regex_finds_what_a_reader_of_lines_finds(text: str, regex: str) -> None:
    data = text.encode()
    spans = list(compile_pattern(regex, regex=True).spans(data))
    assert [data.count(b"\n", 0, start) for start, _ in spans] == by_line(data, regex)
    assert all(b"\n" not in data[start:end] for start, end in spans)


@settings(max_examples=200, deadline=None)
@given(texts, st.text(alphabet="abcB ", min_size=1, max_size=3), st.booleans())
def test_a_literal_finds_what_a_reader_of_lines_finds(
    text: str, needle: str, ignore_case: bool
) -> None:
    data = text.encode()
    pattern = compile_pattern(needle, ignore_case=ignore_case)
    found = [data.count(b"\n", 0, start) for start, _ in pattern.spans(data)]
    flags = "(?i)" if ignore_case else ""
    assert found == by_line(data, flags + re.escape(needle))


@pytest.mark.parametrize("regex", [r"(a)\1", r"(?=a)b", r"(", r"[", r"*a"])
def test_what_cannot_be_linear_is_refused_with_the_reason(regex: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(regex, regex=True)
    assert len(str(caught.value)) > len(regex) + 15


@pytest.mark.parametrize("text", ["", "a\nb", "x" * 3000])
def test_patterns_that_fit_no_line_are_refused(text: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(text)


def test_an_exploding_regex_takes_linear_time() -> None:
    pattern = compile_pattern(r"(a+)+$", regex=True)
    data = (b"a" * 5000 + b"!\n") * 20
    assert list(pattern.spans(data)) == []
