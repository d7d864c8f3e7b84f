"""Secrets and pieces of output that the tests of masking are made of."""

from __future__ import annotations

from swiftlog_core.stream.mask import Masker, Secret
from swiftlog_core.stream.mask.engine import Engine
from swiftlog_core.stream.mask.forms import forms

SECRETS = [
    Secret("A", b"s3cr3t/Value+1"),
    Secret("B", b"Value+1xyzw"),  # overlaps the end of A
    Secret("C", b"abcdabceabcd"),  # overlaps itself
    Secret("D", b"abcdabceabcdef99"),  # goes on where C ends
    Secret("LINES", b'first-line-9\nab\nthird "line" x1\n}\n'),
    Secret("TOKEN", b"ghp_" + b"Zx9" * 12),  # a shape too
    Secret("URLPASS", b"pa@ss:w0rd"),
]
LONG = Secret("LONG", bytes((i * i * 7 + i) % 94 + 33 for i in range(9000)))

PIECES = [
    b"\n", b"\r\n", b" ", b"a", b"-", b"/", b"@", b":", b"x=", b"https://", b"u:pw@h/",
    b"postgres://u:", b"pa@ss:w0rd@host ", b"ghp_", b"A1" * 18, b"Zx9" * 12, b"AKIA",
    b"IOSFODNN7EXAMPLE", b"aws_secret_access_key", b' = "',
    b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", b"eyJhbGciOiJI", b".eyJzdWIiOiIx",
    b".abcdefghijklmnopqrst", b"-----BEGIN RSA PRIVATE KEY-----",
    b"-----END RSA PRIVATE KEY-----", b"-----BEGIN PRIVATE KEY", b"MIIE" * 8,
    b"::add-mask::", b"hunter-1-x", b"hunter-2-x", b"sk-", b"sk-ant-", b"Ab1" * 12,
    b"xoxb-1", b"glpat-", b"task-", b"true", b"eyJ", b"://", b"first-line-9", b"ab",
    b'third "line" x1', b"}", b"SG.",
]  # fmt: skip
FORMS = [form.data for secret in SECRETS for form in forms(secret.value)]

NEVER = 1 << 60


def literal_masker(secrets: list[Secret] = SECRETS) -> Masker:
    """A masker that never leaves the literal scanner."""
    return Masker(secrets, engine=Engine(worth_bytes=NEVER))


def mask_all(masker: Masker, pieces: list[bytes], stream: int = 1) -> bytes:
    """Feed each piece in a call of its own, and end the stream."""
    return b"".join(
        [*(b"".join(masker.mask(stream, [p])) for p in pieces), masker.finish(stream)]
    )
