"""Gathers settings from where an administrator may put them, and tells of each where it came from.

The higher source stands above the lower:

    the command line
    the environment       HALFMINUTE_PORT, HALFMINUTE_DATABASE_URL_FILE
    credentials           files of $CREDENTIALS_DIRECTORY (systemd.exec(5), "Credentials")
    one file              TOML, named by HALFMINUTE_CONFIG; else the standard one, if it is there

A secret may be put into a file of its own, which the source names as `<setting>_file`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NamedTuple

PREFIX: Final = "HALFMINUTE_"
# Set but empty: no file is read.
CONFIG_VARIABLE: Final = f"{PREFIX}CONFIG"
STANDARD_FILE: Final = Path("/etc/halfminute/halfminute.toml")
_SECRET_SUFFIX: Final = "_file"  # noqa: S105  # the end of a name
_LARGEST_BYTES: Final = 64 * 1024
# How like two names are, from 0 to 1. Others may use our prefix in the environment (Kubernetes
# names a service's address so), thus only what is a slip for sure is refused there.
_SLIP: Final = 0.85
_LIKE: Final = 0.5


class SettingFault(NamedTuple):
    """Something that keeps the settings from being used. `source` names what is to be mended."""

    source: str
    told: str

    def __str__(self) -> str:
        """For one line of a terminal."""
        return f"{self.source} {self.told}"


class Sourced(NamedTuple):
    """A value as it was given, and what gave it."""

    value: object
    source: str


class Names(NamedTuple):
    """All settings; which of them may have a file of their own, and which are paths."""

    all: Collection[str]
    secret: Collection[str]
    path: Collection[str]

    @property
    def keys(self) -> list[str]:
        """Every key that a source may have."""
        return [*self.all, *(f"{name}{_SECRET_SUFFIX}" for name in self.secret)]


class Gathered(NamedTuple):
    """What was found, and what is wrong with it; `file` is the one that was read, if any."""

    values: dict[str, Sourced]
    faults: list[SettingFault]
    file: Path | None


def gather_settings(
    names: Names, environment: Mapping[str, str], given: Mapping[str, object]
) -> Gathered:
    """Everything from all sources. Never raises: what cannot be read is a fault."""
    values: dict[str, Sourced] = {}
    faults: list[SettingFault] = []
    file, pairs = _read_file(environment, faults)
    for layer in (
        _from_file(names, file, pairs, faults),
        _from_credentials(names, environment, faults),
        _from_environment(names, environment, faults),
    ):
        values.update(layer)
    for name, value in given.items():
        if value is not None:
            values[name] = Sourced(value, "the command line")
    return Gathered(values, faults, file)


def _read_file(
    environment: Mapping[str, str], faults: list[SettingFault]
) -> tuple[Path | None, dict[str, object]]:
    named = environment.get(CONFIG_VARIABLE)
    if named == "":
        return None, {}
    file = Path(named).absolute() if named else STANDARD_FILE
    try:
        return file, tomllib.loads(_read_text(file))
    except FileNotFoundError:
        if named:
            faults.append(SettingFault(str(file), f"is not there: mend {CONFIG_VARIABLE}"))
        return None, {}
    except (OSError, ValueError) as error:
        faults.append(SettingFault(str(file), _tell(error)))
        return file, {}


def _from_file(
    names: Names, file: Path | None, pairs: Mapping[str, object], faults: list[SettingFault]
) -> dict[str, Sourced]:
    present = {}
    for key, value in pairs.items():
        source = f"{key} in {file}"
        if key not in names.keys:
            faults.append(SettingFault(source, f"is not a setting{_suggest(key, names.keys)}"))
        elif value != "":
            is_path = isinstance(value, str) and key not in (set(names.all) - set(names.path))
            present[key] = Sourced(_beside(file, value) if is_path else value, source)
    return _open_secrets(names, present, faults)


def _beside(file: Path | None, path: object) -> str:
    """A relative path in a file is meant from there, wherever the process may have started."""
    return str(path) if file is None else str(file.parent / str(path))


def _from_credentials(
    names: Names, environment: Mapping[str, str], faults: list[SettingFault]
) -> dict[str, Sourced]:
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return {}
    files = {name: Path(directory, name) for name in names.secret}
    present = {
        f"{name}{_SECRET_SUFFIX}": Sourced(str(file), f"the credential {name}")
        for name, file in files.items()
        if file.exists()
    }
    return _open_secrets(names, present, faults)


def _from_environment(
    names: Names, environment: Mapping[str, str], faults: list[SettingFault]
) -> dict[str, Sourced]:
    variables = {f"{PREFIX}{key.upper()}": key for key in names.keys}
    present = {}
    for variable, value in environment.items():
        if variable in variables:
            if value:
                present[variables[variable]] = Sourced(value, variable)
        elif variable.startswith(PREFIX) and variable != CONFIG_VARIABLE:
            key = variable.removeprefix(PREFIX).lower()
            if meant := _suggest(key, names.keys, prefix=PREFIX):
                faults.append(SettingFault(variable, f"is not a setting{meant}"))
    return _open_secrets(names, present, faults)


def _open_secrets(
    names: Names, present: Mapping[str, Sourced], faults: list[SettingFault]
) -> dict[str, Sourced]:
    """One source with its secrets read."""
    opened = {key: sourced for key, sourced in present.items() if key in names.all}
    for name in names.secret:
        pointer = present.get(f"{name}{_SECRET_SUFFIX}")
        if pointer is None:
            continue
        if name in opened:
            told = f"and {opened[name].source} are both set: keep one of them"
            faults.append(SettingFault(pointer.source, told))
            continue
        file = Path(str(pointer.value))
        try:
            secret = _read_text(file).strip()
        except (OSError, ValueError) as error:
            faults.append(SettingFault(pointer.source, f"names {file}, which {_tell(error)}"))
            continue
        if secret:
            opened[name] = Sourced(secret, f"{pointer.source} ({file})")
        else:
            faults.append(SettingFault(pointer.source, f"names {file}, which is empty"))
    return opened


def _read_text(file: Path) -> str:
    with file.open("rb") as opened:
        raw = opened.read(_LARGEST_BYTES + 1)
    if len(raw) > _LARGEST_BYTES:
        raise ValueError(f"more than {_LARGEST_BYTES} bytes")
    return raw.decode()


def _tell(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    if isinstance(error, UnicodeDecodeError):
        return "cannot be read: it is not UTF-8"
    return f"cannot be read: {error}"


def _suggest(key: str, keys: Collection[str], *, prefix: str = "") -> str:
    """The name that was meant, if any is near. In the environment only a slip is a fault."""
    cutoff = _SLIP if prefix else _LIKE
    nearest = next(iter(get_close_matches(key.lower(), keys, n=1, cutoff=cutoff)), "")
    if not nearest:
        return ""
    return f": did you mean {prefix}{nearest.upper() if prefix else nearest}?"
