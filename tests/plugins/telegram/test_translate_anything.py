"""Whatever comes in, translating it gives a message or says that it is malformed."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute.plugins.telegram.translate import read_key, translate
from halfminute.sdk.channel import (
    InboundAcknowledgement,
    InboundBusinessConnection,
    InboundEdit,
    InboundMessage,
)
from halfminute.sdk.entities import check_entities
from halfminute.sdk.errors import MalformedPayload
from halfminute.sdk.model import TextPart
from tests.plugins.telegram.updates import message, update

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
CONTENT_FIELDS = [
    "text",
    "entities",
    "photo",
    "caption",
    "caption_entities",
    "sticker",
    "voice",
    "document",
    "animation",
    "video",
    "reply_to_message",
    "quote",
    "external_reply",
    "venue",
    "location",
    "contact",
    "poll",
    "dice",
]
MESSAGES = st.builds(
    lambda content, envelope: {**message(), **content, **envelope},
    st.dictionaries(st.sampled_from(CONTENT_FIELDS), JSON, max_size=4),
    st.dictionaries(st.sampled_from(["from", "chat", "date", "message_id"]), JSON, max_size=1),
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_any_json_translates_or_is_malformed(content: dict[str, Any]) -> None:
    raw = json.dumps(content).encode()
    try:
        translate(raw)
    except MalformedPayload:
        return


@settings(deadline=None)
@given(st.sampled_from(["message", "edited_message"]), MESSAGES)
def test_any_message_translates_or_is_malformed(kind: str, content: dict[str, Any]) -> None:
    try:
        found = translate(update(**{kind: content}))
    except MalformedPayload:
        return
    for each in found:
        assert isinstance(each, InboundMessage | InboundEdit)
        for part in each.parts:
            if isinstance(part, TextPart):
                check_entities(part.text, part.entities)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(CONTENT_FIELDS), JSON, max_size=4))
def test_any_content_in_a_sound_envelope_is_a_message(content: dict[str, Any]) -> None:
    (found,) = translate(update(message=message(**content)))

    assert isinstance(found, InboundMessage)
    assert len(found.parts) == 1


@settings(deadline=None)
@given(st.sampled_from(["message_reaction", "my_chat_member", "callback_query"]), JSON)
def test_any_other_kind_translates_or_is_malformed(kind: str, content: Any) -> None:
    try:
        translate(update(**{kind: content}))
    except MalformedPayload:
        return


CONNECTION = {
    "id": "bc1",
    "user": {"id": 900, "first_name": "Support"},
    "user_chat_id": 900,
    "date": 1,
    "is_enabled": True,
    "rights": {"can_reply": True},
}
DELETED = {
    "business_connection_id": "bc1",
    "chat": {"id": 7, "type": "private"},
    "message_ids": [1],
}
BUSINESS: dict[str, dict[str, Any]] = {
    "business_connection": CONNECTION,
    "deleted_business_messages": DELETED,
    "business_message": message(business_connection_id="bc1", text="Hi"),
    "edited_business_message": message(business_connection_id="bc1", text="Hi"),
}


@settings(deadline=None)
@given(st.sampled_from(sorted(BUSINESS)), st.data(), JSON)
def test_a_business_update_with_any_field_spoilt_translates_or_is_malformed(
    kind: str, data: st.DataObject, spoilt: Any
) -> None:
    field = data.draw(st.sampled_from(sorted(BUSINESS[kind])))
    try:
        found = translate(update(**{kind: {**BUSINESS[kind], field: spoilt}}))
    except MalformedPayload:
        return
    for each in found:
        if isinstance(each, InboundBusinessConnection):
            assert each.connected_at.tzinfo is not None
        else:
            assert not isinstance(each, InboundAcknowledgement)
            assert each.sender.business_connection_id


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_translate_or_are_malformed(raw: bytes) -> None:
    for read in (read_key, translate):
        try:
            read(raw)
        except MalformedPayload:
            continue
