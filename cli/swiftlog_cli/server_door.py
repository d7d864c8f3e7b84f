"""The door to the server package: modules by name, never by an import statement.

The command line is installed without the server's libraries; here is what is said
then.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from swiftlog_core.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType


def server_module(name: str) -> ModuleType:
    """Import and return ``swiftlog_server.<name>``.

    Raises ``UsageError`` that says what to install.
    """
    try:
        return import_module(f"swiftlog_server.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("swiftlog"):
            raise
        message = (
            f"the server needs {error.name}, which is not installed; "
            "pip install 'swiftlog[server]'"
        )
        raise UsageError(message) from error
