"""Manifests: a plug-in is found and loaded by its own word, and refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

import halfminute.plugins
from halfminute.sdk.manifest import InvalidManifest, find_manifests, load_channel, read_manifest

GOOD = """
kind = "telegram"
name = "Telegram"
channel = "halfminute.plugins.telegram.channel:TelegramChannel"
sdk_version = 1
api = "Telegram Bot API 10.3"
documentation = "README.md"
"""


def test_telegram_is_found_and_loaded() -> None:
    manifests = {manifest.kind: manifest for manifest in find_manifests()}

    channel = load_channel(manifests["telegram"])

    assert channel.kind == "telegram"


def test_what_a_manifest_names_is_there() -> None:
    (folder,) = halfminute.plugins.__path__
    for manifest in find_manifests():
        assert (Path(folder) / manifest.kind / manifest.documentation).is_file()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (GOOD.replace("sdk_version = 1", "sdk_version = 99"), "sdk 99"),
        (GOOD.replace('kind = "telegram"', ""), "kind"),
        (GOOD + 'colour = "red"', "colour"),
        (GOOD.replace(":TelegramChannel", ""), "package.module:Class"),
        ("kind = ", "Invalid"),
    ],
)
def test_a_wrong_manifest_is_refused_with_the_reason(wrong: str, why: str) -> None:
    with pytest.raises(InvalidManifest, match=why):
        read_manifest(wrong)


def test_a_channel_that_is_not_there_is_refused() -> None:
    manifest = read_manifest(GOOD.replace("TelegramChannel", "NoSuchChannel"))

    with pytest.raises(InvalidManifest, match="NoSuchChannel"):
        load_channel(manifest)
