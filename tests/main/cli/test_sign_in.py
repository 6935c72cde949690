"""`halfminute sign-in`: an administrator gives a widget's site its key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from halfminute.main.cli import main
from tests.webchat.site import pem_of


class Terminal:
    """Where the administrator types."""

    def __init__(self, database_url: str, directory: Path) -> None:
        self.directory = directory
        self._runner = CliRunner()
        self._environment = {
            "HALFMINUTE_DATABASE_URL": database_url,
            "HALFMINUTE_DATA_DIRECTORY": str(directory),
        }

    def call(self, *arguments: str) -> Result:
        command = [*arguments, "--data", str(self.directory)]
        return self._runner.invoke(main, command, env=self._environment)


@pytest.fixture
def terminal(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("DATABASE_URL", "NATS_URL", "PORT", "DATA_DIRECTORY"):
        monkeypatch.delenv(f"HALFMINUTE_{name}", raising=False)
    terminal = Terminal(database_url, tmp_path)
    made = terminal.call("channel", "add", "webchat", "--set", "origins=https://a.example")
    assert made.exit_code == 0, made.output
    return terminal


def test_a_secret_is_printed_once_and_switched_off(terminal: Terminal) -> None:
    assert "Nobody can be signed in." in terminal.call("sign-in", "show", "Web chat").output

    made = terminal.call("sign-in", "secret", "Web chat")
    secret = re.search(r"Secret: (\S{43})$", made.output, re.MULTILINE)
    assert (made.exit_code, secret is not None) == (0, True)
    shown = terminal.call("sign-in", "show", "Web chat")
    assert shown.output.strip() == "HS256"
    assert terminal.call("sign-in", "off", "Web chat").exit_code == 0
    assert "Nobody can be signed in." in terminal.call("sign-in", "show", "Web chat").output


def test_a_public_key_comes_from_a_file_and_is_shown(terminal: Terminal) -> None:
    pem = pem_of(Ed25519PrivateKey.generate())
    file = terminal.directory / "chat.pub"
    file.write_text(pem, encoding="ascii")

    assert terminal.call("sign-in", "public-key", "Web chat", str(file)).exit_code == 0

    assert terminal.call("sign-in", "show", "Web chat").output.strip() == f"EdDSA\n{pem.strip()}"
    file.write_text("my key", encoding="ascii")
    refused = terminal.call("sign-in", "public-key", "Web chat", str(file))
    assert (refused.exit_code, "Not a public Ed25519 key" in refused.output) == (1, True)


def test_what_is_no_widget_has_no_key(terminal: Terminal) -> None:
    refused = terminal.call("sign-in", "secret", "Support")

    assert (refused.exit_code, "Support is no account" in refused.output) == (1, True)
