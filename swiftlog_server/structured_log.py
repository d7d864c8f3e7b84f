"""What the server says about itself: structured lines on standard error.

For people when that is a terminal, JSON otherwise. Never output of runs, tokens or
values of the environment.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def set_up_logging(level: str) -> None:
    """Log events of *level* and above; other libraries' from warnings on."""
    number: int = logging.getLevelNamesMapping()[level.upper()]
    terminal = sys.stderr.isatty()
    renderer: Any = (
        structlog.dev.ConsoleRenderer(
            # The other formatter shows the values of variables: tokens, output.
            exception_formatter=structlog.dev.plain_traceback
        )
        if terminal
        else structlog.processors.JSONRenderer()
    )
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not terminal:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
