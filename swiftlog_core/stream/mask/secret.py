"""What counts as a secret: a name, a value, and whether the value can be masked.

Owns the rule that keeps logs readable: a value that is short, repetitive or an
ordinary word is not masked, since it would blank out half of every log. Knows
nothing of streams or of the forms in which a value may be printed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from swiftlog_core.records import NamedTuple

MIN_BYTES: Final = 6
MAX_BYTES: Final = 1 << 20
MIN_DISTINCT: Final = 4

# Values that people put into variables named like secrets, and that logs are full of.
COMMON_WORDS: Final = frozenset(
    b"""
    access-token access_token accept accepted account active actions admin
    administrator allowed always anonymous api-key api_key apikey application
    authorization auto basic bearer branch build builder cached change changeme
    changeit client cluster config console container credential credentials
    database debug default deploy deployment develop developer development
    disable disabled docker dummy enable enabled encrypted enterprise error
    example external failed false feature forbidden github gitlab global guest
    hidden ignore inherit internal invalid jenkins keyring keystore latest letmein
    linux local localhost main manual master memory merge method mongodb
    mysql mysecret never normal nothing null oauth optional oracle output owner
    passwd password password1 password123 placeholder plugin postgres postgresql
    private prod production profile project protected provider public rabbitmq
    readonly redacted release remote replace required root runner sample
    secret secrets server service session signed simple source staging standard
    status string stripe success support system target test testing tester
    testuser token tokens trunk ubuntu undefined unknown update upload user username
    vagrant value version warning welcome windows worker
    """.split()
)
# Runs that are typed and counted, not chosen: 123456, abcdef, qwerty and their parts.
_RUNS: Final = (
    b"01234567890123456789",
    b"98765432109876543210",
    b"abcdefghijklmnopqrstuvwxyz",
    b"qwertyuiop",
)


class SkipReason(StrEnum):
    """Why a value is not masked; the text completes a sentence for people."""

    TOO_SHORT = "shorter than 6 bytes"
    LOW_ENTROPY = "too repetitive to be a secret"
    COMMON_WORD = "an ordinary word"
    TOO_LARGE = "larger than 1 MiB"
    TOO_MANY = "too many values were registered by this run"


class Secret(NamedTuple):
    """A value that must not be seen, and the name under which its mask shows."""

    name: str
    value: bytes


def judge(value: bytes) -> SkipReason | None:
    """Say why *value* cannot be masked, or None when it can."""
    word = value.strip().lower()
    if len(word) < MIN_BYTES:
        return SkipReason.TOO_SHORT
    if len(word) > MAX_BYTES:
        return SkipReason.TOO_LARGE
    if word in COMMON_WORDS or any(word in run for run in _RUNS):
        return SkipReason.COMMON_WORD
    if len(set(word)) < MIN_DISTINCT:
        return SkipReason.LOW_ENTROPY
    return None


def label(name: str) -> bytes:
    """Give the replacement text for a secret called *name*.

    Characters outside ``[A-Za-z0-9_.-]`` become ``_``: a name cannot bring terminal
    escapes or markup into the log.
    """
    clean = "".join(
        c if c.isascii() and (c.isalnum() or c in "_.-") else "_" for c in name[:64]
    )
    return b"***%b***" % (clean or "secret").encode("ascii")
