"""Process settings, read once from all their sources and checked as a whole."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from halfminute.kit.embedded_postgres import default_directory
from halfminute.kit.errors import InvalidRequest
from halfminute.kit.retention_rules import RETENTION_NAMES, RETENTION_RULES, weigh
from halfminute.kit.setting_sources import (
    PREFIX,
    Names,
    SettingFault,
    Sourced,
    gather_settings,
)
from halfminute.kit.strike_out import strike_out_secrets

Days: TypeAlias = Annotated[int, Meta(ge=0, le=36_500)]

SECRET_NAMES: Final = (
    "database_url",
    "nats_url",
    "media_access_key_id",
    "media_secret_access_key",
)
_LEVELS: Final = ("debug", "info", "warning", "error", "critical")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a process needs to know before it can reach the database.

    What an administrator may change while it runs stands in the database instead.
    """

    database_url: str
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8080
    # The address that browsers and providers use; cookies are Secure where it is https.
    public_url: str = ""
    # Whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses, or networks like
    # 10.0.0.0/24. Whoever can connect from one of them can claim to be anybody.
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    data_directory: Path = msgspec.field(default_factory=default_directory)
    secret_key_file: Path | None = None
    # Where erasures of contacts are written down, apart from all that a backup holds.
    erasure_journal: Path | None = None
    log_format: str = "console"
    log_level: str = "info"
    # Where a process tells its figures; 0 for nowhere. `web` tells its own at /metrics as well.
    metrics_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    database_pool_size: Annotated[int, Meta(ge=2, le=1000)] = 16
    # How many chats of one network address may be open at once in one web process.
    contact_connections_per_address: Annotated[int, Meta(ge=1, le=1_000_000)] = 2000
    # How long a link from the site to a chat may be pressed.
    contact_link_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 600
    # nats://host:4222, several parted by commas: wake-ups go over NATS instead of NOTIFY.
    nats_url: str = ""
    # s3://bucket/folder: media is kept in an S3-compatible store; without it below data_directory.
    media_url: str = ""
    # The store's own address and region, where it is not Amazon's.
    media_endpoint: str = ""
    media_region: str = ""
    # Left out, the environment's are taken (AWS_ACCESS_KEY_ID, a role of the machine).
    media_access_key_id: str = ""
    media_secret_access_key: str = ""
    # unix:/run/clamav/clamd.ctl or tcp://host:3310: files are scanned before anybody sees them.
    scan_address: str = ""
    # The largest file that somebody may hand in.
    upload_limit_bytes: Annotated[int, Meta(ge=1024, le=2**31)] = 50 * 1024 * 1024
    # For how many days each class of data is kept (docs/personal-data.md); 0 is for ever.
    retention_raw_days: Days = 30
    retention_messages_days: Days = 1100
    retention_media_days: Days = 400
    retention_events_days: Days = 400
    retention_journal_days: Days = 7
    retention_keys_days: Days = 8
    retention_drafts_days: Days = 90
    retention_links_days: Days = 90
    retention_sessions_days: Days = 30
    retention_audit_days: Days = 1100
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

    @property
    def erasure_journal_file(self) -> Path:
        """Where erasures of contacts are written down: beside the data directory by default."""
        beside = self.data_directory.absolute()
        return self.erasure_journal or beside.with_name(f"{beside.name}.erasures")


class InvalidSettings(InvalidRequest):
    """The settings are not valid."""

    code = "invalid_settings"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings with their sources, whether they can be used or not."""

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    faults: tuple[SettingFault, ...]
    file: Path | None

    def find(self, name: str) -> Any:
        """The value that somebody set and that is right; None where it is left to its default."""
        return self.values.get(name)

    def source_of(self, name: str) -> str:
        """What gave it; else the variable that would."""
        return self.sources.get(name, _variable(name))

    def require_sound(self) -> None:
        """Raise InvalidSettings, which tells all faults at once."""
        if self.faults:
            raise InvalidSettings("; ".join(map(str, self.faults)))

    def make_settings(self) -> Settings:
        """Raises InvalidSettings with all faults."""
        missing = SettingFault(f"{PREFIX}DATABASE_URL", "is not set: name a PostgreSQL database")
        faults = self.faults
        if "database_url" not in self.sources:
            faults += (missing,)
        if faults:
            raise InvalidSettings("; ".join(map(str, faults)))
        return Settings(**self.values)

    def list_effective(self) -> list[tuple[str, str, str]]:
        """Name, value and source of every setting; passwords are struck out."""
        return [self._tell(name) for name in FIELDS]

    def _tell(self, name: str) -> tuple[str, str, str]:
        if name in self.sources and name not in self.values:
            return name, "(wrong)", self.sources[name]
        shown = _show(self.values.get(name, _default_of(name)))
        if name in SECRET_NAMES:
            # A key is struck out whole: it is no address.
            shown = strike_out_secrets(shown)
        return name, shown, self.sources.get(name, "default")


def read_configuration(
    environment: Mapping[str, str] | None = None, **given: object
) -> Configuration:
    """The settings of this process; `given` values stand above every source. Never raises."""
    environment = os.environ if environment is None else environment
    gathered = gather_settings(_NAMES, environment, given)
    values: dict[str, Any] = {}
    faults = list(gathered.faults)
    for name, sourced in gathered.values.items():
        try:
            values[name] = _convert(name, sourced.value)
        except ValueError:
            faults.append(_fault_of(name, sourced))
    sources = {name: sourced.source for name, sourced in gathered.values.items()}
    kept = {name: values.get(name, _default_of(name)) for name in RETENTION_NAMES}
    faults += [SettingFault(sources.get(name, _variable(name)), told) for name, told in weigh(kept)]
    return Configuration(values, sources, tuple(faults), gathered.file)


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from all sources; `given` values win.

    Raises InvalidSettings naming each setting that is wrong, its source, and what is right.
    """
    return read_configuration(environment, **given).make_settings()


def find_database_url() -> str | None:
    """The database that the settings name. Raises InvalidSettings, whichever setting is wrong."""
    configuration = read_configuration()
    configuration.require_sound()
    url: str | None = configuration.find("database_url")
    return url


def list_nats_servers(url: str) -> list[str]:
    """The servers that the setting `nats_url` names. Raises InvalidSettings."""
    try:
        is_right = _are_nats_servers(url)
    except ValueError:
        is_right = False
    if not is_right:
        raise InvalidSettings(f"{PREFIX}NATS_URL must be {_RULES['nats_url'].right}")
    return [part.strip() for part in url.split(",") if part.strip()]


def _are_nats_servers(url: str) -> bool:
    servers = [part.strip() for part in url.split(",") if part.strip()]
    return bool(servers) and all(_is_address(server, ("nats", "tls")) for server in servers)


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    parts = urlsplit(url)
    return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0


def _is_database(url: str) -> bool:
    return urlsplit(url).scheme in ("postgresql", "postgres")


def _is_bucket(url: str) -> bool:
    parts = urlsplit(url)
    is_bare = not parts.query and not parts.fragment and parts.username is None
    return parts.scheme == "s3" and bool(parts.hostname) and parts.port is None and is_bare


def _is_scanner(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return not parts.netloc and parts.path.startswith("/")
    return _is_address(url, ("tcp",)) and parts.port is not None


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return _is_address(url, ("http", "https")) and is_bare and parts.username is None


def _are_proxies(networks: tuple[str, ...]) -> bool:
    # A network of everybody would believe a client that names itself.
    return all(ipaddress.ip_network(network).prefixlen > 0 for network in networks)


class _Rule(NamedTuple):
    right: str
    check: Callable[[Any], bool] = lambda _value: True


_RULES: Final[Mapping[str, _Rule]] = {
    "database_url": _Rule("like postgresql://user@host:5432/database", _is_database),
    "host": _Rule("an address of this machine, like 127.0.0.1 or 0.0.0.0", bool),
    "port": _Rule("a whole number from 1 to 65535"),
    "public_url": _Rule("like https://desk.example.org, without a path", _is_public),
    "trusted_proxies": _Rule(
        "addresses or networks like 10.0.0.5, 10.1.0.0/24, or none", _are_proxies
    ),
    "data_directory": _Rule("a directory"),
    "secret_key_file": _Rule("a file"),
    "erasure_journal": _Rule("a file"),
    "log_format": _Rule("console or json", ("console", "json").__contains__),
    "log_level": _Rule("one of " + ", ".join(_LEVELS), lambda level: level.lower() in _LEVELS),
    "metrics_port": _Rule("a whole number from 0 (none) to 65535"),
    "database_pool_size": _Rule("a whole number from 2 to 1000"),
    "contact_connections_per_address": _Rule("a whole number from 1 to 1000000"),
    "contact_link_seconds": _Rule("a whole number from 60 to 86400"),
    "nats_url": _Rule("like nats://host:4222 or tls://host:4222", _are_nats_servers),
    "media_url": _Rule("like s3://bucket or s3://bucket/folder", _is_bucket),
    "media_endpoint": _Rule(
        "like https://store.example.org:9000", lambda url: _is_address(url, ("http", "https"))
    ),
    "media_region": _Rule("like eu-central-1", str.isprintable),
    "media_access_key_id": _Rule("a key's id", str.isprintable),
    "media_secret_access_key": _Rule("a key", str.isprintable),
    "scan_address": _Rule("like unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310", _is_scanner),
    "upload_limit_bytes": _Rule("a whole number of bytes from 1024 to 2147483648"),
    "is_commit_synchronous": _Rule("true or false"),
    **{name: _Rule(rule.right, rule.allows) for name, rule in RETENTION_RULES.items()},
}
_HINTS: Final = get_type_hints(Settings, include_extras=True)
FIELDS: Final = Settings.__struct_fields__
_NAMES: Final = Names(
    FIELDS, SECRET_NAMES, ("data_directory", "secret_key_file", "erasure_journal")
)


def _convert(name: str, value: object) -> Any:
    """The value by its type. Raises ValueError (which msgspec's is too)."""
    kind = _HINTS[name]
    if name == "trusted_proxies" and isinstance(value, str):
        words = [word.strip() for word in value.split(",") if word.strip()]
        value = [] if words == ["none"] else words
    if isinstance(value, bool) and kind is not bool:
        raise ValueError(name)
    converted = msgspec.convert(value, kind, strict=False, dec_hook=_to_path)
    if not _RULES[name].check(converted):
        raise ValueError(name)
    return converted


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _fault_of(name: str, sourced: Sourced) -> SettingFault:
    shown = "not right" if name in SECRET_NAMES else repr(sourced.value)
    return SettingFault(sourced.source, f"is {shown}: it must be {_RULES[name].right}")


def _show(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _default_of(name: str) -> Any:
    if name == "database_url":
        return ""
    return getattr(Settings(database_url=""), name)


def _to_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str | Path) and "\0" not in str(value):
        return Path(value)
    raise ValueError(kind)
