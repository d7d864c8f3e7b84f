"""The tree of errors. Each class has a stable ``code`` and says what to do next.

::

    SwiftLogError
    ├── UsageError                    usage_error
    ├── ConfigError                   config_invalid
    ├── RunNotFoundError              run_not_found
    ├── RunAmbiguousError             run_ambiguous
    ├── SpoolError
    │   ├── SpoolCorruptError         spool_corrupt
    │   ├── SpoolBusyError            spool_busy
    │   └── SpoolUnwritableError      spool_unwritable
    ├── FrameError
    │   ├── FrameInvalidError         frame_invalid
    │   └── FrameTooLargeError        frame_too_large
    ├── IngestError
    │   ├── SequenceGapError          sequence_gap
    │   ├── FrameConflictError        frame_conflict
    │   ├── TakenOverError            taken_over
    │   └── CloseMismatchError        close_mismatch
    ├── ServerError
    │   ├── ServerUnreachableError    server_unreachable
    │   ├── ServerRefusedError        server_refused
    │   └── ServerIncompatibleError   server_incompatible
    ├── PatternError                  pattern_invalid
    ├── VerifyError                   verify_failed
    ├── PluginError
    │   ├── PluginNotFoundError       plugin_not_found
    │   └── PluginBrokenError         plugin_broken
    └── ExplainerError                explainer_failed

Core raises these and never prints or exits; ``swiftlog_cli.exits`` maps them to
exit codes and the server's error table to HTTP and gRPC statuses.
"""

from __future__ import annotations

from typing import ClassVar


class SwiftLogError(Exception):
    """Base of every expected error; ``str()`` is a sentence for people."""

    code: ClassVar[str] = "error"


class UsageError(SwiftLogError):
    """The command line asks for something that cannot be."""

    code = "usage_error"


class ConfigError(SwiftLogError):
    """A setting has a value that cannot be used."""

    code = "config_invalid"

    def __init__(self, name: str, value: str, expected: str) -> None:
        """Name the setting, its value (never a secret's) and what fits."""
        super().__init__(f"{name}: {value!r} does not fit; expected {expected}")
        self.name = name


class RunNotFoundError(SwiftLogError):
    """No run has that id or prefix."""

    code = "run_not_found"

    def __init__(self, reference: str) -> None:
        """Name what was looked for."""
        super().__init__(
            f"no run or file {reference!r}; `swiftlog runs` lists the runs"
        )
        self.reference = reference


class RunAmbiguousError(SwiftLogError):
    """A prefix fits several runs."""

    code = "run_ambiguous"

    def __init__(self, reference: str, matches: tuple[str, ...]) -> None:
        """Name the prefix and the first of the runs that it fits."""
        shown = ", ".join(matches[:4])
        super().__init__(
            f"{reference!r} fits {len(matches)} runs ({shown}); give more of the id"
        )
        self.matches = matches


class SpoolError(SwiftLogError):
    """Something about a `.slog` file."""

    code = "spool_error"


class SpoolCorruptError(SpoolError):
    """The file is damaged; it is readable up to ``seq``."""

    code = "spool_corrupt"

    def __init__(self, path: str, reason: str, *, good_frames: int = 0) -> None:
        """Name the file, the damage, and how many frames before it are good."""
        super().__init__(f"{path}: {reason}; readable up to frame {good_frames}")
        self.path = path
        self.reason = reason
        self.good_frames = good_frames


class SpoolBusyError(SpoolError):
    """Another process writes or ships this spool."""

    code = "spool_busy"

    def __init__(self, path: str) -> None:
        """Name the file."""
        super().__init__(f"{path} is in use by a running swiftlog; try again later")
        self.path = path


class SpoolUnwritableError(SpoolError):
    """No place was found where a spool can be written."""

    code = "spool_unwritable"

    def __init__(self, path: str, reason: str) -> None:
        """Name the last place tried and why it failed."""
        super().__init__(
            f"cannot write {path}: {reason}; set SWIFTLOG_DATA_DIR to a writable folder"
        )
        self.path = path
        self.reason = reason


class FrameError(SwiftLogError):
    """A frame cannot be taken."""

    code = "frame_error"


class FrameInvalidError(FrameError):
    """A frame does not agree with itself or with the run it continues."""

    code = "frame_invalid"

    def __init__(self, seq: int, reason: str) -> None:
        """Name the frame and what does not agree."""
        super().__init__(f"frame {seq} does not check: {reason}")
        self.seq = seq
        self.reason = reason


class FrameTooLargeError(FrameError):
    """A frame declares more bytes than a frame may have."""

    code = "frame_too_large"

    def __init__(self, seq: int, size: int, limit: int) -> None:
        """Name the frame, its declared size and the limit, in bytes."""
        super().__init__(f"frame {seq} has {size} bytes; at most {limit} are taken")
        self.seq = seq


class IngestError(SwiftLogError):
    """A server cannot take this now; carries the last durable sequence number."""

    code = "ingest_error"

    def __init__(self, message: str, durable_seq: int = 0) -> None:
        """Give the sentence and the server's last durable sequence number."""
        super().__init__(message)
        self.durable_seq = durable_seq


class SequenceGapError(IngestError):
    """A frame came before its predecessor: send again from ``durable_seq + 1``."""

    code = "sequence_gap"


class FrameConflictError(IngestError):
    """Another frame is stored under this number: two clients use one run id."""

    code = "frame_conflict"


class TakenOverError(IngestError):
    """A newer client opened this run: stop sending."""

    code = "taken_over"


class CloseMismatchError(IngestError):
    """The end that the client claims is not the end that the server holds."""

    code = "close_mismatch"


class ServerError(SwiftLogError):
    """Something about talking to a server, seen from the client."""

    code = "server_error"


class ServerUnreachableError(ServerError):
    """No connection, or it broke: worth another try."""

    code = "server_unreachable"

    def __init__(self, address: str, reason: str) -> None:
        """Name the address and the transport's reason."""
        super().__init__(
            f"cannot reach {address}: {reason}; check SWIFTLOG_SERVER, then "
            "`swiftlog doctor`"
        )
        self.address = address
        self.reason = reason


class ServerRefusedError(ServerError):
    """The server answered and said no: another try changes nothing."""

    code = "server_refused"

    def __init__(self, address: str, reason: str, *, server_code: str = "") -> None:
        """Name the server, its reason and its own error code."""
        super().__init__(f"{address} refused: {reason}")
        self.address = address
        self.reason = reason
        self.server_code = server_code


class ServerIncompatibleError(ServerError):
    """The server does not speak this client's protocol."""

    code = "server_incompatible"

    def __init__(self, address: str, reason: str) -> None:
        """Name the server and what does not fit."""
        super().__init__(
            f"{address} is not a SwiftLog server that this version can use: {reason}"
        )


class PatternError(SwiftLogError):
    """A search pattern cannot be used."""

    code = "pattern_invalid"

    def __init__(self, pattern: str, reason: str) -> None:
        """Name the pattern and the engine's reason."""
        super().__init__(f"pattern {pattern!r}: {reason}")
        self.pattern = pattern


class VerifyError(SwiftLogError):
    """A stored log is not what its receipt says."""

    code = "verify_failed"

    def __init__(self, run_id: str, seq: int, reason: str) -> None:
        """Name the run, the first frame that does not check, and why."""
        super().__init__(f"run {run_id}: frame {seq}: {reason}")
        self.run_id = run_id
        self.seq = seq
        self.reason = reason


class PluginError(SwiftLogError):
    """Something about a plugin."""

    code = "plugin_error"


class PluginNotFoundError(PluginError):
    """No plugin of that kind has that name."""

    code = "plugin_not_found"

    def __init__(self, group: str, name: str) -> None:
        """Name the kind's entry-point group and the plugin."""
        super().__init__(f"no plugin {name!r} in {group}; `swiftlog plugins` lists all")


class PluginBrokenError(PluginError):
    """A plugin is there and cannot be imported."""

    code = "plugin_broken"

    def __init__(self, group: str, name: str, target: str) -> None:
        """Name the kind, the plugin and what was imported."""
        super().__init__(f"plugin {name!r} in {group} cannot be loaded from {target}")


class ExplainerError(SwiftLogError):
    """A model gave no answer that can be used; the offline report stands.

    ``kind`` is one word for programs: ``unreachable``, ``refused``, ``busy``,
    ``late``, ``unusable`` or ``budget``.
    """

    code = "explainer_failed"

    def __init__(self, kind: str, reason: str) -> None:
        """Give the *kind*, and the *reason* with what to do about it."""
        super().__init__(f"no model report: {reason}")
        self.kind = kind
        self.reason = reason
