"""Writing the user's configuration file.

Reading it is the matter of ``swiftlog_core.config``. The file is 0600 in a folder of
0700, since it may hold a token, and is replaced as a whole: a reader never sees half.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from swiftlog_core.config import Raw, config_path, convert, read_file
from swiftlog_core.errors import ConfigError, UsageError
from swiftlog_core.settings import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from swiftlog_core.settings import Setting

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def setting_named(name: str) -> Setting:
    """Return the setting *name*, as in the file or as a flag or variable spells it."""
    plain = name.removeprefix("--").lower().replace("-", "_")
    setting = BY_NAME.get(plain.removeprefix("swiftlog_"))
    if setting is None:
        message = f"no setting {name!r}; there are {', '.join(BY_NAME)}"
        raise UsageError(message)
    return setting


def path_for(environ: Mapping[str, str]) -> Path:
    """Return where the file is, or would be; raise ``UsageError`` without a home."""
    path = config_path(environ)
    if not path:
        message = "there is no home folder for a configuration file; set HOME"
        raise UsageError(message)
    return Path(path)


def change(path: Path, changes: Mapping[str, str | None]) -> None:
    """Write *changes* into the file: a value for each name, None takes it out.

    Values are checked before anything is written. Raises ``ConfigError`` or
    ``OSError``.
    """
    kept: dict[str, Raw] = dict(read_file(str(path)))
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
            continue
        if "\n" in value or "\0" in value:
            raise ConfigError(name, "...", "one line")
        convert(BY_NAME[name], value, name)
        kept[name] = value
    text = "".join(f"{name}: {_written(value)}\n" for name, value in kept.items())
    _replace(path, text)


def _written(value: Raw) -> str:
    """Return *value* as YAML; plain words stay plain, which reads faster."""
    if isinstance(value, str):
        words = value.replace("_", "").replace("-", "").replace(".", "")
        is_word = words.isalnum() and words.isascii() and not words.isdigit()
        is_word = is_word and value[0].isalpha() and value.lower() not in _YAML_WORDS
        return value if is_word else _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[" + ", ".join(map(_quoted, value)) + "]"


def _quoted(text: str) -> str:
    """Return *text* as a YAML string. Not by json: YAML knows no surrogate pairs."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isascii() and character.isprintable():
        return character
    return f"\\U{ord(character):08x}"


_YAML_WORDS: Final = frozenset(
    ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=".config-")
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(FILE_MODE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
