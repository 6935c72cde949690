"""How a plug-in says what it is, and how its channel is loaded without anybody importing it."""

from __future__ import annotations

import importlib
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, cast

import msgspec

from halfminute.sdk.channel import Channel

SDK_VERSION: Final = 1
MANIFEST: Final = "manifest.toml"


class InvalidManifest(Exception):
    """A plug-in's manifest is missing, malformed, or made for another sdk."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of `manifest.toml`. `channel` is `package.module:Class`, made without arguments.

    `api` names the provider's interface and the version that the plug-in was written to.
    """

    kind: str
    name: str
    channel: str
    sdk_version: int
    api: str
    documentation: str


def read_manifest(raw: str) -> Manifest:
    """A manifest of its TOML text; raises InvalidManifest."""
    try:
        manifest = msgspec.convert(tomllib.loads(raw), Manifest)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidManifest(str(error)) from None
    if manifest.sdk_version != SDK_VERSION:
        raise InvalidManifest(f"made for sdk {manifest.sdk_version}, this is {SDK_VERSION}")
    if manifest.channel.count(":") != 1:
        raise InvalidManifest(f"channel is not package.module:Class: {manifest.channel}")
    return manifest


def find_manifests(package: str = "halfminute.plugins") -> list[Manifest]:
    """The manifests of all plug-ins in a package, by kind; raises InvalidManifest."""
    folders = (each for each in resources.files(package).iterdir() if each.is_dir())
    found = (_read_folder(folder) for folder in folders)
    return sorted((each for each in found if each), key=lambda manifest: manifest.kind)


def load_channel(manifest: Manifest) -> Channel:
    """Imports and makes the channel that a manifest names; raises InvalidManifest."""
    module_name, _, class_name = manifest.channel.partition(":")
    try:
        made = getattr(importlib.import_module(module_name), class_name)()
    except (ImportError, AttributeError) as error:
        raise InvalidManifest(f"{manifest.channel}: {error}") from error
    return cast("Channel", made)


def _read_folder(folder: Traversable) -> Manifest | None:
    file = folder / MANIFEST
    if not file.is_file():
        return None
    try:
        return read_manifest(file.read_text(encoding="utf-8"))
    except InvalidManifest as error:
        raise InvalidManifest(f"{folder.name}/{MANIFEST}: {error}") from None
