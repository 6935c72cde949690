"""What the server may refuse a reply with has words on the desk, in each of its languages."""

from __future__ import annotations

import json

import pytest

from halfminute.conversations import errors
from halfminute.kit.errors import Forbidden, HalfminuteError, TooLarge
from tests.journeys.house import ROOT

REFUSALS: list[type[HalfminuteError]] = [
    errors.AddressUnreachable,
    errors.ConversationChanged,
    errors.ConversationClosed,
    errors.ConversationNotFound,
    errors.ConversationNotYours,
    errors.InvalidText,
    Forbidden,
    TooLarge,
]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refused_reply_is_explained(refusal: type[HalfminuteError], language: str) -> None:
    file = ROOT / "web" / "packages" / "i18n" / "src" / f"{language}.json"
    assert f"reason.{refusal.code}" in json.loads(file.read_text())
