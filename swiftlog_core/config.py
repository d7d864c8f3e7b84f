"""Find the values of the client's settings.

Flags beat the environment, which beats ``~/.swiftlog/config.yaml``, which beats
defaults. This is the only module of the client that reads the environment. It is
on the start-up path of ``swiftlog run``: click and pathlib are not imported here,
and yaml only when a file needs it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from swiftlog_core.errors import ConfigError
from swiftlog_core.settings import (
    BY_NAME,
    CHOICE,
    FLAG,
    MANY,
    NUMBER,
    PATH,
    SECONDS,
    SETTINGS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from swiftlog_core.settings import Setting

Value = str | bool | float | tuple[str, ...] | None
Raw = str | bool | Sequence[str]  # as a flag, a variable or the file gives it


class ClientConfig:
    """The values of all settings, and where each was found.

    ``get`` is typed by the helpers below; ``sources`` maps a name to ``flag``,
    ``environment``, ``file`` or ``default``.
    """

    __slots__ = ("_values", "environ", "sources")

    def __init__(
        self,
        values: Mapping[str, Value],
        sources: Mapping[str, str],
        environ: Mapping[str, str],
    ) -> None:
        """Hold resolved values; use ``resolve``."""
        self._values = values
        self.sources = sources
        self.environ = environ

    def text(self, name: str) -> str:
        """Return a text, choice or path setting; empty when unset."""
        value = self._values[name]
        return value if isinstance(value, str) else ""

    def on(self, name: str) -> bool:
        """Return a flag."""
        return self._values[name] is True

    def seconds(self, name: str) -> float | None:
        """Return a time in seconds; None when unset."""
        value = self._values[name]
        return value if isinstance(value, float) else None

    def number(self, name: str) -> float:
        """Return a number; 0 when unset."""
        value = self._values[name]
        return value if isinstance(value, float) else 0.0

    def many(self, name: str) -> tuple[str, ...]:
        """Return a repeatable setting's values."""
        value = self._values[name]
        return value if isinstance(value, tuple) else ()


def resolve(
    flags: Mapping[str, Raw],
    environ: Mapping[str, str] | None = None,
    problems: list[ConfigError] | None = None,
) -> ClientConfig:
    """Find every setting's value. *flags* holds those given, by setting name.

    Raises ``ConfigError`` that names the setting and what fits. With *problems*,
    only for a flag: what does not fit in the environment or the file is put there
    and passed over, so that it keeps no command from being run.
    """
    environ = os.environ if environ is None else environ
    in_file = _settings_in_file(config_path(environ), problems)
    values: dict[str, Value] = {}
    sources: dict[str, str] = {}
    for setting in SETTINGS:
        name = setting.name
        for raw, source, label in _candidates(setting, flags, environ, in_file):
            try:
                values[name] = convert(setting, raw, label)
            except ConfigError as error:
                if problems is None or source == "flag":
                    raise
                problems.append(error)
                continue
            sources[name] = source
            break
    return ClientConfig(values, sources, environ)


def _candidates(
    setting: Setting,
    flags: Mapping[str, Raw],
    environ: Mapping[str, str],
    in_file: Mapping[str, Raw],
) -> Iterator[tuple[Raw, str, str]]:
    """Yield the values that *setting* may take, best first: (raw, source, label)."""
    if setting.name in flags:
        yield flags[setting.name], "flag", setting.flag
    if environ.get(setting.env):
        yield environ[setting.env], "environment", setting.env
    if setting.name in in_file:
        yield in_file[setting.name], "file", setting.name
    yield setting.default, "default", setting.name


def _settings_in_file(
    path: str, problems: list[ConfigError] | None
) -> Mapping[str, Raw]:
    try:
        return read_file(path)
    except ConfigError as error:
        if problems is None:
            raise
        problems.append(error)
        return {}


def convert(setting: Setting, raw: Raw, label: str) -> Value:
    """Return *raw* as the setting's kind; *label* names its place in errors."""
    if setting.kind == MANY:
        if isinstance(raw, bool):
            raise ConfigError(label, str(raw), "a list of texts")
        parts = raw.split(",") if isinstance(raw, str) else raw
        return tuple(part.strip() for part in parts if part.strip())
    if setting.kind == FLAG:
        return _as_flag(raw, label)
    text = str(raw)
    if setting.kind == SECONDS:
        return parse_seconds(text, label) if text else None
    if setting.kind == NUMBER:
        return parse_number(text or "0", label)
    if setting.kind == CHOICE and text not in setting.choices:
        raise ConfigError(label, text, "one of " + ", ".join(setting.choices))
    if setting.kind == PATH and text.startswith("~"):
        return os.path.expanduser(text)  # noqa: PTH111 - pathlib costs start-up time
    return text


def _as_flag(raw: object, label: str) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text in ("", "0", "false", "no", "off"):
        return False
    if text in ("1", "true", "yes", "on"):
        return True
    raise ConfigError(label, text, "1 or 0")


def parse_seconds(text: str, label: str) -> float:
    """Return *text* (``90``, ``1.5s``, ``15m``, ``2h``) in seconds, above 0."""
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    try:
        seconds = float(number) * units[unit]
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e9:  # noqa: PLR2004 - also keeps nan and inf out
        raise ConfigError(label, text, "a time above 0 like 90, 90s, 15m or 2h")
    return seconds


def parse_number(text: str, label: str) -> float:
    """Return *text* as a number from 0 on."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e12:  # noqa: PLR2004 - also keeps nan and inf out
        raise ConfigError(label, text, "a number from 0 on")
    return number


def config_path(environ: Mapping[str, str]) -> str:
    """Return the path of the user's configuration file; empty without a home."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return os.path.join(home, ".swiftlog", "config.yaml") if home else ""  # noqa: PTH118 - start-up


def read_file(path: str) -> dict[str, Raw]:
    """Return the known settings of the file at *path*; empty when there is none.

    Plain ``key: value`` lines, which is what ``swiftlog config set`` writes, are
    read without importing yaml (26 ms). Raises ``ConfigError`` for anything that
    is not a mapping of known settings.
    """
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - start-up
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return {}
    plain: dict[str, Raw] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        value = value.strip()
        if not line.strip() or line.startswith("#"):
            continue
        if not colon or not _is_plain(key, value):
            return _read_yaml(path, text)
        plain[key] = value
    _check_names(path, plain)
    return plain


def _is_plain(key: str, value: str) -> bool:
    return (
        key.isidentifier()
        and value[:1] not in tuple("'\"[]{}&*!|>%@`#")
        and " #" not in value
        and ": " not in value
    )


def _read_yaml(path: str, text: str) -> dict[str, Raw]:
    import yaml

    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(path, str(error).split("\n")[0], "valid YAML") from error
    if not isinstance(loaded, dict):
        raise ConfigError(path, type(loaded).__name__, "a mapping of settings")
    values: dict[str, Raw] = {}
    for key, value in loaded.items():
        values[str(key)] = (
            value
            if isinstance(value, bool | list)
            else str("" if value is None else value)
        )
    _check_names(path, values)
    return values


def _check_names(path: str, values: Mapping[str, object]) -> None:
    for name in values:
        if name not in BY_NAME:
            known = ", ".join(BY_NAME)
            raise ConfigError(path, name, f"a setting out of {known}")


def data_dirs(config: ClientConfig) -> list[str]:
    """Return the folders that may hold this machine's runs, best first."""
    chosen = config.text("data_dir")
    if chosen:
        return [chosen]
    environ = config.environ
    places = []
    if environ.get("XDG_DATA_HOME"):
        places.append(os.path.join(environ["XDG_DATA_HOME"], "swiftlog"))  # noqa: PTH118 - start-up
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if home:
        places.append(os.path.join(home, ".local", "share", "swiftlog"))  # noqa: PTH118 - start-up
    temporary = environ.get("TMPDIR") or environ.get("TEMP") or "/tmp"  # noqa: S108 - made 0700 below it
    user = os.getuid() if hasattr(os, "getuid") else "user"
    places.append(os.path.join(temporary, f"swiftlog-{user}"))  # noqa: PTH118 - start-up
    return places
