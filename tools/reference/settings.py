"""The pages of settings: the client's from its table, the server's from its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from swiftlog_core import settings
from swiftlog_server.settings import ServerSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS_HEAD = """\
# Settings of the client

A flag beats the environment, which beats the file `~/.swiftlog/config.yaml`, which
beats the default.
"""
SERVER_HEAD = """\
# Settings of the server

An option of `swiftlog server` beats the environment, which beats the default.
"""


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
        settings.NUMBER: "number from 0 on",
        settings.MANY: "texts; as a flag repeated, else separated by commas",
        settings.CHOICE: "one of " + ", ".join(f"`{c}`" for c in setting.choices),
    }
    return words[setting.kind] + (", never printed" if setting.secret else "")


def server_settings_page() -> str:
    """Return the page of the server's settings."""
    parts = [SERVER_HEAD]
    for name, field in ServerSettings.model_fields.items():
        default = "none" if field.default is None else f"`{field.default}`"
        facts = [
            ("environment", f"`SWIFTLOG_{name.upper()}`"),
            ("default", "the same as the client's" if field.is_required() else default),
        ]
        kind = " or ".join(_choices(field.annotation))
        if kind:
            facts.append(("kind", kind))
        if "SecretStr" in str(field.annotation):
            facts.append(("kind", "text, never printed"))
        parts += [f"\n## `{name}`\n", f"\n{field.description}\n\n"]
        parts.append("".join(f"- {fact}: {value}\n" for fact, value in facts))
    return "".join(parts)


def _choices(annotation: Any) -> Iterator[str]:  # noqa: ANN401 - any type expression
    for choice in getattr(annotation, "__args__", ()):
        if isinstance(choice, str):
            yield f"`{choice}`"
