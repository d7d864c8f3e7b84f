# ruff: noqa: E501 -- tables of names read best in full rows
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import ConfigError
from swiftlog_core.stream.mask import (
    Secret,
    secrets_from_environment,
    secrets_from_file,
)

if TYPE_CHECKING:
    from pathlib import Path

VALUE = "q8Zr/3kL+w"


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN", "CI_JOB_TOKEN", "SWIFTLOG_TOKEN", "CLIENT_SECRET", "DB_PASSWORD",
        "DB_PASS", "PGPASSWORD", "MYSQL_PWD", "SSH_PASSPHRASE", "OPENAI_API_KEY", "apiKey",
        "APP_PRIVATE_KEY", "GCP_CREDENTIALS", "AWS_SECRET_ACCESS_KEY", "AZURE_PAT",
        "NPM_CONFIG__AUTH", "NODE_AUTH_TOKEN", "SENTRY_DSN", "dbPassword", "HTTP_AUTHORIZATION",
        "AZURE_STORAGE_CONNECTION_STRING",
    ],
)  # fmt: skip
def test_a_variable_with_a_secret_name_is_a_secret(name: str) -> None:
    assert secrets_from_environment({name: VALUE}) == [Secret(name, VALUE.encode())]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSH_AUTH_SOCK", "/tmp/ssh-x/agent.1"), ("GIT_AUTHOR_NAME", "Jo Bloggs"),
        ("GIT_AUTHOR_EMAIL", "jo@example.org"), ("PWD", "/home/jo/work"),
        ("OLDPWD", "/home/jo/other"), ("TOKENIZERS_PARALLELISM", "sometimes"),
        ("MAX_TOKENS", "4096000"), ("USE_TOKEN", "false"), ("SECRET_KEY_FILE", "/run/x/key"),
        ("TOKEN_PATH", "/var/run/x"), ("AUTH_TYPE", "kerberos5"), ("API_KEY", ""),
        ("SECRET_PLACE", "/"), ("AUTH_URL", "https://login.example.org/x"),
        ("CREDENTIAL_HELPER", "osxkeychain"), ("PATH", "/usr/bin:/bin"), ("HOME", "/root"),
        ("GPG_TTY", "/dev/pts/1"), ("LANG", "en_GB.UTF-8"), ("COMPASS", "north-west"),
    ],
)  # fmt: skip
def test_a_harmless_variable_is_none(name: str, value: str) -> None:
    assert secrets_from_environment({name: value}) == []


def test_only_the_password_of_an_address_is_a_secret_as_written_and_decoded() -> None:
    found = secrets_from_environment({"DATABASE_URL": "postgres://u:p%40ss99@h/db"})
    assert found == [
        Secret("DATABASE_URL", b"p%40ss99"),
        Secret("DATABASE_URL", b"p@ss99"),
    ]
    found = secrets_from_environment({"CONN": "Server=x;Password=abc123!;Database=d"})
    assert found == [Secret("CONN", b"abc123!")]


def test_a_pattern_of_the_user_decides_against_every_guess() -> None:
    environ = {"GPG_TTY": "/dev/pts/1", "OTHER": "x"}
    assert secrets_from_environment(environ, ["GPG_*"]) == [
        Secret("GPG_TTY", b"/dev/pts/1")
    ]


def test_a_masks_file_has_names_bare_values_quotes_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "masks"
    file.write_bytes(
        b"# comment\n\nDB=one two=three\nexport X='a\\nb'\n"
        b'Y="c\\nd\\"e"\r\nYmFyZSB2YWx1ZQ==\n'
    )
    assert secrets_from_file(file) == [
        Secret("DB", b"one two=three"),
        Secret("X", b"a\\nb"),
        Secret("Y", b'c\nd"e'),
        Secret("mask-6", b"YmFyZSB2YWx1ZQ=="),
    ]


def test_an_unreadable_masks_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        secrets_from_file(tmp_path / "none")
    with pytest.raises(ConfigError, match="readable file"):
        secrets_from_file(tmp_path)
