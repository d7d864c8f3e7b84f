"""The shapes of tokens that are always masked.

One row a token; the formats are those that their issuers document. A prefix that
ordinary text can contain carries a left boundary or a check, since a mask in ordinary
text hides what the log is for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.stream.mask.charsets import (
    ALNUM,
    ALNUM_BYTES,
    URL64,
    URL64_BYTES,
    WORD,
    WORD_BYTES,
)
from swiftlog_core.stream.mask.jwt import JwtShape
from swiftlog_core.stream.mask.secret import label
from swiftlog_core.stream.mask.shapes import KEY, REGISTER, Part, PartShape, literal
from swiftlog_core.stream.mask.url_password import UrlPasswordShape

if TYPE_CHECKING:
    from swiftlog_core.stream.mask.shapes import Shape

ADD_MASK: Final = b"::add-mask::"
MAX_ADDED_BYTES: Final = 1 << 16
KEY_BYTES: Final = 1 << 16  # a private key is masked for at most this many bytes
KEY_TEXT: Final = label("private-key")
KEY_END: Final = re.compile(rb"-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----")
KEY_END_BYTES: Final = 76  # its longest match

_HEX: Final = b"[0-9a-f]"
_LOWER_ALNUM: Final = b"abcdefghijklmnopqrstuvwxyz0123456789"

# name, prefix, class of the rest, least and greatest count of the rest
_PREFIXED: Final = (
    ("github-token", b"github_pat_", WORD, 36, 255),
    ("github-token", b"ghp_", ALNUM, 36, 255),
    ("github-token", b"gho_", ALNUM, 36, 255),
    ("github-token", b"ghu_", ALNUM, 36, 255),
    ("github-token", b"ghs_", ALNUM, 36, 255),
    ("github-token", b"ghr_", ALNUM, 36, 255),
    ("gitlab-token", b"glpat-", URL64, 20, 255),
    ("gitlab-token", b"glptt-", URL64, 20, 255),
    ("gitlab-token", b"gldt-", URL64, 20, 255),
    ("gitlab-token", b"glrt-", URL64, 20, 255),
    ("gitlab-token", b"glrtr-", URL64, 20, 255),
    ("gitlab-token", b"glcbt-", URL64, 20, 255),
    ("gitlab-token", b"glft-", URL64, 20, 255),
    ("gitlab-token", b"glsoat-", URL64, 20, 255),
    ("gitlab-token", b"glagent-", URL64, 50, 255),
    ("gitlab-token", b"gloas-", URL64, 64, 255),
    ("npm-token", b"npm_", ALNUM, 36, 255),
    ("pypi-token", b"pypi-AgE", URL64, 50, 1000),
    ("stripe-key", b"sk_live_", ALNUM, 20, 255),
    ("stripe-key", b"rk_live_", ALNUM, 20, 255),
    ("stripe-key", b"sk_test_", ALNUM, 20, 255),
    ("google-token", b"ya29.", URL64, 30, 1000),
    ("google-secret", b"GOCSPX-", URL64, 28, 28),
    ("docker-token", b"dckr_pat_", URL64, 27, 64),
    ("digitalocean-token", b"dop_v1_", _HEX, 64, 64),
    ("slack-webhook", b"hooks.slack.com/services/", b"[A-Za-z0-9/_]", 20, 100),
)


def _prefixed() -> list[Shape]:
    return [
        PartShape(
            label(name),
            prefix,
            [*literal(prefix), Part(chars, low, high)],
            # Of the web hook the secret is what follows its address.
            cover=len(prefix) if b"/" in prefix else 0,
        )
        for name, prefix, chars, low, high in _PREFIXED
    ]


def _is_mixed(token: bytes) -> bool:
    """Tell a random token from hyphenated words, by its digits, cases and hyphens."""
    body = token[len(b"sk-") :]
    if body.translate(None, b"0123456789") == body:
        return False
    return not body.islower() or not body.translate(None, _LOWER_ALNUM)


def _slack() -> list[Shape]:
    """Slack's shapes; ordinary words contain their prefixes too."""
    return [
        PartShape(
            label("slack-token"),
            b"xox",
            [
                *literal(b"xox"),
                Part(b"[abeoprs]", 1, 1),
                *literal(b"-"),
                Part(b"[0-9A-Za-z]", 1, 1),
                Part(b"[A-Za-z0-9-]", 19, 255),
            ],
            left=WORD_BYTES,
        ),
        PartShape(
            label("slack-token"),
            b"xapp-",
            [
                *literal(b"xapp-"),
                Part(b"[0-9]", 1, 1),
                *literal(b"-"),
                Part(b"[A-Za-z0-9-]", 20, 255),
            ],
            left=URL64_BYTES,
        ),
    ]


def _bounded() -> list[Shape]:
    """Shapes whose prefix ordinary words contain: they need a boundary before it."""
    return [
        *_slack(),
        PartShape(
            label("anthropic-key"),
            b"sk-ant-",
            [*literal(b"sk-ant-"), Part(URL64, 32, 255)],
            left=URL64_BYTES,
        ),
        PartShape(
            label("openai-key"),
            b"sk-",
            [*literal(b"sk-"), Part(URL64, 32, 255)],
            left=URL64_BYTES,
            check=_is_mixed,
        ),
        PartShape(
            label("google-key"),
            b"AIza",
            [*literal(b"AIza"), Part(URL64, 35, 64)],
            left=URL64_BYTES,
        ),
        PartShape(
            label("huggingface-token"),
            b"hf_",
            [*literal(b"hf_"), Part(b"[A-Za-z]", 34, 64)],
            left=WORD_BYTES,
        ),
        PartShape(
            label("sendgrid-key"),
            b"SG.",
            [
                *literal(b"SG."),
                Part(URL64, 22, 22),
                *literal(b"."),
                Part(URL64, 43, 43),
            ],
            left=URL64_BYTES,
        ),
    ]


def _aws() -> list[Shape]:
    shapes: list[Shape] = [
        PartShape(
            label("aws-access-key"),
            prefix,
            [*literal(prefix), Part(b"[A-Z0-9]", 16, 16)],
            left=ALNUM_BYTES,
            exact=True,
        )
        for prefix in (b"AKIA", b"ASIA")
    ]
    # Forty characters of base64 mean nothing without the name before them.
    for name in (b"secret_access_key", b"SECRET_ACCESS_KEY", b"ecretAccessKey"):
        parts = [
            *literal(name),
            Part(rb"[\\]", 0, 1),
            Part(b"[\"']", 0, 1),
            Part(b"[ \t]", 0, 8),
            Part(b"[:=]", 1, 1),
            Part(b"[ \t]", 0, 8),
            Part(rb"[\\]", 0, 1),
            Part(b"[\"']", 0, 1),
            Part(b"[A-Za-z0-9/+]", 40, 40),
        ]
        shapes.append(
            PartShape(
                label("aws-secret-key"),
                name,
                parts,
                cover=len(parts) - 1,
                exact=True,
            )
        )
    return shapes


def _keys() -> list[Shape]:
    return [
        PartShape(
            KEY_TEXT,
            b"-----BEGIN ",
            [*literal(b"-----BEGIN "), Part(b"[A-Z0-9 ]", 0, 32), *literal(ending)],
            kind=KEY,
        )
        for ending in (b"PRIVATE KEY-----", b"PRIVATE KEY BLOCK-----")
    ]


def token_shapes() -> list[Shape]:
    """Build every shape; of two that begin at one byte the earlier names it."""
    add_mask = PartShape(
        label("add-mask"),
        ADD_MASK,
        [*literal(ADD_MASK), Part(b"[^\r\n]", 1, MAX_ADDED_BYTES)],
        cover=len(ADD_MASK),
        kind=REGISTER,
    )
    return [
        *_prefixed(),
        *_bounded(),
        *_aws(),
        JwtShape(),
        UrlPasswordShape(),
        *_keys(),
        add_mask,
    ]
