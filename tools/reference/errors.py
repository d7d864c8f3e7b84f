"""The page of all error codes, with the statuses and exit codes they leave as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_cli import exits
from swiftlog_core import errors as core_errors
from swiftlog_server import errors as server_errors
from tools.reference.markdown import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ERRORS_HEAD = """\
# Errors

Every error has a stable code. The server sends it as `code` in
`{"error": "...", "code": "...", "details": ...}`; the command line maps it to an
[exit code](exit-codes.md).
"""


def errors_page() -> str:
    """Return the page of all error codes."""
    parts = [ERRORS_HEAD]
    for title, module in (
        ("Errors of the client, and of both sides", core_errors),
        ("Errors of the server", server_errors),
    ):
        parts.append(f"\n## {title}\n")
        for kind in error_classes(module):
            status = server_errors.status_of(kind.__new__(kind))
            facts = [
                f"exit code {exits.code_of(kind.__new__(kind))}",
                f"HTTP {status.http}, gRPC {status.grpc}" if status else "",
            ]
            parts += [
                f"\n### `{kind.code}`\n\n{sentence(kind.__doc__ or '')}\n\n",
                f"`{kind.__name__}`: {'; '.join(filter(None, facts))}.\n",
            ]
    return "".join(parts)


def error_classes(module: ModuleType) -> Iterator[type[core_errors.SwiftLogError]]:
    """Yield the errors that *module* defines, in its order."""
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, core_errors.SwiftLogError)
            and value.__module__ == module.__name__
        ):
            yield value
