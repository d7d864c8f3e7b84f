"""Ask a server whether it would take a run, without making one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from swiftlog_core.errors import ServerRefusedError, SwiftLogError
from swiftlog_core.transport.address import url_is_safe

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.transport.address import Server

_UNKNOWN_RUN = "00000000-0000-7000-8000-000000000000"
_EXPECTED = "run_not_found"
_MAX_WORDS = 4000


def probe(server: Server) -> None:
    """Return when *server* answers and takes our token; raise what it says if not.

    By gRPC, or else by HTTP, as a run would be shipped.
    """
    try:
        probe_grpc(server)
    except ServerRefusedError:
        raise  # it answered
    except SwiftLogError:
        if not (server.url and url_is_safe(server.url, server.address)):
            raise
        _probe_http(server)


def _probe_http(server: Server) -> None:
    from swiftlog_core.transport.rest import RestClient

    with RestClient(server.url, server.token, server.ca_file) as rest:
        rest.get("/version")
        rest.get("/whoami")


def probe_grpc(server: Server) -> None:
    """Ask for the frames of a run that cannot exist.

    A server that knows us answers that there is none.
    """
    from swiftlog_core.transport.grpc import GrpcTransport

    transport = GrpcTransport(server)
    try:
        for _ in transport.fetch(_UNKNOWN_RUN, 0):
            return
    except ServerRefusedError as error:
        if error.server_code != _EXPECTED:
            raise
    finally:
        transport.shut()


def probe_in_child(config: ClientConfig) -> str:
    """Return "" when the configured server answers, else the reason why not.

    In a process of its own: grpc has threads, and who has them must not fork a
    command.
    """
    read_fd, write_fd = os.pipe()
    child = os.fork()
    if child:
        os.close(write_fd)
        with open(read_fd, "rb") as answer:  # noqa: PTH123 - a descriptor
            words = answer.read(_MAX_WORDS).decode("utf-8", "replace")
        _, status = os.waitpid(child, 0)
        return words or ("" if status == 0 else f"the check ended with status {status}")
    code = 1  # silence is not consent: who ends here has said nothing
    try:
        words = _reason(config)
        os.write(write_fd, words.encode("utf-8", "replace")[:_MAX_WORDS])
        code = 0
    finally:
        os._exit(code)


def _reason(config: ClientConfig) -> str:
    from swiftlog_core.transport.address import server_of

    try:
        server = server_of(config)
        if server is None:
            return "no server is set (SWIFTLOG_SERVER)"
        probe(server)
    except SwiftLogError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - this process has no other way to say it
        return f"{type(error).__name__}: {error}"
    return ""
