r"""Captured bytes as text that is safe to print on a terminal.

What a command printed may move the cursor, set the title, write the clipboard or
reorder what a reader sees. Here everything but text, tabs and colours becomes visible
instead of active: ``\x1b]0;title`` is shown as ``␛]0;title``. The words stay, so that
nothing is hidden either.
"""

from __future__ import annotations

import re
from typing import Final

RESET: Final = "\x1b[0m"
_PICTURES: Final = 0x2400  # U+2400 on: a picture of each C0 control

# A colour change, or any character that a terminal or a reader's eye could obey:
# C0 without tab and newline, DEL, C1, zero-width and bidirectional controls, tags.
_ACTIVE: Final = re.compile(
    "\x1b\\[([0-9;:]*)m|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# 38;5;8 is a colour whose number happens to be 8; a lone 8 hides the text.
_PALETTE: Final = re.compile(r"\b[345]8[;:](?:5[;:]\d*|2(?:[;:]\d*){3,4})")
_HIDING: Final = frozenset(("5", "6", "8", "05", "06", "08"))


def printable(data: bytes, *, color: bool = False) -> str:
    r"""Return *data* as text without anything that a terminal would obey.

    Colours stay when *color* is true and are taken out when not; text that changes
    colours ends with a reset. Bytes that are not UTF-8 are shown as ``\xNN``. A
    carriage return before a newline goes; others are shown.
    """
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    if text.isprintable():
        return text
    coloured = False

    def shown(match: re.Match[str]) -> str:
        nonlocal coloured
        character = match[0]
        if match[1] is not None:
            if not color or _hides(match[1]):
                return ""
            coloured = True
            return character
        return visible(character)

    text = _ACTIVE.sub(shown, text)
    if not coloured:
        return text
    body = text.rstrip("\n")
    return body + RESET + text[len(body) :]


def printable_text(text: str) -> str:
    """Return one line of *text* with nothing active in it and no line ends."""
    shown = printable(text.encode("utf-8", "surrogateescape"))
    return shown.replace("\n", visible("\n"))


def visible(character: str) -> str:
    """Return a sign that stands for a control *character*."""
    if character == "\x7f":
        return "␡"
    if character < " ":
        return chr(_PICTURES + ord(character))
    code = ord(character)
    return f"\\x{code:02x}" if character < "\u0100" else f"\\u{code:04x}"


def _hides(parameters: str) -> bool:
    """Tell whether a colour change makes text blink or disappear."""
    plain = _PALETTE.sub("", parameters)
    return not _HIDING.isdisjoint(re.split("[;:]", plain))
