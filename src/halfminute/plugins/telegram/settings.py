"""The form by which an administrator connects a bot."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from halfminute.sdk.channel import AccountConfiguration, FormField
from halfminute.sdk.errors import InvalidAccount

DEFAULT_BASE_URL: Final = "https://api.telegram.org"

# https://core.telegram.org/bots/api#authorizing-your-bot
_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")
# https://core.telegram.org/bots/api#setwebhook, secret_token
_WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")

FORM: Final = (
    FormField(
        name="token",
        labels={"en": "Token from @BotFather", "ru": "Токен от @BotFather"},
        is_secret=True,
    ),
    FormField(
        name="api_base_url",
        labels={"en": "Address of the Bot API server", "ru": "Адрес сервера Bot API"},
        is_required=False,
        default=DEFAULT_BASE_URL,
    ),
)


class TelegramSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An account's settings as stored; `username` is what getMe last told."""

    api_base_url: str = DEFAULT_BASE_URL
    username: str = ""


class TelegramSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """An account's secrets. Never to be printed: the repr shows none of them."""

    token: str
    webhook_secret: str = ""

    @property
    def bot_id(self) -> str:
        """https://core.telegram.org/bots/api#authorizing-your-bot"""
        return self.token.partition(":")[0]

    def __repr__(self) -> str:
        return "TelegramSecrets(...)"


def read_form(values: Mapping[str, str]) -> AccountConfiguration:
    """A filled-in form, with a fresh webhook secret unless one is given; raises InvalidAccount."""
    token = values.get("token", "").strip()
    if _TOKEN.fullmatch(token) is None:
        raise InvalidAccount("token is not of the form 123456:ABC-DEF", field="token")
    webhook_secret = values.get("webhook_secret") or secrets.token_urlsafe(32)
    if _WEBHOOK_SECRET.fullmatch(webhook_secret) is None:
        raise InvalidAccount(
            "webhook_secret is not 1-256 of A-Z, a-z, 0-9, _ and -", field="webhook_secret"
        )
    base_url = _read_base_url(values.get("api_base_url") or DEFAULT_BASE_URL)
    return AccountConfiguration(
        settings=msgspec.to_builtins(TelegramSettings(api_base_url=base_url)),
        secrets={"token": token, "webhook_secret": webhook_secret},
    )


def read_settings(settings: Mapping[str, Any]) -> TelegramSettings:
    """An account's stored settings; raises InvalidAccount."""
    try:
        return msgspec.convert(dict(settings), TelegramSettings)
    except msgspec.ValidationError as error:
        raise InvalidAccount(str(error)) from None


def read_secrets(given: Mapping[str, str]) -> TelegramSecrets:
    """An account's stored secrets; raises InvalidAccount, without telling any of them."""
    if _TOKEN.fullmatch(given.get("token", "")) is None:
        raise InvalidAccount("the account has no valid token", field="token")
    return TelegramSecrets(token=given["token"], webhook_secret=given.get("webhook_secret", ""))


def _read_base_url(text: str) -> str:
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or set(url) & set("?#{}"):
        raise InvalidAccount("api_base_url is not an http(s) address", field="api_base_url")
    return url
