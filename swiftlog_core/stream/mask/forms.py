"""The forms in which a program may print a value: encoded, escaped, line by line.

Owns the list of forms and nothing else: no searching, no streams. Every form is a
byte string without a newline, except those of a short line, which carry the lines
before it as context (see ``line_forms``).
"""

from __future__ import annotations

from binascii import b2a_base64, hexlify
from typing import TYPE_CHECKING, Final

from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.mask.secret import MIN_BYTES, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BYTES: Final = [bytes((c,)) for c in range(256)]
_HIGH: Final = bytes(range(0x80, 0x100))
_UNRESERVED: Final = (
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_JSON_ESCAPES: Final = {c: b"\\u%04x" % c for c in range(0x20)} | {
    0x08: b"\\b",
    0x09: b"\\t",
    0x0A: b"\\n",
    0x0C: b"\\f",
    0x0D: b"\\r",
    0x22: b'\\"',
    0x5C: b"\\\\",
}
_JSON_PLAIN: Final = bytes(c for c in range(256) if c not in _JSON_ESCAPES)
_SHELL_PLAIN: Final = _UNRESERVED.replace(b"~", b"/:@%+=,") + _HIGH
_HTML: Final = ((b"&", b"amp"), (b"<", b"lt"), (b">", b"gt"))
_ASCII_END: Final = 0x7F
_WRAPS: Final = (76, 64)  # columns of `base64` and of PEM


class Form(NamedTuple):
    """Bytes to look for, of which ``[start, stop)`` is what must not be seen."""

    kind: str
    data: bytes
    start: int
    stop: int


def forms(value: bytes) -> list[Form]:
    """List every form of *value*, each byte string once.

    Surrounding white space is no part of a value: a program prints it or not.
    """
    value = value.strip()
    found: dict[tuple[bytes, int], Form] = {}
    for kind, data in _whole(value):
        if len(data) >= MIN_BYTES and b"\n" not in data:
            found.setdefault((data, 0), Form(kind, data, 0, len(data)))
    if b"\n" in value:
        for form in line_forms(value):
            found.setdefault((form.data, form.start), form)
    return list(found.values())


def _whole(value: bytes) -> Iterator[tuple[str, bytes]]:
    """Encode the value as one piece; with its newlines as LF and as CRLF."""
    variants = [value]
    if b"\n" in value:
        unix = value.replace(b"\r\n", b"\n")
        variants = [unix, unix.replace(b"\n", b"\r\n")]
    for text in variants:
        yield "raw", text
        yield from _base64_forms(text)
        yield from _percent_forms(text)
        for escaped in _json_forms(text):
            yield "json", escaped
        digits = hexlify(text)
        yield "hex", digits
        yield "hex", digits.upper()
        yield from _shell_forms(text)
        yield from _html_forms(text)


def _base64_forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what base64 shows of *value* behind 0, 1 or 2 bytes of another text.

    Only the characters that the value alone determines: 8k bits before it spoil the
    first ceil(8k / 6), and a last character of fewer than 6 known bits is left out.
    """
    for before in range(3):
        encoded = b2a_base64(bytes(before) + value, newline=False)
        known = encoded[-(-8 * before // 6) : 8 * (before + len(value)) // 6]
        yield f"base64+{before}", known
        yield f"base64url+{before}", known.translate(_URL_SAFE)
    # Alone, the value also determines its last character: nothing follows it.
    alone = b2a_base64(value, newline=False)
    yield "base64", alone
    yield "base64url", alone.translate(_URL_SAFE)
    for columns in _WRAPS:
        if len(alone) > columns:
            for at in range(0, len(alone), columns):
                yield f"base64/{columns}", alone[at : at + columns]


def _percent_forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """Percent-encode as the common encoders do, which differ in what they spare."""
    escaped = set(value.translate(None, _UNRESERVED))
    if not escaped:
        return
    for spared, space in (
        (b"", b"%20"),
        (b"/", b"%20"),
        (b"!'()*", b"%20"),
        (b"", b"+"),
    ):
        for digits in (b"%%%02X", b"%%%02x"):
            codes = {c: digits % c for c in escaped.difference(spared)}
            if ord(" ") in codes:
                codes[ord(" ")] = space
            yield "url", _replace(value, codes)


def _replace(value: bytes, codes: Mapping[int, bytes]) -> bytes:
    """Replace each byte that *codes* names."""
    if not codes:
        return value
    return b"".join([codes[c] if c in codes else _BYTES[c] for c in value])


def _json_forms(value: bytes) -> Iterator[bytes]:
    """Escape for a JSON string: plain, ASCII only, with slashes, and as Go does."""
    plain = (
        _replace(value, _JSON_ESCAPES) if value.translate(None, _JSON_PLAIN) else value
    )
    yield plain
    yield plain.replace(b"/", b"\\/")
    yield (
        plain.replace(b"<", b"\\u003c")
        .replace(b">", b"\\u003e")
        .replace(b"&", b"\\u0026")
    )
    # As a string inside a string, which is how logs in JSON quote JSON.
    yield plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    text = plain.decode("utf-8", "surrogateescape")
    if not text.isascii():
        units = text.encode("utf-16-be", "surrogatepass")
        codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
        yield b"".join(b"\\u%04x" % c if c > _ASCII_END else b"%c" % c for c in codes)


def _shell_forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """Quote as ``set -x``, ``shlex`` and ``printf %q`` do; no outer quotes."""
    yield "shell", value.replace(b"'", b"'\\''")
    yield "shell", value.replace(b"'", b"'\"'\"'")
    yield "shell", value.replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    special = {c: b"\\%c" % c for c in value.translate(None, _SHELL_PLAIN)}
    yield "shell", _replace(value, special)


def _html_forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    for char, entity in _HTML:
        value = value.replace(char, b"&%b;" % entity)
    yield "html", value
    for single in (b"&#x27;", b"&#39;"):
        yield "html", value.replace(b'"', b"&quot;").replace(b"'", single)


def line_forms(value: bytes) -> Iterator[Form]:
    """Give the forms of the lines of a value that has several.

    A completed line is never held back, so a value cannot be matched over its
    newlines: each line that can stand alone is a form of its own. One that cannot
    (short or common) is looked for together with the lines directly before it, and
    it alone is masked; with fewer than 6 bytes before it, it stays visible.
    """
    lines = value.replace(b"\r\n", b"\n").split(b"\n")
    for number, line in enumerate(lines):
        text = line.strip()
        if not text or text.startswith((b"-----BEGIN ", b"-----END ")):
            continue
        if judge(text) is None:
            yield Form("line", text, 0, len(text))
            for escaped in _json_forms(text):
                yield Form("line", escaped, 0, len(escaped))
            continue
        context = _lines_before(lines, number)
        if not context:
            continue
        last = number == len(lines) - 1
        for newline in (b"\n", b"\r\n"):
            before = newline.join((*context, b""))
            start = len(before) + line.index(text)
            data = before + line + (b"" if last else newline)
            yield Form("short line", data, start, start + len(text))


def _lines_before(lines: list[bytes], number: int) -> list[bytes]:
    """Return the nearest lines before *number* that hold 6 bytes or more together."""
    size = 0
    for first in range(number - 1, -1, -1):
        size += len(lines[first].strip())
        if size >= MIN_BYTES:
            return lines[first:number]
    return []
