"""Where secrets come from: variables whose names look secret, and a masks file.

Owns the guess which variable is a secret. It errs on the side of masking, but for what
would spoil every log: switches, existing paths, sockets, addresses without a password.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import ConfigError
from swiftlog_core.stream.mask.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Plain strings and not expressions: compiling those would cost more than the rest.
_LOOKS_SECRET: Final = (
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    *(
        f"{kind}{joint}KEY"
        for kind in (
            "API",
            "PRIVATE",
            "ACCESS",
            "ACCOUNT",
            "SIGNING",
            "ENCRYPTION",
            "DEPLOY",
            "SSH",
            "MASTER",
            "LICENSE",
        )
        for joint in ("_", "")
    ),
    "CONNECTION_STRING",
    "CONNECTIONSTRING",
    # Whole words: AUTH must not find AUTHOR.
    "_PAT_",
    "_PASS_",
    "_PWD_",
    "_DSN_",
    "_AUTH_",
    "_OAUTH_",
    "_AUTHORIZATION_",
    "_AUTHKEY_",
)
_NOT_SECRET: Final = (
    "_SOCK_",
    "_FILE_",
    "_FILES_",
    "_PATH_",
    "_DIR_",
    "_DIRECTORY_",
    "_HOME_",
    "_NAME_",
    "_USER_",
    "_USERNAME_",
    "_TYPE_",
    "_METHOD_",
    "_MODE_",
    "_TTL_",
    "_LENGTH_",
    "_ENABLED_",
    "_DISABLED_",
    "_TIMEOUT_",
    "_EXPIRY_",
    "_EXPIRES_",
    "_EXPIRATION_",
    "_COUNT_",
    "_LIMIT_",
    "_REGION_",
    "_HOST_",
    "_PORT_",
    "_PROVIDER_",
    "_ALGORITHM_",
    "_FORMAT_",
    "_SCOPE_",
    "_SCOPES_",
    "_STORE_",
    "_HELPER_",
    "_ASKPASS_",
)
_ADDRESSES: Final = ("URL", "URI", "ENDPOINT", "ISSUER", "SERVER", "DOMAIN", "PROXY")
_SWITCHES: Final = frozenset(
    ("", "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null", "auto")
)
_ADDRESS: Final = r"[A-Za-z0-9]://[^\s/?#:@]*:([^\s/?#]+)@"
_PAIR_NAMES: Final = (
    "password",
    "passwd",
    "pwd",
    "accountkey",
    "sharedaccesskey",
    "sharedaccesssignature",
    "access_token",
    "api_key",
    "apikey",
    "sig",
)
_ESCAPE: Final = r"%([0-9A-Fa-f]{2})"
_ASSIGNMENT: Final = rb"(?s)(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)=(.*)"
_SETTING: Final = "--masks-file"
_MAX_FILE_BYTES: Final = 16 << 20


def secrets_from_environment(
    environ: Mapping[str, str], patterns: Sequence[str] = ()
) -> list[Secret]:
    """List the secrets among *environ*, in its order.

    A variable counts when its name looks secret and its value does not look harmless,
    or when its name matches one of the glob *patterns* (then always). Of any variable,
    passwords inside addresses and connection strings count too.
    """
    found: dict[Secret, None] = {}
    for name, value in environ.items():
        asked = any(fnmatchcase(name, pattern) for pattern in patterns)
        if asked or (_is_secret_name(name) and not _is_harmless(name, value)):
            found[Secret(name, os.fsencode(value))] = None
        for password in _passwords(value):
            found[Secret(name, password)] = None
    return list(found)


def _is_secret_name(name: str) -> bool:
    text = f"_{name}_".replace("-", "_").replace(".", "_")
    if not text.isupper():  # dbPassword, apiKey
        text = re.sub("(?<=[a-z])(?=[A-Z])", "_", text).upper()
    if not any(part in text for part in _LOOKS_SECRET):
        return False
    if text in ("_PWD_", "_OLDPWD_") or text.startswith(("_MAX_", "_MIN_", "_NUM_")):
        return False
    return not (text.endswith(_NOT_SECRET) or "TOKENIZER" in text or "_AUTHOR_" in text)


def _is_harmless(name: str, value: str) -> bool:
    """Say whether the value of a secret-looking variable is none."""
    text = value.strip()
    if text.lower() in _SWITCHES:
        return True
    if text.startswith(("/", "~/", "./", "../", ".\\")) or text[1:3] in (":\\", ":/"):
        # Base64 may begin with a slash as well: only what exists is a path.
        path = os.path.expanduser(text)  # noqa: PTH111 -- pathlib is 10 ms of imports
        return "\0" not in path and os.path.exists(path)  # noqa: PTH110 -- as above
    if "://" in text:
        # With a password in it, the password alone is masked.
        address = name.upper().endswith(_ADDRESSES)
        return address or re.search(_ADDRESS, text) is not None
    return False


def _passwords(value: str) -> Iterator[bytes]:
    """Give the passwords inside an address or a connection string, decoded too."""
    found = re.findall(_ADDRESS, value) if "://" in value else []
    if "=" in value:
        for pair in value.replace("&", ";").replace("?", ";").split(";"):
            name, _, text = pair.partition("=")
            if name.strip().lower() in _PAIR_NAMES and text:
                found.append(text.strip())
    for text in found:
        yield os.fsencode(text)
        raw = re.sub(_ESCAPE, lambda m: chr(int(m.group(1), 16)), text)
        if raw != text:
            yield raw.encode("latin-1", "replace")


def secrets_from_file(path: str | os.PathLike[str]) -> list[Secret]:
    r"""Read a masks file: ``NAME=VALUE`` or a bare value per line, ``#`` comments.

    A value may stand in quotes; in double quotes ``\n`` is a newline. A bare value is
    called ``mask-<line number>``. Raises ``ConfigError`` when it cannot be read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- pathlib is 10 ms of imports
            data = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        expected = f"a readable file ({error.strerror or type(error).__name__})"
        raise ConfigError(_SETTING, os.fspath(path), expected) from error
    if len(data) > _MAX_FILE_BYTES:
        expected = "a file of at most 16 MiB"
        raise ConfigError(_SETTING, os.fspath(path), expected)
    found = []
    for number, line in enumerate(data.splitlines(), 1):
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        name, value = f"mask-{number}", text
        assignment = re.fullmatch(_ASSIGNMENT, text)
        # Base64 ends in "=": only with a value behind it is it an assignment.
        if assignment is not None and assignment.group(2).strip(b"= "):
            name = assignment.group(1).decode("ascii")
            value = assignment.group(2).strip()
        found.append(Secret(name, _unquote(value)))
    return found


def _unquote(value: bytes) -> bytes:
    if len(value) > 1 and value[:1] == value[-1:] and value[:1] in (b"'", b'"'):
        inner = value[1:-1]
        if value[:1] == b"'":
            return inner
        return re.sub(
            rb"\\(.)", lambda m: b"\n" if m.group(1) == b"n" else m.group(1), inner
        )
    return value
