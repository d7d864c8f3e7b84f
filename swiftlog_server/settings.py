"""The server's settings, and the only place where it reads the environment.

Every field is set by ``SWIFTLOG_<NAME>``; what `swiftlog server` is given as options
goes before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from swiftlog_core.config import data_dirs, resolve
from swiftlog_core.errors import ConfigError

Port = Annotated[int, Field(ge=0, le=65535)]


class ServerSettings(BaseSettings):
    """How one server process runs. Make it with ``load``."""

    model_config = SettingsConfigDict(
        env_prefix="SWIFTLOG_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Field(description="Where data lies; the server's in `server/`.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    grpc_port: Port = Field(default=50051, description="Port for recorders.")
    http_port: Port = Field(default=8080, description="Port for REST and live logs.")
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL or SQLite; else SQLite in the data folder.",
    )
    url: str | None = Field(
        default=None, description="HTTP base under which others reach this server."
    )
    tls_cert: Path | None = Field(default=None, description="Certificate chain, PEM.")
    tls_key: Path | None = Field(default=None, description="Private key, PEM.")
    rate_limit: Literal["on", "off"] = Field(
        default="on", description="`off` for load tests only."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What the server says about itself on stderr."
    )

    @field_validator("url")
    @classmethod
    def _is_base(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            message = "an address that begins with http:// or https:// is needed"
            raise ValueError(message)
        return url and url.rstrip("/")

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            message = "SWIFTLOG_TLS_CERT and SWIFTLOG_TLS_KEY belong together"
            raise ValueError(message)
        return self

    @property
    def server_dir(self) -> Path:
        """Where this server keeps its own data."""
        return self.data_dir / "server"

    @property
    def database(self) -> str:
        """The database's URL; it may hold a password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.server_dir / 'swiftlog.db'}"

    @property
    def tls(self) -> tuple[Path, Path] | None:
        """Certificate chain and key; ``None`` without TLS."""
        if self.tls_cert is None or self.tls_key is None:
            return None
        return self.tls_cert, self.tls_key


def load(**options: Any) -> ServerSettings:  # noqa: ANN401 - one type a field
    """Return the settings: *options* that are not ``None``, then the environment.

    Raises ``ConfigError`` that names the setting and what fits.
    """
    given = {name: value for name, value in options.items() if value is not None}
    given.setdefault("data_dir", data_dirs(resolve({}))[0])
    try:
        return ServerSettings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(["SWIFTLOG", *map(str, first["loc"])]).upper()
        secret = "database" in name.lower()
        shown = "***" if secret else str(first.get("input"))[:80]
        raise ConfigError(name, shown, first["msg"]) from error
