"""Canaries: secrets in every form in which a program may print one.

``swiftlog doctor --secrets`` sends them through the whole real path and looks for what
survives. They are made up, and of no use to anybody.
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import Final

from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.mask.forms import forms
from swiftlog_core.stream.mask.secret import Secret

SECRET: Final = Secret("CANARY", b'cana/ry+7fK2"q9 &Zw\\x4')
LINES: Final = Secret("CANARY_LINES", b'first canary/8Hq+2\nk7\nlast "canary" 5Tn&3')
_JWT: Final = b".".join(
    b2a_base64(part, newline=False)
    .rstrip(b"=")
    .translate(bytes.maketrans(b"+/", b"-_"))
    for part in (
        b'{"alg":"HS256","typ":"JWT"}',
        b'{"sub":"canary-4711"}',
        bytes(range(32)),
    )
)


class Canary(NamedTuple):
    """*printed* goes to a stream; of ``secret`` nothing may be left in the log."""

    form: str
    printed: bytes
    secret: bytes


def canaries() -> list[Canary]:
    """List every form of the canary secrets and a token of every kind of shape.

    Each is one or more whole lines. ``SECRET`` and ``LINES`` have to be registered with
    the masker; the tokens are masked without.
    """
    found = [
        Canary(form.kind, b"<%b>\n" % form.data, form.data)
        for secret in (SECRET, LINES)
        for form in forms(secret.value)
        if not form.start
    ]
    found.append(Canary("lines on a pipe", LINES.value + b"\n", LINES.value))
    terminal = LINES.value.replace(b"\n", b"\r\n")
    found.append(Canary("lines on a terminal", terminal + b"\r\n", terminal))
    found += [
        Canary(name, before + token + after, token)
        for name, before, token, after in _tokens()
    ]
    key = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n"
    for kind in (b"", b"RSA ", b"OPENSSH "):
        block = b"-----BEGIN %bPRIVATE KEY-----\n%b-----END %bPRIVATE KEY-----\n"
        found.append(Canary("private key", block % (kind, key, kind), key))
    return found


def _tokens() -> list[tuple[str, bytes, bytes, bytes]]:
    """Give one token of each shape: name, what is before it, it, what is after it."""
    mixed = b"a1B2c3D4e5F6g7H8i9J0" * 4
    rows = [
        ("github token", b"ghp_" + mixed[:36]),
        ("github token", b"github_pat_" + mixed[:22] + b"_" + mixed[:59]),
        ("gitlab token", b"glpat-" + mixed[:20]),
        ("gitlab job token", b"glcbt-64_" + mixed[:20]),
        ("aws access key", b"AKIA" + b"CANARY7CANARY7CA"),
        # In two pieces, so that this file is no find of a secret scanner.
        ("slack token", b"xox" + b"b-1234567890-" + mixed[:24]),
        ("jwt", _JWT),
        ("openai key", b"sk-proj-" + mixed[:48]),
        ("anthropic key", b"sk-ant-api03-" + mixed[:60]),
        ("npm token", b"npm_" + mixed[:36]),
        ("pypi token", b"pypi-AgE" + mixed[:60]),
        ("google key", b"AIza" + mixed[:35]),
        ("stripe key", b"sk_" + b"live_" + mixed[:24]),
    ]
    found = [(name, b"token: ", token, b" \n") for name, token in rows]
    found += [
        ("aws secret key", b"aws_secret_access_key = ", mixed[:40], b"\n"),
        (
            "slack web hook",
            b"https://hooks.slack.com/services/",
            b"T0CANARY/B0CANARY/" + mixed[:24],
            b"\n",
        ),
        ("url password", b"postgres://canary:", b"pa@ss-4711", b"@db.example/x\n"),
        ("add-mask", b"::add-mask::", b"canary added 8c1f", b"\n"),
    ]
    return found
