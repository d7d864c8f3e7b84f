"""What a parser of tool output is, and how the built-in ones and plugins are found.

Owns the ``Parser`` protocol, the ``Window`` it reads, and the registry. Importing
this module imports no parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from swiftlog_core.errors import PluginBrokenError
from swiftlog_core.plugins import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.events import Finding
    from swiftlog_core.explain.scan import Trigger

ENTRY_POINT_GROUP: Final = "swiftlog.parsers"

# Kinds of evidence; the ranker weighs them. Of each parser's findings, those of
# severity `note` are summaries and consequences, `warning` did not fail the run.
TEST: Final = "test"  # a failed test or assertion with its detail
EXCEPTION: Final = "exception"  # an error that a program raised, with its stack
COMPILER: Final = "compiler"  # a located error of a compiler or linker
LINT: Final = "lint"  # a located complaint of a checker, often without error word
TOOL: Final = "tool"  # an error message of a build tool, package manager, command
INFRA: Final = "infra"  # the machine: memory, disk, network, time, signals
EXIT: Final = "exit"  # says only that something failed
WORDS: Final = "words"  # nothing but words of failure
TAIL: Final = "tail"  # what the failing command printed last
NEWS: Final = "news"  # lines that no passing run printed the like of
KINDS: Final = (
    TEST,
    EXCEPTION,
    COMPILER,
    LINT,
    TOOL,
    INFRA,
    EXIT,
    WORDS,
    TAIL,
    NEWS,
)

BUILT_IN: Final = (
    "apt", "bazel", "clojure", "cpptest", "cucumber", "dart", "diff", "elm", "emacs",
    "jsbuild", "julia", "latex", "lua", "nix", "ocaml", "phpcs", "powershell", "rpm",
    "sanitizer",
    "ansible", "cargo", "ci", "cmake", "docker", "dotnet", "elixir", "eslint", "gcc",
    "generic", "git", "go", "gradle", "haskell", "infra", "java", "jest", "linters",
    "make", "maven", "mocha", "node", "npm", "perl", "php", "pip", "precommit",
    "pytest", "python", "rlang", "ruby", "rubocop", "scala", "shell", "swift", "tap",
    "terraform", "tsc", "unittest",
)  # fmt: skip


class Window(NamedTuple):
    """A run of consecutive lines of a log, in reading form.

    ``first_line`` is the number of ``lines[0]`` in the log. ``places`` are the
    indexes of lines in which a trigger of the reading parser occurs, ascending.
    """

    first_line: int
    lines: Sequence[str]
    places: Sequence[int]


class Parser(Protocol):
    """Recognises the output of one tool.

    ``parse`` looks at the places of a window and yields findings in their order;
    it must be deterministic, linear, and never raise on any text.
    """

    name: str
    kind: str
    triggers: tuple[Trigger, ...]

    def parse(self, window: Window) -> Iterator[Finding]:
        """Yield what the lines at and around the places say."""
        ...


def load_built_in(name: str) -> Parser:
    """Import the built-in parser *name*."""
    module = import_module(f"swiftlog_core.explain.parsers.{name}")
    return cast("Parser", module.PARSER)


def load_all() -> tuple[Parser, ...]:
    """Import every built-in parser, in the order of their names."""
    return tuple(load_built_in(name) for name in BUILT_IN)


def load_installed() -> tuple[tuple[Parser, ...], tuple[PluginBrokenError, ...]]:
    """Import the parsers that other packages bring, and tell which are broken.

    An entry point of the group ``swiftlog.parsers`` names a callable without
    arguments that gives a parser. Reading the entry points takes 45 ms, so only who
    wants plugins calls this.
    """
    kind: Kind[Parser] = Kind(
        ENTRY_POINT_GROUP,
        {name: f"swiftlog_core.explain.parsers.{name}:PARSER" for name in BUILT_IN},
    )
    parsers: list[Parser] = []
    broken: list[PluginBrokenError] = []
    for name in kind.names():
        if name in kind.builtin:
            continue
        try:
            parsers.append(kind.load(name)())
        except PluginBrokenError as error:
            broken.append(error)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything
            broken.append(PluginBrokenError(ENTRY_POINT_GROUP, name, str(error)))
    return tuple(parsers), tuple(broken)
