"""Proves that an update comes from Telegram."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

from halfminute.sdk.errors import MissingSignature, WrongSignature

# https://core.telegram.org/bots/api#setwebhook, secret_token
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name


def verify(headers: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    """Compares the secret that we gave with setWebhook, in constant time.

    Raises MissingSignature (401) without the header and WrongSignature (403) on another secret;
    an account without a secret of its own takes nothing in.
    """
    given = headers.get(SECRET_HEADER)
    if not given:
        raise MissingSignature
    expected = secrets.get("webhook_secret", "")
    if not expected or not compare_digest(given.encode(), expected.encode()):
        raise WrongSignature
