"""The table knows every error that may leave, and each leaves in one form."""

from __future__ import annotations

import inspect
import json

import pytest

from swiftlog_core import errors as core
from swiftlog_core.errors import SwiftLogError
from swiftlog_server import errors

OWN = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, SwiftLogError) and kind.__module__ == errors.__name__
]


def test_every_error_of_the_server_has_its_own_code_and_stands_in_the_tree() -> None:
    codes = [kind.code for kind in OWN]
    assert len(set(codes)) == len(codes)
    for kind in OWN:
        assert kind.__name__ in str(errors.__doc__)
        assert kind.code in str(errors.__doc__)


@pytest.mark.parametrize(
    ("error", "http", "grpc"),
    [
        (errors.UnauthenticatedError("no token was sent"), 401, "UNAUTHENTICATED"),
        (errors.ScopeTooLowError("read", ("ingest",)), 403, "PERMISSION_DENIED"),
        (errors.RoleTooLowError("viewer", "owner"), 403, "PERMISSION_DENIED"),
        (errors.ProjectNotFoundError("p"), 404, "NOT_FOUND"),
        (core.RunNotFoundError("r"), 404, "NOT_FOUND"),
        (errors.RunStillRunningError("r"), 409, "FAILED_PRECONDITION"),
        (core.SequenceGapError("gap", 7), 409, "OUT_OF_RANGE"),
        (core.FrameConflictError("two", 7), 409, "DATA_LOSS"),
        (core.TakenOverError("newer", 7), 409, "FAILED_PRECONDITION"),
        (core.FrameInvalidError(3, "lies"), 400, "INVALID_ARGUMENT"),
        (core.PatternError("(", "open"), 400, "INVALID_ARGUMENT"),
        (errors.BodyTooLargeError(5), 413, "RESOURCE_EXHAUSTED"),
        (errors.MediaTypeError("x/y", "a/b"), 415, "INVALID_ARGUMENT"),
        (errors.RateLimitedError(3), 429, "RESOURCE_EXHAUSTED"),
        (errors.UnavailableError("the database", "gone"), 503, "UNAVAILABLE"),
    ],
)
def test_an_error_leaves_with_its_status_and_its_data(
    error: SwiftLogError, http: int, grpc: str
) -> None:
    assert errors.status_of(error) == (http, grpc)
    body = json.loads(json.dumps(errors.body_of(error)))
    assert set(body) == {"error", "code", "details"}
    assert (body["error"], body["code"]) == (str(error), error.code)


def test_an_error_that_no_table_row_covers_is_a_bug() -> None:
    assert errors.status_of(core.PluginError("x")) is None
    assert errors.status_of(core.ServerUnreachableError("a", "b")) is None


def test_details_are_the_data_of_the_error() -> None:
    body = errors.body_of(errors.RoleTooLowError("viewer", "owner"))
    assert body["details"] == {"role": "viewer", "needed": "owner"}
    ambiguous = core.RunAmbiguousError("ab", ("abc", "abd"))
    assert errors.body_of(ambiguous)["details"] == {"matches": ["abc", "abd"]}
    assert errors.body_of(core.UsageError("no"))["details"] is None
