"""Connecting a bot: the form, the proof on hooks, and what is never shown."""

from __future__ import annotations

import pytest

from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.settings import read_secrets
from halfminute.sdk.channel import Channel, ChannelClient
from halfminute.sdk.errors import InvalidAccount, MissingSignature, WrongSignature

CHANNEL: Channel = TelegramChannel()
TOKEN = "123456:ABC-DEF_1"
SECRETS = {"token": TOKEN, "webhook_secret": "right"}
HEADER = "x-telegram-bot-api-secret-token"


def test_a_filled_in_form_becomes_settings_and_secrets() -> None:
    form = {"token": f" {TOKEN}\n", "api_base_url": "http://127.0.0.1:8091/"}

    account = CHANNEL.read_form(form)

    assert account.settings == {"api_base_url": "http://127.0.0.1:8091", "username": ""}
    assert account.secrets["token"] == TOKEN
    assert len(account.secrets["webhook_secret"]) >= 32


def test_each_account_has_its_own_webhook_secret() -> None:
    made = {CHANNEL.read_form({"token": TOKEN}).secrets["webhook_secret"] for _ in range(5)}

    assert len(made) == 5


def test_without_an_address_it_is_telegrams() -> None:
    settings = CHANNEL.read_form({"token": TOKEN}).settings

    assert settings["api_base_url"] == "https://api.telegram.org"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"token": ""}, "token"),
        ({"token": "no number:abc"}, "token"),
        ({"token": f"{TOKEN}/../x"}, "token"),
        ({"token": TOKEN, "api_base_url": "ftp://example.org"}, "api_base_url"),
        ({"token": TOKEN, "api_base_url": "http://["}, "api_base_url"),
        ({"token": TOKEN, "api_base_url": "http://a/{token}"}, "api_base_url"),
        ({"token": TOKEN, "api_base_url": "https://a/?b"}, "api_base_url"),
        ({"token": TOKEN, "webhook_secret": "with space"}, "webhook_secret"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidAccount) as caught:
        CHANNEL.read_form(wrong)

    assert caught.value.fields == {"field": field}
    assert TOKEN not in str(caught.value)


def test_a_stored_account_without_a_token_opens_no_client() -> None:
    with pytest.raises(InvalidAccount):
        CHANNEL.open_client({}, {"token": ""})
    with pytest.raises(InvalidAccount):
        CHANNEL.open_client({"api_base_url": 5}, SECRETS)


def test_the_client_keeps_to_the_port_and_shows_no_token() -> None:
    client: ChannelClient = CHANNEL.open_client({"username": "op_bot"}, SECRETS)

    assert isinstance(client, TelegramClient)
    assert repr(client) == "TelegramClient('https://api.telegram.org', 'op_bot')"
    assert "ABC" not in repr(read_secrets(SECRETS))


def test_the_right_secret_passes() -> None:
    CHANNEL.verify({HEADER: "right"}, b"{}", SECRETS)


def test_no_secret_is_401() -> None:
    with pytest.raises(MissingSignature) as caught:
        CHANNEL.verify({"content-type": "application/json"}, b"{}", SECRETS)

    assert caught.value.status == 401


@pytest.mark.parametrize("given", ["wrong", "righ", "right ", "правильный"])
def test_another_secret_is_403(given: str) -> None:
    with pytest.raises(WrongSignature) as caught:
        CHANNEL.verify({HEADER: given}, b"{}", SECRETS)

    assert caught.value.status == 403


def test_an_account_without_a_secret_takes_nothing_in() -> None:
    with pytest.raises(WrongSignature):
        CHANNEL.verify({HEADER: "x"}, b"{}", {"token": TOKEN})
