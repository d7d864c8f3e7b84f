"""What was captured is shown and never obeyed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.stream.printable import printable, printable_text


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"plain\n", "plain\n"),
        (b"tab\there\r\n", "tab\there\n"),
        (b"50%\r100%\n", "50%␍100%\n"),
        (b"\x1b]0;title\x07", "␛]0;title␇"),
        (b"\x1b[2J\x1b[H", "␛[2J␛[H"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u009b2J".encode(), "\\x9b2J"),
        ("a\u202eb".encode(), "a\\u202eb"),
        ("\u00fc \u6f22 \U0001f600".encode(), "\u00fc \u6f22 \U0001f600"),
        (b"nul\0del\x7f", "nul␀del␡"),
    ],
)
def test_control_characters_become_visible(data: bytes, shown: str) -> None:
    assert printable(data) == shown


def test_colours_stay_when_wanted_and_end_with_the_line() -> None:
    assert printable(b"\x1b[1;31mred\n", color=True) == "\x1b[1;31mred\x1b[0m\n"


@pytest.mark.parametrize("parameters", ["8", "08", "1;8", "31;5", "6"])
def test_a_colour_change_that_hides_text_is_taken_out(parameters: str) -> None:
    assert printable(f"\x1b[{parameters}mx".encode(), color=True) == "x"


@pytest.mark.parametrize("parameters", ["38;5;8", "48;5;6", "38;2;8;8;8", "38:5:8"])
def test_a_number_in_a_palette_is_no_hiding(parameters: str) -> None:
    text = f"\x1b[{parameters}mx"
    assert printable(text.encode(), color=True) == text + "\x1b[0m"


def test_one_line_stays_one_line() -> None:
    assert printable_text("a\nb") == "a␊b"


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_at_all_leave_anything_active(data: bytes, color: bool) -> None:
    text = printable(data, color=color)
    rest = re.sub(r"\x1b\[[0-9;:]*m", "", text) if color else text
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest
    )
