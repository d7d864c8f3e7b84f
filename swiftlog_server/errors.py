"""The server's own errors, and the one table from errors to statuses.

Features raise errors of ``swiftlog_core.errors`` or of here; only the edges (HTTP
handlers, gRPC interceptor) ask the table what status that is. An error that the
table does not know is a bug and answered with 500 and no detail.

::

    SwiftLogError
    ├── RequestInvalidError           request_invalid
    ├── UnauthenticatedError          unauthenticated
    ├── AccessError                   forbidden
    │   ├── RunForeignError           run_foreign
    │   ├── ProjectBoundError         project_bound
    │   ├── ScopeTooLowError          scope_too_low
    │   └── RoleTooLowError           role_too_low
    ├── NotFoundError                 not_found
    │   ├── ProjectNotFoundError      project_not_found
    │   ├── GroupNotFoundError        group_not_found
    │   ├── ReceiptMissingError       receipt_missing
    │   └── TokenNotFoundError        token_not_found
    ├── ConflictError                 conflict
    │   ├── ProjectExistsError        project_exists
    │   └── RunStillRunningError      run_still_running
    ├── BodyTooLargeError             body_too_large
    ├── MediaTypeError                unsupported_media_type
    ├── RateLimitedError              rate_limited
    ├── UnavailableError              unavailable
    └── StartError                    cannot_start
        ├── DatabaseNewerError        database_newer
        ├── DatabaseBrokenError       database_broken
        └── PortTakenError            port_taken
"""

from __future__ import annotations

from typing import Final, NamedTuple

from swiftlog_core import errors as core
from swiftlog_core.errors import SwiftLogError


class RequestInvalidError(SwiftLogError):
    """A request's parameters or body cannot be used; ``fields`` names which and why."""

    code = "request_invalid"

    def __init__(self, fields: list[dict[str, str]]) -> None:
        """Take ``{"field": ..., "problem": ...}`` entries, the first most telling."""
        first = fields[0] if fields else {"field": "request", "problem": "invalid"}
        super().__init__(f"{first['field']}: {first['problem']}")
        self.fields = fields


class UnauthenticatedError(SwiftLogError):
    """Nobody known makes this request."""

    code = "unauthenticated"

    def __init__(self, reason: str) -> None:
        """Give the reason, which never repeats what was sent."""
        super().__init__(
            f"{reason}; send `Authorization: Bearer swl_...` (an administrator makes "
            "one with `swiftlog admin token`)"
        )
        self.reason = reason


class AccessError(SwiftLogError):
    """Known, and not allowed."""

    code = "forbidden"


class RunForeignError(AccessError):
    """A run may be continued only by who opened it."""

    code = "run_foreign"

    def __init__(self, run_id: str) -> None:
        """Name the run."""
        super().__init__(
            f"run {run_id} was opened by somebody else; only a token of the same user "
            "may continue it"
        )
        self.run_id = run_id


class ProjectBoundError(AccessError):
    """A token that is bound to one project was used for another."""

    code = "project_bound"

    def __init__(self, asked: str, bound: str) -> None:
        """Name the project asked for and the one that the token is bound to."""
        super().__init__(
            f"this token is bound to project {bound!r}, not {asked!r}; run with "
            f"`--project {bound}` or use another token"
        )
        self.asked = asked
        self.bound = bound


class ScopeTooLowError(AccessError):
    """The token is good and made for something else."""

    code = "scope_too_low"

    def __init__(self, scope: str, needed: tuple[str, ...]) -> None:
        """Name the token's scope and the ones that would do."""
        wanted = " or ".join(dict.fromkeys((*needed, "admin")))
        super().__init__(f"this token's scope is {scope}; {wanted} is needed")
        self.scope = scope
        self.needed = needed


class RoleTooLowError(AccessError):
    """The project is the user's own and the role there is too low."""

    code = "role_too_low"

    def __init__(self, role: str, needed: str) -> None:
        """Name the role held and the one needed."""
        super().__init__(f"your role here is {role}; {needed} is needed")
        self.role = role
        self.needed = needed


class NotFoundError(SwiftLogError):
    """It does not exist, or the principal may not know that it does."""

    code = "not_found"


class ProjectNotFoundError(NotFoundError):
    """No project of that name or id within reach."""

    code = "project_not_found"

    def __init__(self, reference: str) -> None:
        """Name what was looked for."""
        super().__init__(f"no project {reference!r}")
        self.reference = reference


class GroupNotFoundError(NotFoundError):
    """No group of that name or id within reach."""

    code = "group_not_found"

    def __init__(self, reference: str) -> None:
        """Name what was looked for."""
        super().__init__(f"no group {reference!r}")
        self.reference = reference


class TokenNotFoundError(NotFoundError):
    """No such API token."""

    code = "token_not_found"

    def __init__(self, token_id: int) -> None:
        """Name the token's number."""
        super().__init__(f"no token number {token_id}")
        self.token_id = token_id


class ReceiptMissingError(NotFoundError):
    """A run has no receipt (yet)."""

    code = "receipt_missing"

    def __init__(self, run_id: str) -> None:
        """Name the run."""
        super().__init__(
            f"run {run_id} has no receipt: its recorder has not closed it; "
            "`swiftlog sync` on its machine does that"
        )
        self.run_id = run_id


class ConflictError(SwiftLogError):
    """The request is fine and the state of things is against it."""

    code = "conflict"


class ProjectExistsError(ConflictError):
    """A project of that name is there already."""

    code = "project_exists"

    def __init__(self, name: str) -> None:
        """Name the project."""
        super().__init__(f"project {name!r} exists already")
        self.name = name


class RunStillRunningError(ConflictError):
    """What was asked needs a run that has ended."""

    code = "run_still_running"

    def __init__(self, run_id: str) -> None:
        """Name the run."""
        super().__init__(f"run {run_id} is still running; try again when it has ended")
        self.run_id = run_id


class BodyTooLargeError(SwiftLogError):
    """The request's body is larger than this route takes."""

    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        """Give the limit in bytes."""
        super().__init__(f"the body is larger than {limit} bytes")
        self.limit = limit


class MediaTypeError(SwiftLogError):
    """The body is of a kind that this route does not take."""

    code = "unsupported_media_type"

    def __init__(self, sent: str, taken: str) -> None:
        """Name the media type sent and the one taken."""
        super().__init__(f"a body of type {sent[:80]!r} is not taken; send {taken}")
        self.taken = taken


class RateLimitedError(SwiftLogError):
    """The principal's bucket is empty."""

    code = "rate_limited"

    def __init__(self, retry_after: int) -> None:
        """Give the whole seconds after which another try can succeed."""
        super().__init__(f"too many requests; try again in {retry_after} s")
        self.retry_after = retry_after


class UnavailableError(SwiftLogError):
    """A part that the request needs does not answer; another try may succeed."""

    code = "unavailable"

    def __init__(self, part: str, reason: str, retry_after: int = 2) -> None:
        """Name the part and what it said."""
        super().__init__(f"{part} is not available: {reason}")
        self.part = part
        self.retry_after = retry_after


class StartError(SwiftLogError):
    """The server cannot start as it is configured; nothing was changed."""

    code = "cannot_start"


class DatabaseNewerError(StartError):
    """A newer SwiftLog has migrated this database."""

    code = "database_newer"

    def __init__(self, revision: str, head: str) -> None:
        """Name the database's revision and the newest one known here."""
        super().__init__(
            f"the database is at revision {revision}, newer than this server's {head}; "
            "update swiftlog, or restore the copy made before the upgrade"
        )
        self.revision = revision


class DatabaseBrokenError(StartError):
    """The database cannot be opened, or its rows contradict each other."""

    code = "database_broken"

    def __init__(self, reason: str) -> None:
        """Say what is wrong, without the database's address."""
        super().__init__(f"the database cannot be used: {reason}")
        self.reason = reason


class PortTakenError(StartError):
    """Another program listens where the server should."""

    code = "port_taken"

    def __init__(self, host: str, port: int, option: str, reason: str) -> None:
        """Name the address, the option that moves it, and the system's reason."""
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}; stop what listens there or "
            f"choose another port with {option}"
        )
        self.port = port


class Status(NamedTuple):
    """How an error leaves: the HTTP status and the name of the gRPC status."""

    http: int
    grpc: str


_TABLE: Final[dict[type[SwiftLogError], Status]] = {
    core.UsageError: Status(400, "INVALID_ARGUMENT"),
    core.PatternError: Status(400, "INVALID_ARGUMENT"),
    core.FrameInvalidError: Status(400, "INVALID_ARGUMENT"),
    core.FrameTooLargeError: Status(413, "INVALID_ARGUMENT"),
    core.SequenceGapError: Status(409, "OUT_OF_RANGE"),
    core.FrameConflictError: Status(409, "DATA_LOSS"),
    core.TakenOverError: Status(409, "FAILED_PRECONDITION"),
    core.CloseMismatchError: Status(409, "FAILED_PRECONDITION"),
    core.RunNotFoundError: Status(404, "NOT_FOUND"),
    core.RunAmbiguousError: Status(409, "FAILED_PRECONDITION"),
    core.SpoolBusyError: Status(409, "UNAVAILABLE"),
    core.SpoolCorruptError: Status(500, "DATA_LOSS"),
    core.VerifyError: Status(500, "DATA_LOSS"),
    core.IngestError: Status(503, "UNAVAILABLE"),
    RequestInvalidError: Status(400, "INVALID_ARGUMENT"),
    UnauthenticatedError: Status(401, "UNAUTHENTICATED"),
    AccessError: Status(403, "PERMISSION_DENIED"),
    NotFoundError: Status(404, "NOT_FOUND"),
    ConflictError: Status(409, "FAILED_PRECONDITION"),
    BodyTooLargeError: Status(413, "RESOURCE_EXHAUSTED"),
    MediaTypeError: Status(415, "INVALID_ARGUMENT"),
    RateLimitedError: Status(429, "RESOURCE_EXHAUSTED"),
    UnavailableError: Status(503, "UNAVAILABLE"),
}


def status_of(error: SwiftLogError) -> Status | None:
    """Return the status of *error*'s class or its nearest base; ``None``: a bug."""
    for kind in type(error).__mro__:
        if kind in _TABLE:
            return _TABLE[kind]
    return None


def body_of(error: SwiftLogError) -> dict[str, object]:
    """Return the body of an error response: ``error``, ``code``, ``details``.

    Details are the error's own public attributes, which is where its data is.
    """
    details = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(error).items()
        if not name.startswith("_")
    }
    return {"error": str(error), "code": error.code, "details": details or None}
