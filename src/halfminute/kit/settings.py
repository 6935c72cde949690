"""Process settings, read once from the environment and checked as a whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from halfminute.kit.errors import InvalidRequest

PREFIX = "HALFMINUTE_"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a process needs to know before it can reach the database.

    What an administrator may change while it runs stands in the database instead.
    """

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8080
    # The address that browsers and providers use; cookies are Secure where it is https.
    public_url: str = ""
    data_directory: Path = Path("var")
    secret_key_file: Path | None = None
    log_format: str = "console"
    log_level: str = "info"
    database_pool_size: int = 16
    # nats://host:4222, several parted by commas: wake-ups go over NATS instead of NOTIFY.
    nats_url: str = ""
    # On only where a test or a bench measures what is lost without it.
    is_commit_synchronous: bool = True

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us by https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def key_file(self) -> Path:
        """Where the key that encrypts stored secrets lies."""
        return self.secret_key_file or self.data_directory / "secret.key"


class InvalidSettings(InvalidRequest):
    """The settings in the environment are not valid."""

    code = "invalid_settings"


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from `HALFMINUTE_*` variables; `given` values win.

    Raises InvalidSettings naming the variable and what is wrong with it.
    """
    environment = os.environ if environment is None else environment
    names = {field.name for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {
        name: environment[PREFIX + name.upper()]
        for name in names
        if environment.get(PREFIX + name.upper())
    }
    values.update({name: value for name, value in given.items() if value is not None})
    if "database_url" not in values:
        raise InvalidSettings(f"{PREFIX}DATABASE_URL is not set: name a PostgreSQL database")
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_to_path)
    except msgspec.ValidationError as error:
        raise InvalidSettings(f"a {PREFIX}* setting is wrong: {error}") from None
    if settings.nats_url:
        list_nats_servers(settings.nats_url)
    return settings


def list_nats_servers(url: str) -> list[str]:
    """The servers that the setting `nats_url` names. Raises InvalidSettings."""
    servers = [part.strip() for part in url.split(",") if part.strip()]
    if not servers or not all(map(_is_nats_server, servers)):
        raise InvalidSettings(f"{PREFIX}NATS_URL must be like nats://host:4222 or tls://host:4222")
    return servers


def _is_nats_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("nats", "tls") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _to_path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)
