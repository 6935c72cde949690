"""Whatever a message of Telegram may be, an agent is told of it."""

from __future__ import annotations

import pytest
from aiogram.types import Message

from bench.telegram_updates import CONTENTS, NOT_SHOWN, SHOWN, list_updates
from halfminute.plugins.telegram.content import NOT_CONTENT
from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.model import UnsupportedPart
from tests.plugins.telegram.updates import message, only_message, only_part, update


def test_no_kind_that_the_bot_api_names_is_left_out() -> None:
    named = {field.alias or name for name, field in Message.model_fields.items()}

    assert named - NOT_CONTENT == set(CONTENTS)


@pytest.mark.parametrize("kind", SHOWN)
def test_what_customers_send_is_shown(kind: str) -> None:
    assert not isinstance(only_part(**SHOWN[kind]), UnsupportedPart)


@pytest.mark.parametrize("kind", NOT_SHOWN)
def test_what_cannot_be_shown_is_told_by_its_name(kind: str) -> None:
    found = only_message(update(message=message(**NOT_SHOWN[kind])))

    assert found.parts == (UnsupportedPart(vendor_type=kind),)
    assert found.external_id == "41"


def test_the_sound_updates_of_the_fuzz_are_sound() -> None:
    meant = [translate(update(**each)) for each in list_updates()]

    nothing = [each for each in meant if not each]
    # A group's message, a channel's, and the bot's coming and going in a group.
    assert len(nothing) == 4
