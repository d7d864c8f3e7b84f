"""The one table of the client's settings, and the flags that it gives.

Feeds flags, environment names, the keys of the configuration file, the reference in
the docs and the adapters' inputs. Knows no values: ``config`` finds those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import UsageError
from swiftlog_core.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT: Final = "text"
FLAG: Final = "flag"
SECONDS: Final = "seconds"
CHOICE: Final = "choice"
MANY: Final = "many"  # repeatable; in the environment and the file by commas
PATH: Final = "path"
NUMBER: Final = "number"  # from 0 on


class Setting(NamedTuple):
    """One row of the table. ``flag`` is empty for settings without a flag."""

    name: str
    flag: str
    kind: str
    default: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    commands: tuple[str, ...] = ("run", "pipe")

    @property
    def env(self) -> str:
        """The name of the setting's environment variable."""
        return f"SWIFTLOG_{self.name.upper()}"


SETTINGS: Final = (
    Setting(
        "server",
        "--server",
        TEXT,
        "",
        "Where to stream to, as HOST:PORT (TLS; plaintext only for loopback, or when "
        "written as http://HOST:PORT). Without it, runs stay on this machine.",
        "HOST:PORT",
    ),
    Setting(
        "url",
        "",
        TEXT,
        "",
        "HTTP base of the server's REST and pages; else learned from the server.",
        commands=(),
    ),
    Setting("token", "", TEXT, "", "API token.", secret=True, commands=()),
    Setting(
        "project",
        "--project",
        TEXT,
        "",
        "Project of the run; else the CI's repository, the git remote's owner/name, "
        "or `default`.",
        "NAME",
    ),
    Setting(
        "group",
        "--group",
        TEXT,
        "",
        "Group of the run within its project; else the CI's workflow and job, or the "
        "command's name.",
        "NAME",
    ),
    Setting(
        "pty",
        "--pty",
        CHOICE,
        "auto",
        "Give the command a terminal: `auto` when our own output is one.",
        "WHEN",
        ("auto", "always", "never"),
        commands=("run",),
    ),
    Setting(
        "merge",
        "--merge",
        FLAG,
        "",
        "One pipe for both streams: exact order, no labels.",
        commands=("run",),
    ),
    Setting(
        "timeout",
        "--timeout",
        SECONDS,
        "",
        "End the command after this long (exit code 124). Like 90, 90s, 15m, 2h.",
        "TIME",
        commands=("run",),
    ),
    Setting(
        "idle_timeout",
        "--idle-timeout",
        SECONDS,
        "",
        "End the command when it prints nothing for this long (exit code 124).",
        "TIME",
        commands=("run",),
    ),
    Setting(
        "grace",
        "--grace",
        SECONDS,
        "10",
        "Time between TERM and KILL when the command must end.",
        "TIME",
        commands=("run",),
    ),
    Setting(
        "heartbeat",
        "--heartbeat",
        SECONDS,
        "",
        "Print a line on stderr, not recorded, when nothing was printed for this long.",
        "TIME",
        commands=("run",),
    ),
    Setting(
        "mask_env",
        "--mask-env",
        MANY,
        "",
        "Mask the values of environment variables that match this pattern too.",
        "PATTERN",
    ),
    Setting(
        "masks_file",
        "--masks-file",
        PATH,
        "",
        "Mask the values in this file: NAME=VALUE or VALUE, one a line.",
        "FILE",
    ),
    Setting(
        "meta",
        "--meta",
        MANY,
        "",
        "Keep a fact with the run, like `--meta os=linux`.",
        "KEY=VALUE",
    ),
    Setting(
        "require_server",
        "--require-server",
        FLAG,
        "",
        "Do not start the command unless the server answers (exit code 69).",
    ),
    Setting(
        "strict_upload",
        "--strict-upload",
        FLAG,
        "",
        "Exit with 75 when the command succeeded and its log was not delivered whole.",
    ),
    Setting(
        "flush_timeout",
        "--flush-timeout",
        SECONDS,
        "10",
        "Wait at most this long for the server at the end, while it makes progress.",
        "TIME",
    ),
    Setting("quiet", "--quiet", FLAG, "", "Say nothing on stderr."),
    Setting(
        "data_dir",
        "",
        PATH,
        "",
        "Folder of the runs on this machine; else $XDG_DATA_HOME/swiftlog, or "
        "~/.local/share/swiftlog, or $TMPDIR/swiftlog-UID.",
        commands=(),
    ),
    Setting(
        "ca_file",
        "",
        PATH,
        "",
        "PEM file of the certificate authorities for TLS; else SSL_CERT_FILE, else the "
        "system's bundle.",
        commands=(),
    ),
    Setting(
        "explainer",
        "",
        TEXT,
        "openai",
        "Plugin that puts questions to a model; `openai` is built in.",
        commands=("explain",),
    ),
    Setting(
        "openai_base_url",
        "",
        TEXT,
        "",
        "OpenAI-compatible endpoint that writes reports, like "
        "http://127.0.0.1:8000/v1. With a key alone it is OpenAI's own.",
        commands=("explain",),
    ),
    Setting(
        "openai_api_key",
        "",
        TEXT,
        "",
        "Key of that endpoint. Without a key and an endpoint no model is asked.",
        secret=True,
        commands=("explain",),
    ),
    Setting(
        "openai_model",
        "--model",
        TEXT,
        "gpt-4o-mini",
        "Model that writes the report.",
        "NAME",
        commands=("explain",),
    ),
    Setting(
        "openai_temperature",
        "",
        NUMBER,
        "0.3",
        "Temperature that the model is asked for.",
        commands=("explain",),
    ),
    Setting(
        "openai_max_tokens",
        "",
        NUMBER,
        "2000",
        "Longest answer of the model, in tokens.",
        commands=("explain",),
    ),
    Setting(
        "openai_timeout",
        "",
        SECONDS,
        "60",
        "Wait at most this long for the model, all tries together.",
        commands=("explain",),
    ),
    Setting(
        "openai_retries",
        "",
        NUMBER,
        "2",
        "Try again this often when the endpoint is busy or broken.",
        commands=("explain",),
    ),
    Setting(
        "openai_token_budget",
        "",
        NUMBER,
        "0",
        "Ask no model once this many tokens were used today (UTC); 0 sets no limit.",
        commands=("explain",),
    ),
    Setting(
        "openai_input_price",
        "",
        NUMBER,
        "0",
        "Price of a million input tokens, for the cost counter.",
        commands=("explain",),
    ),
    Setting(
        "openai_output_price",
        "",
        NUMBER,
        "0",
        "Price of a million output tokens, for the cost counter.",
        commands=("explain",),
    ),
)
BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


def parse_flags(
    command: str, arguments: Sequence[str]
) -> tuple[dict[str, str | bool | list[str]], list[str]]:
    """Split *arguments* into the flags of *command* and what follows them.

    Understands ``--flag value``, ``--flag=value`` and ``--``; stops at the first
    word that is not a flag. The same table feeds click, and a test compares the
    two. Raises ``UsageError``.
    """
    known = {s.flag: s for s in SETTINGS if s.flag and command in s.commands}
    flags: dict[str, str | bool | list[str]] = {}
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        flag, has_value, value = word.partition("=")
        setting = known.get(flag)
        if setting is None:
            text = f"no such option {flag!r}; see `swiftlog {command} --help`"
            raise UsageError(text)
        if setting.kind == FLAG:
            if has_value:
                text = f"{flag} takes no value"
                raise UsageError(text)
            flags[setting.name] = True
            continue
        if not has_value:
            if not rest:
                text = f"{flag} needs a value ({setting.metavar})"
                raise UsageError(text)
            value = rest.pop(0)
        if setting.kind == MANY:
            many = flags.setdefault(setting.name, [])
            if isinstance(many, list):
                many.append(value)
        else:
            flags[setting.name] = value
    return flags, rest
