"""Write the reference pages that say what the code says, or check that they do.

`make reference` writes them; `make check` runs ``--check``, which changes nothing
and fails when a page differs from what the code gives. A page is a function that
returns Markdown; ``PAGES`` names them all.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from swiftlog_cli import app, exits
from swiftlog_cli.commands import COMMANDS
from swiftlog_core import errors as core_errors
from swiftlog_core import settings
from swiftlog_server import errors as server_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "% Made from the code by `make reference`; do not edit.\n\n"

SETTINGS_HEAD = """\
# Settings of the client

A flag beats the environment, which beats the file `~/.swiftlog/config.yaml`, which
beats the default.
"""
ERRORS_HEAD = """\
# Errors

Every error has a stable code. The server sends it as `code` in
`{"error": "...", "code": "...", "details": ...}`; the command line maps it to an
[exit code](exit-codes.md).
"""
# What the command itself may end with; the wrapper passes it on.
RUN_CODES = (
    ("0 to 255", "the command's own exit code"),
    ("124", "the command was ended by `--timeout` or `--idle-timeout`"),
    ("126", "the command was found and cannot be executed"),
    ("127", "the command was not found"),
    ("128+n", "the command was killed by signal n"),
    (str(exits.USAGE), "the command line cannot be used; nothing was started"),
    (
        str(exits.UNAVAILABLE),
        "`--require-server`: no server answers; the command was not started",
    ),
    (
        str(exits.LATER),
        "`--strict-upload`: the command succeeded, its log was not delivered whole",
    ),
)


def table(*rows: tuple[str, ...]) -> str:
    """Return a Markdown table whose first row is its head."""
    head, *body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sentence(text: str) -> str:
    """Return the first paragraph of a docstring or help text, on one line."""
    return " ".join(text.strip().split("\n\n")[0].split()).replace("``", "`")


def settings_page() -> str:
    """Return the page of the client's settings."""
    parts = [SETTINGS_HEAD]
    for setting in settings.SETTINGS:
        flag = f"{setting.flag} {setting.metavar}".strip() if setting.flag else ""
        used = " and ".join(f"`swiftlog {name}`" for name in setting.commands)
        facts = [
            ("flag", f"`{flag}`" if flag else "none"),
            ("environment", f"`{setting.env}`"),
            ("file", f"`{setting.name}`"),
            ("kind", kind_of(setting)),
            ("default", f"`{setting.default}`" if setting.default else "none"),
            ("used by", used or "every command"),
        ]
        parts += [f"\n## `{setting.name}`\n", f"\n{setting.help}\n"]
        parts += ["\n", "".join(f"- {fact}: {value}\n" for fact, value in facts)]
    return "".join(parts)


def kind_of(setting: settings.Setting) -> str:
    """Return the kind of a setting's value in words."""
    words = {
        settings.TEXT: "text",
        settings.PATH: "path",
        settings.FLAG: "on or off (`1` or `0`)",
        settings.SECONDS: "time, like `90`, `90s`, `15m` or `2h`",
        settings.MANY: "texts; as a flag repeated, else separated by commas",
        settings.CHOICE: "one of " + ", ".join(f"`{c}`" for c in setting.choices),
    }
    return words[setting.kind] + (", never printed" if setting.secret else "")


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


def exit_codes_page() -> str:
    """Return the page of exit codes."""
    own = [(str(code), meaning) for code, meaning in exits.MEANINGS.items()]
    return "".join(
        [
            "# Exit codes\n\n## `swiftlog run`\n\n",
            "`swiftlog run` ends with what the command ended with.\n\n",
            table(("code", "meaning"), *RUN_CODES),
            "\n## Every other command\n\n",
            table(("code", "meaning"), *own),
            "\n`swiftlog watch` ends with the code of the run that it watches.\n"
            if "watch" in COMMANDS
            else "",
        ]
    )


def cli_page() -> str:
    """Return the page of all commands with their arguments and options."""
    parts = ["# Commands\n\n", f"{sentence(app.app.help or '')}\n"]
    for name in COMMANDS:
        module = import_module(f"swiftlog_cli.commands.{name}")
        parts += command_parts(module.command, f"swiftlog {name}", "##")
    return "".join(parts)


def command_parts(command: click.Command, path: str, level: str) -> Iterator[str]:
    """Yield the Markdown of one command and, below it, of its subcommands."""
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    yield f"\n{level} `{path}`\n\n```text\n{usage}\n```\n"
    if command.help:
        yield f"\n{paragraphs(command.help)}\n"
    options = [p for p in command.params if isinstance(p, click.Option)]
    rows = [option_row(o, context) for o in options if not o.hidden]
    if rows:
        yield "\n" + table(("option", "meaning"), *rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from command_parts(found, f"{path} {name}", level + "#")


def option_row(option: click.Option, context: click.Context) -> tuple[str, str]:
    """Return an option's names with its metavar, and its help."""
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" `{option.make_metavar(context)}`"
    return names + value, sentence(option.help or "")


def paragraphs(text: str) -> str:
    """Return a help text as Markdown: click's preformatted parts as code."""
    parts = []
    for part in inspect.cleandoc(text).split("\n\n"):
        if part.startswith("\b"):
            parts.append("```text\n" + part.removeprefix("\b\n") + "\n```")
        else:
            parts.append(part)
    return "\n\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "settings.md": settings_page,
    "errors.md": errors_page,
    "exit-codes.md": exit_codes_page,
}


def main(arguments: list[str]) -> int:
    """Write all pages, or with ``--check`` say which are stale."""
    stale = 0
    for name, make in PAGES.items():
        path = FOLDER / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = MADE + make()
        if new == old:
            continue
        if "--check" in arguments:
            stale += 1
            lines = difflib.unified_diff(
                old.splitlines(), new.splitlines(), f"{name} as it is", "as the code is"
            )
            print("\n".join(list(lines)[:30]), file=sys.stderr)
        else:
            path.write_text(new, encoding="utf-8")
            print(f"wrote docs/reference/{name}")
    if stale:
        print("`make reference` rewrites these pages", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
