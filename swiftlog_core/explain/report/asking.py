"""Puts a question to a model within a time limit that holds whatever the plugin does.

A plugin has its own limits; this one also ends a name look-up that hangs, or headers
that drip. The thread of a plugin that does not come back is left behind, as Python
cannot end it; it is a daemon, so it keeps no process alive.
"""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import ExplainerError

if TYPE_CHECKING:
    from swiftlog_core.explain.report.cache import AnswerCache
    from swiftlog_core.explain.report.meter import Meter
    from swiftlog_core.interfaces import Answer, Explainer, Question

DEFAULT_SECONDS: Final = 60.0
_GRACE_SECONDS: Final = 0.5  # so that the plugin's own words win


class ModelAccess(NamedTuple):
    """A model that may be asked, for how long, and what keeps and counts answers."""

    explainer: Explainer
    seconds: float = DEFAULT_SECONDS
    cache: AnswerCache | None = None
    meter: Meter | None = None


def ask_within(explainer: Explainer, question: Question, seconds: float) -> Answer:
    """Return the answer, or raise ``ExplainerError`` after about *seconds*.

    Whatever else the plugin raises becomes an ``ExplainerError`` too.
    """
    done: SimpleQueue[Answer | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            done.put(explainer.ask(question, seconds))
        except Exception as error:  # noqa: BLE001 - a plugin's error is a report's note
            done.put(error)

    threading.Thread(target=ask, name="swiftlog-explainer", daemon=True).start()
    try:
        result = done.get(timeout=seconds + _GRACE_SECONDS)
    except Empty:
        reason = (
            f"no answer within {seconds:g} seconds; SWIFTLOG_OPENAI_TIMEOUT sets the "
            "limit"
        )
        raise ExplainerError("late", reason) from None
    if isinstance(result, ExplainerError):
        raise result
    if isinstance(result, Exception):
        reason = f"the explainer broke ({type(result).__name__})"
        raise ExplainerError("unusable", reason) from result
    return result
