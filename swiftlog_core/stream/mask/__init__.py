"""Masking: secrets leave neither by a stream nor by a text that describes the run."""

from __future__ import annotations

from swiftlog_core.stream.mask.masker import Masker
from swiftlog_core.stream.mask.secret import Secret, SkipReason
from swiftlog_core.stream.mask.sources import (
    secrets_from_environment,
    secrets_from_file,
)

__all__ = [
    "Masker",
    "Secret",
    "SkipReason",
    "secrets_from_environment",
    "secrets_from_file",
]
