"""Answers: each refusal becomes the error whose handling it needs."""

from __future__ import annotations

import pytest

from swiftlog_core import errors
from swiftlog_core.transport.answers import (
    error_of_detail,
    error_of_http,
    error_of_status,
)
from swiftlog_core.transport.retry import worth_another_try
from swiftlog_core.wire.calls import ErrorDetail


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("sequence_gap", errors.SequenceGapError),
        ("frame_conflict", errors.FrameConflictError),
        ("taken_over", errors.TakenOverError),
        ("close_mismatch", errors.CloseMismatchError),
    ],
)
def test_an_ingest_error_keeps_its_kind_and_number(
    code: str, kind: type[errors.IngestError]
) -> None:
    error = error_of_detail(ErrorDetail(code, "because", 7), "host:1")
    assert type(error) is kind
    assert isinstance(error, errors.IngestError)
    assert (str(error), error.durable_seq) == ("because", 7)


def test_any_other_code_is_a_refusal_in_the_servers_words() -> None:
    error = error_of_detail(ErrorDetail("scope_too_low", "read is needed"), "host:1")
    assert isinstance(error, errors.ServerRefusedError)
    assert (error.server_code, error.reason) == ("scope_too_low", "read is needed")


@pytest.mark.parametrize("code", ["rate_limited", "unavailable"])
def test_not_now_is_asked_again(code: str) -> None:
    assert worth_another_try(error_of_detail(ErrorDetail(code, "later"), "host:1"))


@pytest.mark.parametrize(
    ("status", "again"),
    [
        ("UNAVAILABLE", True),
        ("DEADLINE_EXCEEDED", True),
        ("INTERNAL", True),
        ("UNKNOWN", True),
        ("RESOURCE_EXHAUSTED", True),
        ("OUT_OF_RANGE", True),
        ("UNIMPLEMENTED", False),
        ("UNAUTHENTICATED", False),
        ("PERMISSION_DENIED", False),
        ("NOT_FOUND", False),
        ("INVALID_ARGUMENT", False),
        ("DATA_LOSS", False),
    ],
)
def test_a_bare_grpc_status_is_tried_again_or_not(status: str, again: bool) -> None:
    error = error_of_status(status, "", "host:1")
    assert worth_another_try(error) is again


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            (
                "failed to connect to all addresses; last error: UNKNOWN: "
                "ipv4:127.0.0.1:1: Failed to connect to remote host: Connection refused"
            ),
            "Connection refused",
        ),
        (
            (
                "failed to connect to all addresses; last error: UNKNOWN: "
                "ipv4:10.0.0.1:1: Tls handshake failed (TSI_PROTOCOL_FAILURE): "
                "WRONG_VERSION_NUMBER: Invalid certificate verification context: OK"
            ),
            "Tls handshake failed (TSI_PROTOCOL_FAILURE): WRONG_VERSION_NUMBER",
        ),
        ("Deadline Exceeded", "Deadline Exceeded"),
        ("", "UNAVAILABLE"),
    ],
)
def test_of_a_failed_connection_the_reason_is_told(said: str, told: str) -> None:
    error = error_of_status("UNAVAILABLE", said, "host:1")
    assert str(error).startswith(f"cannot reach host:1: {told};")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.ServerRefusedError),
        (403, errors.ServerRefusedError),
        (413, errors.ServerRefusedError),
        (404, errors.ServerIncompatibleError),
        (405, errors.ServerIncompatibleError),
        (429, errors.ServerUnreachableError),
        (500, errors.ServerUnreachableError),
        (503, errors.ServerUnreachableError),
    ],
)
def test_a_bare_http_status_has_its_meaning(
    status: int, kind: type[errors.SwiftLogError]
) -> None:
    assert type(error_of_http(status, "reason", "http://host")) is kind
