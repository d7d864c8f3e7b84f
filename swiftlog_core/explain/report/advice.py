"""What to do about a failure: a small table, and nothing that is not in it.

A recommendation holds for every failure of its kind, or it is not made. It is keyed
by what the log says where the cause is known to a word, else by the parser
that found the error, else by the kind of evidence; how the run ended comes first.
Documented in ``docs/how-to/explain-with-a-model.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.explain.report.facts import RECOMMENDATIONS, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from swiftlog_core.events import ExitStatus, Finding

MAX_RECOMMENDATIONS: Final = 5

# Keyed by ExitStatus.cause.
BY_CAUSE: Final[Mapping[str, str]] = {
    "timeout": "See what it was doing when its time was up; raise the time limit only "
    "if the work takes that long.",
    "idle": "See what it waited for when it fell silent: a prompt, a lock, a server.",
    "cancelled": "It was told to stop; nothing here says that it would have failed.",
    "not_found": "Check that the command is installed and that its folder is in PATH.",
    "not_executable": "Check the file's mode and its first line.",
    "oom": "Give it more memory, or let it do less at a time.",
    "disk": "Free space on the disk; another try on the same machine ends the same.",
}
# Keyed by words of the log, the first that occur; only for findings of tools that
# quote the system's own words.
BY_WORDS: Final[Sequence[tuple[tuple[str, ...], str]]] = (
    (("No space left on device",), BY_CAUSE["disk"]),
    (
        ("out of memory", "OOMKilled", "Cannot allocate memory", "OutOfMemoryError"),
        BY_CAUSE["oom"],
    ),
    (
        (
            "Could not resolve host",
            "Temporary failure in name resolution",
            "ENOTFOUND",
            "EAI_AGAIN",
        ),
        "Check the host's name, and that this machine can resolve names.",
    ),
    (
        ("Connection refused", "ECONNREFUSED"),
        "Check that the service was up and at this address when it was called.",
    ),
    (
        (
            "Connection reset",
            "Connection timed out",
            "ETIMEDOUT",
            "ECONNRESET",
            "TLS handshake timeout",
            "i/o timeout",
            "502 Bad Gateway",
            "503 Service Unavailable",
            "504 Gateway",
            "Empty reply from server",
        ),
        "The network or the other side failed: another try may pass.",
    ),
    (
        ("429 Too Many", "rate limit exceeded"),
        "Wait, or call less often: the other side limits the rate.",
    ),
    (
        ("Permission denied", "403 Forbidden", "EACCES"),
        "Check the rights of the user or token that was used.",
    ),
    (
        ("command not found",),
        BY_CAUSE["not_found"],
    ),
    (
        ("Segmentation fault", "core dumped", "SIGSEGV", "Bus error"),
        "A program crashed in native code: get a stack trace, from its core dump say.",
    ),
)
# Keyed by the parser that found the error.
BY_TOOL: Final[Mapping[str, str]] = {
    "npm": "Look above npm's own lines: they repeat that a script failed, the script "
    "said why.",
    "make": "Look above make's line: it repeats that a recipe failed, the recipe said "
    "why.",
    "precommit": "Run the hook's command on the named files, commit what it changed.",
    "git": "Repeat the git command by hand; its message names what it met.",
    "terraform": "Run the plan again after the named resource or argument is mended.",
    "sanitizer": "Follow the first stack of the sanitizer: it names where the memory "
    "was misused.",
}
# Keyed by the kind of evidence of that parser.
BY_KIND: Final[Mapping[str, str]] = {
    "test": "Run the named test alone where the failure can be repeated.",
    "exception": "Start at the innermost frame of the stack that is your own code.",
    "compiler": "Mend the first error first: later ones may follow from it.",
    "lint": "Mend the named places, or let the tool mend them if it can.",
    "tool": "Read the tool's message at the cited lines; it names what it lacked.",
}


def recommend(
    errors: Sequence[Finding],
    kinds: Mapping[str, str],
    status: ExitStatus | None,
    last_line: int,
) -> list[Statement]:
    """List what to do, most telling first, each recommendation once.

    *errors* are in order of telling. *last_line* is the log's last one, which is cited
    for how the run ended; 0 for an empty log.
    """
    found: dict[str, Statement] = {}
    cause = BY_CAUSE.get(status.cause) if status is not None else None
    if cause:
        found[cause] = Statement(RECOMMENDATIONS, cause, last_line, last_line)
    for finding in errors:
        for text in _for(finding, kinds):
            lines = finding.first_line, finding.last_line
            found.setdefault(text, Statement(RECOMMENDATIONS, text, *lines))
    return list(found.values())[:MAX_RECOMMENDATIONS]


def _for(finding: Finding, kinds: Mapping[str, str]) -> Iterator[str]:
    kind = kinds.get(finding.tool, "")
    if kind in ("infra", "tool", "exit"):
        for words, text in BY_WORDS:
            if any(word in finding.message for word in words):
                yield text
                return
    known = BY_TOOL.get(finding.tool) or BY_KIND.get(kind)
    if known:
        yield known
