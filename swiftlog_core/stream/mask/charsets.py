"""Classes of bytes that tokens are made of, as bytes and as expressions."""

from __future__ import annotations

from typing import Final

LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ALNUM_BYTES: Final = LETTERS + b"0123456789"
WORD_BYTES: Final = ALNUM_BYTES + b"_"
URL64_BYTES: Final = WORD_BYTES + b"-"
ALNUM: Final = b"[A-Za-z0-9]"
WORD: Final = b"[A-Za-z0-9_]"
URL64: Final = b"[A-Za-z0-9_-]"
