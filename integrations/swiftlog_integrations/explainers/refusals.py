"""What an endpoint's refusal means, in words that say what to do."""

from __future__ import annotations

from typing import Final

from swiftlog_core.errors import ExplainerError

_WORDS: Final = {
    401: ("refused", "refused the key; check SWIFTLOG_OPENAI_API_KEY"),
    403: ("refused", "refused the key's rights; check SWIFTLOG_OPENAI_API_KEY"),
    404: (
        "refused",
        "knows no such path or model; check SWIFTLOG_OPENAI_BASE_URL and _MODEL",
    ),
    413: ("refused", "finds the question too long"),
    429: ("busy", "is too busy or its quota is used up (429); try later"),
}


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The endpoint said no. ``status`` is 0 when it said nothing.

    ``retry_after`` is in seconds, 0 when it was not told.
    """

    def __init__(
        self, status: int, reason: str = "", *, retry_after: float = 0
    ) -> None:
        """Give the HTTP status, or the *reason* of a failed connection."""
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


def word_for(refused: Refused, base_url: str) -> ExplainerError:
    """Return the error that tells a user of *refused*."""
    status = refused.status
    if not status:
        reason = f"cannot reach {base_url} ({refused.reason})"
        return ExplainerError("unreachable", reason)
    if status in _WORDS:
        kind, words = _WORDS[status]
        return ExplainerError(kind, f"{base_url} {words}")
    if 300 <= status < 400:  # noqa: PLR2004 - redirects
        reason = f"{base_url} points elsewhere ({status}); set the address it points to"
        return ExplainerError("refused", reason)
    if status >= 500:  # noqa: PLR2004 - the server's own errors
        return ExplainerError("busy", f"{base_url} is broken for now ({status})")
    return ExplainerError("refused", f"{base_url} refused the question ({status})")
